// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels -> JPEG 2000 (JP2) as the NDK standard's two profiles: the archival master (reversible
// 5-3) and the user copy (irreversible 9-7), by OpenJPEG on one thread.
#pragma once

#include "base/bytes.h"
#include "base/describe.h"
#include "base/result.h"
#include "image/compare.h"
#include "image/image.h"

#include <string>

namespace linka {

struct EncodeParams {
  std::string verify = "full";
  int sample_every = 10;
  double user_rate = 9.0;
};

template <class Field>
void describe(EncodeParams& p, Field&& field) {
  field("verify", p.verify, Choices{"full", "sample", "off"},
        "decode the master again and compare: every page, every n-th page, or none");
  field("sample_every", p.sample_every, 1, 1000, "with verify = sample: one page in this many");
  field("user_rate", p.user_rate, 6.5, 50.0, "user copy: uncompressed size over file size");
}

enum class Copy { master, user };

// A whole JP2 file with resolution and colour boxes, no alpha. Same image + parameters = same
// bytes. Errors: bad_input when the image cannot be coded as the standard asks (a user copy that
// cannot reach 6 : 1), resource.
// `room_bytes` is what will be added to the file later (metadata); the 6 : 1 counts it too.
Result<Bytes> encode(const Image& page, Copy copy, const EncodeParams& params,
                     std::size_t room_bytes = 8192);

// Decodes a JP2 that `encode` wrote.
Result<Image> decode_jp2(ByteView jp2);

// Version of the library, "2.5.0".
std::string openjpeg_version();

// The same, and what was changed where the library was built for this machine (docs/tuned.md):
// "2.5.0 (tuned: Debian 2.5.0-2+deb12u3, 3 patches, 1a2b3c4d)".
std::string openjpeg_build();

}  // namespace linka
