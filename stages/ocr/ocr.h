// SPDX-License-Identifier: GPL-3.0-or-later
// Page -> text, by Tesseract.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/page_text.h"

#include <memory>
#include <string>
#include <vector>

namespace linka {

struct OcrParams {
  bool enabled = true;
  std::string models = "auto";
  std::string tessdata;
};

template <class Field>
void describe(OcrParams& p, Field&& field) {
  field("enabled", p.enabled, "read the text at all; off: every page has an empty text");
  field("models", p.models,
        "auto: chosen page by page; or Tesseract models, joined by + (ces, ces+deu, frk, lat)");
  field("tessdata", p.tessdata, "folder of the models; empty: where the system keeps them");
}

// One engine a thread that asks, made when first needed and kept; safe to call from many threads.
// Results never depend on which thread or in which order pages are read.
class OcrEngines {
 public:
  // Checks that every model is there; for "auto", that any of those it chooses among is. Error
  // missing, naming the model and the Debian package.
  static Result<OcrEngines> make(const OcrParams& params);
  // The same without an engine yet, which takes a second: what the models are is known, not whether
  // each is whole. `load` makes one engine of `to_load` and tells that; several may be made at the
  // same time.
  static Result<OcrEngines> find(const OcrParams& params);
  std::vector<std::string> to_load() const;  // the models of each
  Result<void> load(const std::string& models) const;
  // The same errors in a millisecond, without an engine: damage inside of a model is not seen.
  static Result<void> check(const OcrParams& params);
  OcrEngines(OcrEngines&&) noexcept;
  OcrEngines& operator=(OcrEngines&&) noexcept;
  ~OcrEngines();

  // `page` is grey, upright, evened; its dpi counts. Boxes come in its pixels. A page without text
  // is an answer (no blocks), not an error. `prior` counts for "auto" only: the models that the
  // book's pages around were read with ("frk+Fraktur"), or empty; they are tried first, and decide
  // where the page itself does not say. The text depends on it, so it must not depend on timing.
  // `models`: a person's word on this page, "frk" or "ces+deu", which stands above the parameters
  // and `prior`; empty: as the parameters say; "auto": chosen by the page, whatever they say. Error
  // configuration when it is no list of models, missing when one of them is not where the others
  // are kept.
  Result<PageText> read(const Image& page, const std::string& prior = "",
                        const std::string& models = "") const;
  // "5.3.0", and for the fingerprint: the SHA-256 of the models and of the word lists
  // together, joined.
  std::string version() const;
  // The same, and what was changed where Tesseract was built for this machine (docs/tuned.md).
  std::string build() const;
  std::string models_digest() const;
  // The SHA-256 of the models that a person names for a page, joined; empty for "", "auto", and for
  // what is no list of models that are there, since such a page is not read.
  std::string models_digest(const std::string& models) const;

 private:
  struct Inner;
  explicit OcrEngines(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace linka
