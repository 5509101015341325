// SPDX-License-Identifier: GPL-3.0-or-later
// Digests of files and bytes, several in one read. Hex is lower case.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class DigestKind { md5, sha1, sha256, sha512 };
// "sha256": as manifests of files name it.
const char* name_of(DigestKind kind);

struct Digests {
  std::string md5;
  std::string sha256;
  std::string sha512;
  std::uint64_t size_bytes = 0;
};

// All three digests in one pass. Errors: io (or bad_input when the file is not there), naming the
// path.
Result<Digests> digest_file(const std::filesystem::path& path);
// Only this one, for a third of the time or less.
Result<std::string> digest_file(const std::filesystem::path& path, DigestKind kind);
Digests digest_bytes(ByteView bytes);
std::string md5_hex(ByteView bytes);

// The MD5 of what is written piece by piece.
class RunningMd5 {
 public:
  RunningMd5();
  RunningMd5(RunningMd5&& other) noexcept;
  RunningMd5& operator=(RunningMd5&& other) noexcept;
  ~RunningMd5();
  void add(std::string_view bytes);
  std::string hex();  // once, at the end

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};
std::string sha256_hex(std::string_view text);

// Several digests of what comes piece by piece.
class RunningDigests {
 public:
  explicit RunningDigests(std::vector<DigestKind> kinds);
  RunningDigests(RunningDigests&& other) noexcept;
  RunningDigests& operator=(RunningDigests&& other) noexcept;
  ~RunningDigests();
  void add(ByteView bytes);
  std::vector<std::string> hex();  // in the order of `kinds`; once, at the end

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

// Name-based UUID (RFC 4122 version 5, SHA-1), lower case with hyphens. name_space is a UUID in
// text form; a malformed one counts as the nil UUID.
std::string uuid_v5(std::string_view name_space, std::string_view name);

}  // namespace linka
