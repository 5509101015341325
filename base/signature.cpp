// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/signature.h"

#include "base/files.h"
#include "base/handle.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Memory = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;

constexpr std::size_t key_bytes = 32, signature_bytes = 64;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Result<SigningKey> key_of(EVP_PKEY* key, const fs::path& file) {
  Bytes secret(key_bytes), shown(key_bytes);
  std::size_t secret_size = key_bytes, shown_size = key_bytes;
  if (key == nullptr || EVP_PKEY_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_private_key(key, secret.data(), &secret_size) != 1 ||
      EVP_PKEY_get_raw_public_key(key, shown.data(), &shown_size) != 1)
    return fail(ErrorKind::configuration, "{}: is no Ed25519 key", file.string());
  return SigningKey{std::move(secret), base64_of(shown)};
}

// Written beside its final name and linked there, so that of two programs that make the first key
// at the same time both end with the same one.
Result<void> keep(EVP_PKEY* key, const fs::path& file) {
  const Memory memory(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(ErrorKind::internal, "the key cannot be written as PEM");
  const long size = BIO_get_mem_data(memory.get(), &text);
  if (auto r = make_folders(file.parent_path()); !r) return r;
  const fs::path temporary = file.string() + "." + std::to_string(::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && ::write(fd, text, static_cast<std::size_t>(size)) == size && ::fsync(fd) == 0;
  int error = written ? 0 : errno;
  if (fd >= 0) ::close(fd);
  if (written && ::link(temporary.c_str(), file.c_str()) != 0 && errno != EEXIST) error = errno;
  ::unlink(temporary.c_str());
  if (error != 0)
    return fail(kind_of_errno(error), "{}: cannot be written: {}", file.string(),
                std::strerror(error));
  return flush_path(file.parent_path());
}

}  // namespace

Result<SigningKey> signing_key(const fs::path& file) {
  std::error_code code;
  if (!fs::exists(file, code)) {
    const Key made(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!made) return fail(ErrorKind::internal, "no Ed25519 key can be made");
    if (auto r = keep(made.get(), file); !r) return pass(r);
  }
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    return fail(ErrorKind::configuration,
                "others may read the secret file {}; chmod 600 closes it to them", file.string());
  const auto text = read_text(file, 1 << 16);
  if (!text) return pass(text);
  const Memory memory(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  // A key with a password is no key for a program that asks nobody.
  const Key key(PEM_read_bio_PrivateKey(
      memory.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  return key_of(key.get(), file);
}

Result<std::string> sign(const SigningKey& key, std::string_view bytes) {
  const Key secret(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.secret.data(),
                                                key.secret.size()));
  const Context context(EVP_MD_CTX_new());
  Bytes out(signature_bytes);
  std::size_t size = out.size();
  if (!secret || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &size, raw(bytes), bytes.size()) != 1)
    return fail(ErrorKind::internal, "the signature cannot be made");
  return base64_of(out);
}

bool is_signed_by(const PublicKey& key, std::string_view bytes, std::string_view signature) {
  const Result<Bytes> shown = base64_decoded(key), made = base64_decoded(signature);
  if (!shown || !made || shown->size() != key_bytes || made->size() != signature_bytes)
    return false;
  const Key known(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, shown->data(), shown->size()));
  const Context context(EVP_MD_CTX_new());
  return known &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, known.get()) == 1 &&
         EVP_DigestVerify(context.get(), made->data(), made->size(), raw(bytes), bytes.size()) == 1;
}

std::string base64_of(ByteView bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '=');
  if (!bytes.empty())
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                    static_cast<int>(bytes.size()));
  return out;
}

Result<Bytes> base64_decoded(std::string_view text) {
  const auto wrong = [] { return fail(ErrorKind::bad_input, "this is no base64"); };
  if (text.size() % 4 != 0) return wrong();
  Bytes out(text.size() / 4 * 3);
  if (!text.empty() && EVP_DecodeBlock(out.data(), raw(text), static_cast<int>(text.size())) < 0)
    return wrong();
  for (std::size_t i = 1; i <= 2 && text.size() >= i && text[text.size() - i] == '='; ++i)
    out.pop_back();
  // Padding bits that are not zero, white space: the same bytes in another spelling.
  if (base64_of(out) != text) return wrong();
  return out;
}

}  // namespace linka
