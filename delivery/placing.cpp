// SPDX-License-Identifier: GPL-3.0-or-later
// Here: copy to a temporary name in the same folder, flush, link to the final name (which fails
// when somebody has taken it), read again and compare. Behind rsync: its own comparison by checksum
// (a dry run that lists what differs) is asked before, so that nothing is overwritten, and
// afterwards, so that all is proven.
#include "delivery/placing.h"

#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "delivery/command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

FailPoint image_copied{"deliver-image-copied", "after an image got its name on the image server"};
FailPoint folder_copied{"deliver-folder-copied",
                        "after the import folder was copied under its temporary name"};
FailPoint folder_named{"deliver-folder-named", "after the import folder got its final name"};

constexpr mode_t file_mode = 0644, folder_mode = 0755;  // a server's account reads them

Error stopped() {
  return {ErrorKind::cancelled, tr("stopped on request"), "delivery"};
}

tl::unexpected<Error> failed(const fs::path& path, int error) {
  return fail(kind_of_errno(error), "{}: cannot be written: {}", path.string(),
              std::strerror(error));
}

// The names below an image server's root come from patterns; they must not leave it.
bool stays_below(const fs::path& name) {
  return !name.empty() && name.is_relative() &&
         std::none_of(name.begin(), name.end(), [](const fs::path& p) { return p == ".."; });
}

// A copy at `to`, flushed.
Result<void> copy_flushed(const fs::path& from, const fs::path& to) {
  const auto mapped = MappedFile::open(from);
  if (!mapped) return pass(mapped);
  std::error_code code;
  fs::remove(to, code);
  if (auto r = write_flushed(to, mapped->bytes()); !r) return r;
  if (::chmod(to.c_str(), file_mode) != 0) return failed(to, errno);
  return {};
}

Result<std::string> md5_of(const fs::path& path) {
  const auto digests = digest_file(path);
  if (!digests) return pass(digests);
  return digests->md5;
}

// Folders of an image server are made readable whatever the umask says.
Result<void> make_readable_folders(const fs::path& root, const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> fresh;
  for (fs::path p = folder; p != root && !p.empty() && !fs::exists(p, code); p = p.parent_path())
    fresh.push_back(p);
  if (auto r = make_folders(folder); !r) return r;
  for (const fs::path& p : fresh)
    if (::chmod(p.c_str(), folder_mode) != 0) return failed(p, errno);
  return {};
}

Result<bool> place_image(const fs::path& root, const PlacedImage& image) {
  const fs::path to = root / image.target;
  std::error_code code;
  bool copied = false;
  if (!fs::exists(to, code)) {
    if (auto r = make_readable_folders(root, to.parent_path()); !r) return pass(r);
    const fs::path part = to.parent_path() / ("." + to.filename().string() + ".linka-part");
    if (auto r = copy_flushed(image.source, part); !r) return pass(r);
    const int error = ::link(part.c_str(), to.c_str()) == 0 ? 0 : errno;
    fs::remove(part, code);
    if (error != 0 && error != EEXIST) return failed(to, error);
    if (auto r = flush_path(to.parent_path()); !r) return pass(r);
    copied = error == 0;
    image_copied.reached();
  }
  const auto there = md5_of(to);
  if (!there) return pass(there);
  if (*there == image.md5) return copied;
  if (copied) return fail(ErrorKind::io, "{}: is not what was copied there", to.string());
  return fail(ErrorKind::bad_input,
              "{}: another file has this name on the image server; it is not overwritten",
              to.string());
}

// Name below the folder -> its file, in order.
Result<std::map<std::string, fs::path>> files_below(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code))
    if (!it->is_directory(code)) files[it->path().lexically_relative(folder).string()] = it->path();
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", folder.string(),
                code.message());
  return files;
}

// Whether both hold the same files with the same content; what differs first, else "".
Result<std::string> difference(const fs::path& ours, const fs::path& theirs) {
  const auto a = files_below(ours), b = files_below(theirs);
  if (!a) return pass(a);
  if (!b) return pass(b);
  for (const auto& [name, file] : *b)
    if (!a->contains(name)) return name;
  for (const auto& [name, file] : *a) {
    const auto other = b->find(name);
    if (other == b->end()) return name;
    const auto x = md5_of(file), y = md5_of(other->second);
    if (!x) return pass(x);
    if (!y) return pass(y);
    if (*x != *y) return name;
  }
  return std::string{};
}

std::uint64_t bytes_of(const std::map<std::string, fs::path>& files) {
  std::uint64_t sum = 0;
  std::error_code code;
  for (const auto& [name, file] : files) sum += fs::file_size(file, code);
  return sum;
}

Result<Placed> place_folder_here(const fs::path& root, const fs::path& folder,
                                 const std::string& name, const std::function<bool()>& stop) {
  const auto files = files_below(folder);
  if (!files) return pass(files);
  Placed placed{files->size(), 0, bytes_of(*files)};
  const fs::path final_name = root / name, part = root / ("." + name + ".linka-part");
  std::error_code code;
  if (!fs::is_directory(root, code))
    return fail(ErrorKind::bad_input, "{}: there is no such folder", root.string());
  if (!fs::exists(final_name, code)) {
    fs::remove_all(part, code);
    if (auto r = make_readable_folders(root, part); !r) return pass(r);
    for (const auto& [below, file] : *files) {
      if (stop && stop()) return tl::unexpected(stopped());
      if (auto r = make_readable_folders(part, (part / below).parent_path()); !r) return pass(r);
      if (auto r = copy_flushed(file, part / below); !r) return pass(r);
      ++placed.copied;
    }
    if (auto r = flush_path(part); !r) return pass(r);
    folder_copied.reached();
    fs::rename(part, final_name, code);
    if (code) return failed(final_name, code.value());
    if (auto r = flush_path(root); !r) return pass(r);
    folder_named.reached();
  }
  const auto differs = difference(folder, final_name);
  if (!differs) return pass(differs);
  if (differs->empty()) return placed;
  return fail(ErrorKind::bad_input, "{}: another folder has this name ({} differs)",
              final_name.string(), *differs);
}

// --- rsync ---

std::vector<std::string> rsync_words(const Place& place, std::vector<std::string> more) {
  std::vector<std::string> words{"rsync"};
  words.insert(words.end(), place.options.begin(), place.options.end());
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Result<std::string> rsync(const Place& place, std::vector<std::string> more,
                          const std::function<bool()>& stop) {
  const auto ran = run_program(rsync_words(place, std::move(more)), stop);
  if (!ran) return pass(ran);
  if (ran->status == 0) return ran->output;
  // 11: file I/O (a full disk); 3, 23: files could not be transferred; others: the way there
  return fail(
      ran->said.find("No space left") != std::string::npos ? ErrorKind::no_space : ErrorKind::io,
      "rsync to {} ended with {}: {}", place.rsync, ran->status, ran->said);
}

// The files that a dry run would send, by its itemized list; with `existing` those alone that are
// there with other content.
Result<std::vector<std::string>> differing(const Place& place, const std::string& from,
                                           const std::string& to, bool existing,
                                           const std::function<bool()>& stop) {
  std::vector<std::string> words{"-rc", "--dry-run", "--out-format=%i %n"};
  if (existing) words.emplace_back("--existing");
  words.push_back(from);
  words.push_back(to);
  const auto output = rsync(place, words, stop);
  if (!output) return pass(output);
  std::vector<std::string> names;
  for (const std::string& line : split_text(*output, '\n'))
    if (line.size() > 12 && line[0] == '<' && line[1] == 'f') names.push_back(line.substr(12));
  return names;
}

Result<Placed> send(const Place& place, const fs::path& folder, const std::string& to,
                    const std::function<bool()>& stop) {
  const auto files = files_below(folder);
  if (!files) return pass(files);
  const std::string from = folder.string() + "/";
  const auto taken = differing(place, from, to, true, stop);
  // A folder that is not there yet holds nothing else.
  if (taken && !taken->empty())
    return fail(ErrorKind::bad_input, "{}: another file has this name; it is not overwritten",
                to + taken->front());
  const auto sent = rsync(place,
                          {"-rc", "--mkpath", "--ignore-existing", "--chmod=D755,F644",
                           "--copy-links", "--out-format=%i %n", from, to},
                          stop);
  if (!sent) return pass(sent);
  Placed placed{files->size(), 0, bytes_of(*files)};
  for (const std::string& line : split_text(*sent, '\n'))
    if (line.starts_with("<f")) ++placed.copied;
  const auto left = differing(place, from, to, false, stop);
  if (!left) return pass(left);
  if (!left->empty())
    return fail(ErrorKind::io, "{}: is not what was copied there", to + left->front());
  return placed;
}

// A folder of links with the names that the files are to have there.
Result<ScratchFolder> linked_folder(const std::vector<PlacedImage>& images) {
  auto made = ScratchFolder::temporary("linka-images");
  if (!made) return pass(made);
  for (const PlacedImage& image : images) {
    const fs::path link = made->path() / image.target;
    if (auto r = make_folders(link.parent_path()); !r) return pass(r);
    std::error_code code;
    fs::create_symlink(fs::absolute(image.source), link, code);
    if (code) return failed(link, code.value());
  }
  return made;
}

// "user@host:/path" -> the words of ssh that rsync would use, and the path.
struct Remote {
  std::vector<std::string> ssh;
  std::string path;
};

Remote remote_of(const Place& place) {
  Remote remote{{"ssh"}, {}};
  for (std::size_t i = 0; i + 1 < place.options.size(); ++i)
    if (place.options[i] == "-e" || place.options[i] == "--rsh") {
      remote.ssh = split_text(place.options[i + 1], ' ');
      std::erase(remote.ssh, "");
    }
  const std::size_t colon = place.rsync.find(':');
  remote.ssh.push_back(place.rsync.substr(0, colon));
  remote.path = place.rsync.substr(colon + 1);
  return remote;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

Result<Ran> at_remote(const Place& place, const std::string& shell_words,
                      const std::function<bool()>& stop) {
  Remote remote = remote_of(place);
  remote.ssh.push_back(shell_words);
  return run_program(remote.ssh, stop);
}

Result<Placed> place_folder_there(const Place& place, const fs::path& folder,
                                  const std::string& name, const std::function<bool()>& stop) {
  const std::string root = remote_of(place).path;
  const std::string final_name = root + "/" + name, part = root + "/." + name + ".linka-part";
  const auto there = at_remote(place, "test -d " + quoted(final_name), stop);
  if (!there) return pass(there);
  if (there->status == 0) return send(place, folder, place.rsync + "/" + name + "/", stop);
  if (there->status != 1)
    return fail(ErrorKind::io, "{} cannot be asked over ssh: {}", place.rsync, there->said);
  auto placed = send(place, folder, place.rsync + "/." + name + ".linka-part/", stop);
  if (!placed) return placed;
  folder_copied.reached();
  const auto moved =
      at_remote(place, "mv -T -n -- " + quoted(part) + " " + quoted(final_name), stop);
  if (!moved) return pass(moved);
  if (moved->status != 0)
    return fail(ErrorKind::io, "{}: cannot be renamed: {}", final_name, moved->said);
  folder_named.reached();
  return placed;
}

}  // namespace

Result<Placed> place_images(const Place& place, const std::vector<PlacedImage>& images,
                            const PlacingProgress& progress, const std::function<bool()>& stop) {
  Placed placed;
  for (const PlacedImage& image : images) {
    if (!stays_below(image.target))
      return fail(ErrorKind::configuration, "the image server's place \"{}\" leaves its folder",
                  image.target);
    placed.bytes += image.bytes;
  }
  if (!place.rsync.empty()) {
    const auto links = linked_folder(images);
    if (!links) return pass(links);
    // --copy-links: the list of differences looks through them, too.
    Place through = place;
    through.options.emplace_back("--copy-links");
    auto sent = send(through, links->path(), place.rsync + "/", stop);
    if (sent) sent->bytes = placed.bytes;
    if (sent && progress) progress(images.size(), images.size());
    return sent;
  }
  std::error_code code;
  if (!images.empty() && !fs::is_directory(place.folder, code))
    return fail(ErrorKind::bad_input, "{}: there is no such folder", place.folder.string());
  for (const PlacedImage& image : images) {
    if (stop && stop()) return tl::unexpected(stopped());
    const auto copied = place_image(place.folder, image);
    if (!copied) return pass(copied);
    ++placed.files;
    placed.copied += *copied ? 1 : 0;
    if (progress) progress(placed.files, images.size());
  }
  return placed;
}

Result<Placed> place_folder(const Place& place, const fs::path& folder, const std::string& name,
                            const std::function<bool()>& stop) {
  return place.rsync.empty() ? place_folder_here(place.folder, folder, name, stop)
                             : place_folder_there(place, folder, name, stop);
}

Result<void> take_back_folder(const Place& place, const std::string& name) {
  if (name.empty() || !stays_below(name) || name.find('/') != std::string::npos)
    return fail(ErrorKind::internal, "\"{}\" is no name of a folder", name);
  if (place.rsync.empty()) {
    std::error_code code;
    fs::remove_all(place.folder / name, code);
    if (code) return failed(place.folder / name, code.value());
    return {};
  }
  const auto gone = at_remote(place, "rm -rf -- " + quoted(remote_of(place).path + "/" + name), {});
  if (!gone) return pass(gone);
  if (gone->status != 0)
    return fail(ErrorKind::io, "{}/{}: cannot be removed: {}", place.rsync, name, gone->said);
  return {};
}

Result<void> try_place(const Place& place) {
  const std::string name = ".linka-try-" + std::to_string(::getpid());
  if (place.rsync.empty()) {
    std::error_code code;
    if (!fs::is_directory(place.folder, code))
      return fail(ErrorKind::configuration, "{}: there is no such folder", place.folder.string());
    if (auto r = write_flushed(place.folder / name, {}); !r) return r;
    fs::remove(place.folder / name, code);
    return {};
  }
  const std::string file = quoted(remote_of(place).path + "/" + name);
  const auto tried = at_remote(place, "touch " + file + " && rm -f " + file, {});
  if (!tried) return pass(tried);
  if (tried->status != 0)
    return fail(ErrorKind::io, "{} cannot be written: {}", place.rsync, tried->said);
  const auto listed = rsync(place, {"--list-only", place.rsync + "/"}, {});
  if (!listed) return pass(listed);
  return {};
}

}  // namespace linka
