// SPDX-License-Identifier: GPL-3.0-or-later
// Which blocks of a page's text are a part's own title or picture: the logical map points at them
// (mets:area). Only what is plain is pointed at; the standard leaves it to the writer.
#pragma once

#include "kramerius-export/structure.h"
#include "model/page_text.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace linka {

// Page (from 0) -> the chapters, articles and pictures that begin there.
using PartsByPage = std::map<std::size_t, std::vector<Entity*>>;
// Looks into `structure`, which must neither move nor change its parts meanwhile.
PartsByPage parts_by_first_page(Structure& structure);

// The heading of a chapter or article, found by its words on the first page it stands on, and the
// only picture of the page that a picture stands on become Entity::areas of the parts that begin
// on the page. `block_ids` as alto_block_ids gives them.
void find_text_areas(const PartsByPage& parts, std::size_t page, const PageText& text,
                     const std::vector<std::string>& block_ids);

}  // namespace linka
