// SPDX-License-Identifier: GPL-3.0-or-later
// Has it arrived? Asked of the server's client API, object by object, as a reader's browser would:
// not the import's own word, but texts, images, order and index.
#pragma once

#include "delivery/expected.h"
#include "delivery/server.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct ProofOptions {
  ProofDepth depth = ProofDepth::full;
  int every = 1;  // images of one page in so many, the first and the last always
  std::function<void(std::size_t done, std::size_t of)> progress = {};  // objects
};

// Something that is missing or not as it was sent.
struct ProofGap {
  enum class What { object, order, text, alto, image, size, bytes, record, index };
  What what = What::object;
  std::string pid;
  std::string message;  // names the page
};
const char* name_of(ProofGap::What what);

struct Proof {
  // What was asked for and was right.
  std::size_t objects = 0;           // in the repository
  std::size_t orders = 0;            // parents whose children stand in our order
  std::size_t children = 0;          // that were counted there
  std::size_t texts = 0, altos = 0;  // equal to ours
  std::size_t images = 0;            // answered
  std::size_t sizes = 0;             // info.json says our width and height
  std::size_t same_bytes = 0;        // images that came byte for byte as they were sent
  std::size_t records = 0;           // fields of the index that say what ours say
  std::size_t indexed_pages = 0;     // found in the index below the document
  std::size_t locked = 0;            // answers that a licence forbids us
  std::vector<ProofGap> gaps;
  std::vector<std::string> remarks;
  bool indexed = true;       // the document itself is in the index
  bool interrupted = false;  // stopped, or the server was out of reach: no verdict
  Error why_interrupted;

  std::size_t checked() const {
    return objects + orders + texts + altos + images + sizes + records + indexed_pages;
  }
  bool holds() const { return !interrupted && gaps.empty() && checked() > 0; }
  // Only the index is wanting: everything is in the repository.
  bool lacks_index_only() const;
};

Proof prove(KrameriusServer& server, const Expected& expected, const ProofOptions& options);

// {"objects": 12, "orders": 2, ...}: what was right, for the receipt.
nlohmann::json counts_of(const Proof& proof);

// Whether the object is in the repository. Errors: io (out of reach), unsupported (no rights).
Result<bool> is_there(KrameriusServer& server, const std::string& pid);
// Whether the index has it; false also when the index does not answer.
bool is_indexed(KrameriusServer& server, const std::string& pid);

}  // namespace linka
