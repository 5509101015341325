// SPDX-License-Identifier: GPL-3.0-or-later
// Signing with Ed25519: who holds the key has said these bytes, and no byte of them has changed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace linka {

// 32 bytes in base64, 44 signs; what a receipt and `--key` show.
using PublicKey = std::string;

struct SigningKey {
  Bytes secret;  // 32 bytes
  PublicKey shown;
};

// The key in the file (PEM, PKCS #8). When the file is not there it is made, readable by its owner
// alone. Errors: configuration (others may read it, it is no Ed25519 key), io.
Result<SigningKey> signing_key(const std::filesystem::path& file);

// 64 bytes in base64. Error internal.
Result<std::string> sign(const SigningKey& key, std::string_view bytes);
// Whether the signature is that key's over these bytes. Anything malformed is no signature.
bool is_signed_by(const PublicKey& key, std::string_view bytes, std::string_view signature);

// RFC 4648 with padding; decoding takes the one right spelling only, and gives bad_input otherwise.
std::string base64_of(ByteView bytes);
Result<Bytes> base64_decoded(std::string_view text);

}  // namespace linka
