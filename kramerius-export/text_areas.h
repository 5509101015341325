// SPDX-License-Identifier: GPL-3.0-or-later
// Which blocks of a page's text are a part's own title or picture: the logical map points at them
// (mets:area). Only what is plain is pointed at; the standard leaves it to the writer.
#pragma once

#include "kramerius-export/structure.h"
#include "model/page_text.h"

#include <cstddef>
#include <string>
#include <vector>

namespace linka {

// The heading of a chapter or article, found by its words on the first page it stands on, and the
// only picture of the page that a picture stands on become Entity::areas of all entities of the
// structure. `page` counts from 0; `block_ids` as alto_block_ids gives them.
void find_text_areas(Structure& structure, std::size_t page, const PageText& text,
                     const std::vector<std::string>& block_ids);

}  // namespace linka
