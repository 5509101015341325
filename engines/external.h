// SPDX-License-Identifier: GPL-3.0-or-later
// Page -> text, by somebody else's engine.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "engines/params.h"
#include "image/image.h"
#include "model/page_text.h"

#include <string>

namespace linka {

// Asks through a Broker's door; safe to call from many threads, and inside the sandbox.
class ExternalEngine {
 public:
  ExternalEngine(EngineParams params, int door, double deadline_s)
      : params_(std::move(params)), door_(door), deadline_s_(deadline_s) {}

  // `page` is grey, upright, evened; its dpi counts. Boxes come in its pixels. Never takes much
  // longer than the deadline. Errors say something about this page and this engine only, never
  // that the batch must end: resource (too late, not reached), unsupported (no usable answer).
  Result<PageText> read(const Image& page, const std::string& models) const;

 private:
  EngineParams params_;
  int door_;
  double deadline_s_;
};

// An engine's bytes as the text of a page. `answer` is "alto", "page" or "auto".
Result<PageText> text_from_answer(ByteView bytes, const std::string& answer, Size page, Dpi dpi);

}  // namespace linka
