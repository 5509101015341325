// SPDX-License-Identifier: GPL-3.0-or-later
// How an object gets its place: copied and flushed aside, then named in one step.
#pragma once

#include "base/result.h"
#include "shelf/inventory.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace linka {

struct CopiedFile {
  std::string sha512, md5;  // hex, lower case
  std::uint64_t size_bytes = 0;
};
// Errors of all below, when nothing else is said: no_space, resource and io as the system refuses;
// bad_input when a file that is to be read is not there, or is none.

// Copies a regular file to where nothing lies, digesting what was read. A link is not followed. The
// disk begins to write, and flush_tree() waits for it: many small files are then flushed as one.
// After an error nothing is there.
Result<CopiedFile> copy_digested(const std::filesystem::path& from,
                                 const std::filesystem::path& to);
// Makes a file of that text in the same way.
Result<void> write_new(const std::filesystem::path& path, std::string_view text);
// As copy_digested(), flushed.
Result<CopiedFile> copy_flushed(const std::filesystem::path& from, const std::filesystem::path& to);
// The digests alone.
Result<CopiedFile> digest_of(const std::filesystem::path& file);

// A folder that is to appear whole: its place (absolute), and where it is built, beside it as
// ".NAME.building".
struct NewFolder {
  std::filesystem::path path, built;
};
NewFolder new_folder(const std::filesystem::path& given);

// What makes a folder a storage root: declaration and layout. Flushed.
Result<void> write_root(const std::filesystem::path& folder);
// The inventory of an object whose last version is new, for the object and for that version, with
// sidecars, and the declaration; not flushed, and none of them may be there. Returns the
// inventory's text.
Result<std::string> write_inventories(const std::filesystem::path& object,
                                      const ObjectInventory& inventory);
// A version that is made now, without files. Who makes it is the system's user when not said.
ObjectVersion version_now(const std::string& message, const std::string& user_name = {},
                          const std::string& user_address = {});

// A second name for a stored file, or a flushed copy where the file system knows no such thing.
Result<void> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

// mkdir -p, nothing flushed: for folders that flush_tree() comes by.
Result<void> make_unflushed_folders(const std::filesystem::path& path);
// Flushes a folder and all that is in it; or its folders alone, when the files are flushed already.
enum class FlushFiles { yes, no };
Result<void> flush_tree(const std::filesystem::path& folder, FlushFiles files = FlushFiles::yes);

// Gives a finished object its name: `path`, below `objects`, of which some folders may not be there
// yet. They come with it in the same rename, so that no empty folder is ever seen. `scratch` is a
// folder of our own on the same file system. False when somebody else has put an object there
// meanwhile.
Result<bool> place_new(const std::filesystem::path& built, const std::filesystem::path& objects,
                       const std::string& path, const std::filesystem::path& scratch);

// Puts a finished object in the place of an older one, which is then at `old`. Where the file
// system cannot let the two change places, the older one is moved there first: see put_back().
Result<void> place_over(const std::filesystem::path& built, const std::filesystem::path& place,
                        const std::filesystem::path& old);
// After a writer died between the two moves: an older object that nobody has replaced gets its
// place back.
Result<void> put_back(const std::filesystem::path& old, const std::filesystem::path& place);

}  // namespace linka
