// SPDX-License-Identifier: GPL-3.0-or-later
// The receipt of a delivery: what was delivered where, what was asked afterwards and how it was
// answered, signed with the library's key. One file, one line of JSON in one spelling (keys sorted,
// no spaces), so that not a byte of it can change unseen:
//
//   {"receipt":{...},"signature":{"algorithm":"Ed25519","key":"...","value":"..."}}
#pragma once

#include "base/result.h"
#include "base/signature.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// ~/.config/linka/receipt.key (or below $XDG_CONFIG_HOME). Error configuration when there is no
// home.
Result<std::filesystem::path> usual_receipt_key();

// The root of a package's digests: the SHA-256 over the names and SHA-256 of its list of checksums
// (md5_*.md5) and its info file, which between them name the digest of every file. Errors:
// bad_input (no such files), io.
Result<std::string> package_root(const std::filesystem::path& package);
// Whether every file is as its list of checksums says, in words where not. Errors as above.
Result<std::vector<std::string>> changed_files(const std::filesystem::path& package);

// The signed document as the file's bytes.
Result<std::string> signed_receipt(const nlohmann::json& receipt, const SigningKey& key);

struct ReadReceipt {
  nlohmann::json receipt;
  PublicKey key;  // that its signature claims
};
// The receipt in these bytes when its signature holds and the bytes are in the one spelling. Error
// bad_input, in words.
Result<ReadReceipt> verified_receipt(std::string_view bytes);

// "record id;url": the catalogue's number of the document and its address, for field 856. The id is
// the first of sysno, ccnb, barCode, isbn, issn, urnnbn, uuid that the record has.
struct CatalogueLine {
  std::string record_id, id_type, url, pid, package, title, delivered_at;
};
CatalogueLine catalogue_line(const nlohmann::json& receipt);
// A table with its header, as RFC 4180 has it.
std::string csv_of(const std::vector<CatalogueLine>& lines);

}  // namespace linka
