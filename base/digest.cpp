// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"

#include "base/handle.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace linka {
namespace {

using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

class Hasher {
 public:
  explicit Hasher(const EVP_MD* algorithm) : ctx_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(ctx_.get(), algorithm, nullptr);
  }
  void add(const void* data, std::size_t size) { EVP_DigestUpdate(ctx_.get(), data, size); }
  std::vector<std::uint8_t> raw() {
    std::vector<std::uint8_t> out(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    EVP_DigestFinal_ex(ctx_.get(), out.data(), &length);
    out.resize(length);
    return out;
  }
  std::string hex() {
    std::string text;
    for (std::uint8_t b : raw()) text += fmt::format("{:02x}", b);
    return text;
  }

 private:
  MdCtxPtr ctx_;
};

struct All {
  Hasher md5{EVP_md5()}, sha256{EVP_sha256()}, sha512{EVP_sha512()};
  std::uint64_t size = 0;
  void add(const void* data, std::size_t n) {
    md5.add(data, n);
    sha256.add(data, n);
    sha512.add(data, n);
    size += n;
  }
  Digests done() { return {md5.hex(), sha256.hex(), sha512.hex(), size}; }
};

const EVP_MD* algorithm_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5:
      return EVP_md5();
    case DigestKind::sha1:
      return EVP_sha1();
    case DigestKind::sha256:
      return EVP_sha256();
    case DigestKind::sha512:
      break;
  }
  return EVP_sha512();
}

// The file's bytes, piece by piece, into anything with `add`.
template <class To>
Result<void> add_file(const std::filesystem::path& path, To& to) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(kind_of_errno(errno), "{}: cannot be opened: {}", path.string(),
                std::strerror(errno));
  std::vector<std::uint8_t> buffer(1 << 20);
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int e = errno;
      ::close(fd);
      return fail(kind_of_errno(e), "{}: cannot be read: {}", path.string(), std::strerror(e));
    }
    if (n == 0) break;
    to.add(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(fd);
  return {};
}

}  // namespace

Result<Digests> digest_file(const std::filesystem::path& path) {
  All all;
  if (auto read = add_file(path, all); !read) return pass(read);
  return all.done();
}

Result<std::string> digest_file(const std::filesystem::path& path, DigestKind kind) {
  Hasher one(algorithm_of(kind));
  if (auto read = add_file(path, one); !read) return pass(read);
  return one.hex();
}

Digests digest_bytes(ByteView bytes) {
  All all;
  all.add(bytes.data(), bytes.size());
  return all.done();
}

std::string md5_hex(ByteView bytes) {
  Hasher h(EVP_md5());
  h.add(bytes.data(), bytes.size());
  return h.hex();
}

struct RunningMd5::Inner {
  Hasher hasher{EVP_md5()};
};
RunningMd5::RunningMd5() : inner_(std::make_unique<Inner>()) {}
RunningMd5::RunningMd5(RunningMd5&& other) noexcept = default;
RunningMd5& RunningMd5::operator=(RunningMd5&& other) noexcept = default;
RunningMd5::~RunningMd5() = default;
void RunningMd5::add(std::string_view bytes) {
  inner_->hasher.add(bytes.data(), bytes.size());
}
std::string RunningMd5::hex() {
  return inner_->hasher.hex();
}

const char* name_of(DigestKind kind) {
  constexpr const char* names[] = {"md5", "sha1", "sha256", "sha512"};
  return names[static_cast<int>(kind)];
}

struct RunningDigests::Inner {
  std::vector<Hasher> hashers;
};
RunningDigests::RunningDigests(std::vector<DigestKind> kinds) : inner_(std::make_unique<Inner>()) {
  for (const DigestKind kind : kinds) inner_->hashers.emplace_back(algorithm_of(kind));
}
RunningDigests::RunningDigests(RunningDigests&& other) noexcept = default;
RunningDigests& RunningDigests::operator=(RunningDigests&& other) noexcept = default;
RunningDigests::~RunningDigests() = default;
void RunningDigests::add(ByteView bytes) {
  for (Hasher& hasher : inner_->hashers) hasher.add(bytes.data(), bytes.size());
}
std::vector<std::string> RunningDigests::hex() {
  std::vector<std::string> all;
  for (Hasher& hasher : inner_->hashers) all.push_back(hasher.hex());
  return all;
}

std::string sha256_hex(std::string_view text) {
  Hasher h(EVP_sha256());
  h.add(text.data(), text.size());
  return h.hex();
}

std::string uuid_v5(std::string_view name_space, std::string_view name) {
  std::array<std::uint8_t, 16> space{};
  std::size_t nibbles = 0;
  for (char c : name_space) {
    int value = -1;
    if (c >= '0' && c <= '9') value = c - '0';
    if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
    if (value < 0 || nibbles >= 32) continue;
    space[nibbles / 2] = static_cast<std::uint8_t>(space[nibbles / 2] * 16 + value);
    ++nibbles;
  }
  if (nibbles != 32) space.fill(0);
  Hasher h(EVP_sha1());
  h.add(space.data(), space.size());
  h.add(name.data(), name.size());
  std::vector<std::uint8_t> d = h.raw();
  d[6] = static_cast<std::uint8_t>((d[6] & 0x0f) | 0x50);
  d[8] = static_cast<std::uint8_t>((d[8] & 0x3f) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", d[i]);
  }
  return text;
}

}  // namespace linka
