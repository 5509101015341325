// SPDX-License-Identifier: GPL-3.0-or-later
// Puts what is known into the image file itself, as Exif and XMP (Exiv2), so that a file found
// alone still says what it is.
#pragma once

#include "base/bytes.h"
#include "base/describe.h"
#include "base/result.h"
#include "model/page_facts.h"

#include <string>

namespace linka {

struct MetadataParams {
  bool enabled = true;
};

template <class Field>
void describe(MetadataParams& p, Field&& field) {
  field("enabled", p.enabled, "embed Exif and XMP in master and user copy");
}

struct ImageMetadata {
  std::string title;    // of the book; empty when not known yet
  std::string page_id;  // text_of(PageId)
  std::string source;   // name of the scan file
  std::string source_sha256;
  std::string software;  // "linka 0.1.0"
  std::string made_at;   // ISO 8601 UTC
  Dpi dpi;
  CaptureDevice device;
};

// The boxes that `embed_metadata` would add; empty when it is off. Their size is what they cost.
Result<Bytes> metadata_boxes(const ImageMetadata& metadata, const MetadataParams& params);
// The JP2 with such boxes in the place of what it had of that kind. Nothing is copied when it is
// moved in with room for them. Errors: bad_input for a damaged box or a file without a header box.
Result<Bytes> with_metadata_boxes(Bytes jp2, ByteView boxes);

// The same JP2 with metadata; pixels, colour profile and resolution boxes untouched. Same input =
// same bytes. Errors: internal, when Exiv2 refuses.
Result<Bytes> embed_metadata(ByteView jp2, const ImageMetadata& metadata,
                             const MetadataParams& params);

std::string exiv2_version();

}  // namespace linka
