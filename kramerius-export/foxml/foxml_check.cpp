// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_check.h"

#include "base/digest.h"
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/foxml/foxml_images.h"

#include <algorithm>
#include <system_error>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t asked_images = 3;  // of a folder; all are of one pattern

struct FolderFiles {
  std::vector<std::string> xml;  // paths within the folder, sorted
  std::vector<std::string> links, lists, closed;
};

Result<FolderFiles> files_of(const fs::path& folder) {
  FolderFiles out;
  std::error_code code;
  if (!fs::is_directory(folder, code))
    return fail(ErrorKind::bad_input, "{}: there is no such folder", folder.string());
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code)) {
    const std::string name = fs::relative(it->path(), folder).generic_string();
    if (it->is_symlink()) {
      out.links.push_back(name);
      continue;
    }
    std::error_code unreadable;
    const fs::perms allowed = it->status(unreadable).permissions();
    if ((allowed & fs::perms::others_read) == fs::perms::none) out.closed.push_back(name);
    if (!it->is_regular_file(unreadable)) continue;
    if (it->path().filename() == "update.list") out.lists.push_back(name);
    if (lower_ascii(name).ends_with(".xml")) out.xml.push_back(name);
  }
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", folder.string(),
                code.message());
  for (auto* list : {&out.xml, &out.links, &out.lists, &out.closed})
    std::sort(list->begin(), list->end());
  return out;
}

void check_folder(const fs::path& folder, const FolderFiles& files, FoxmlFindings& findings) {
  std::error_code code;
  fs::path whole = fs::absolute(folder, code).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  const std::string name = whole.filename().string();
  if (safe_name(name) != name)
    findings.add("FOXML_FOLDER_NAME", "", 0, say(tr("the folder is named \"{}\""), name));
  for (const std::string& link : files.links)
    findings.add("FOXML_SYMLINK", link, 0, tr("it is a symbolic link"));
  for (const std::string& list : files.lists)
    findings.add("FOXML_UPDATE_LIST", list, 0, tr("it makes the import change streams only"));
  if (!files.closed.empty())
    findings.add("FOXML_READABLE", files.closed.front(), 0,
                 say(trn("{} file can be read by its owner alone",
                         "{} files can be read by their owner alone", files.closed.size()),
                     files.closed.size()));
}

void check_placed(const FoxmlCheckOptions& options, FoxmlFindings& findings) {
  for (const PlacedImage& image : options.images) {
    const fs::path path = options.image_root / image.target;
    const std::string file = image.page.starts_with("uuid:") ? image.page.substr(5) + ".xml" : "";
    std::error_code code;
    if (!fs::is_regular_file(path, code)) {
      findings.add("FOXML_IMAGE_PLACE", file, 0, say(tr("{} is not there"), path.string()));
      continue;
    }
    const auto digests = digest_file(path);
    if (!digests)
      findings.add("FOXML_IMAGE_PLACE", file, 0, digests.error().message);
    else if (digests->size_bytes != image.bytes ||
             (!image.md5.empty() && digests->md5 != image.md5))
      findings.add("FOXML_IMAGE_PLACE", file, 0,
                   say(tr("{} is not the image of the package"), path.string()));
  }
}

void reach_images(const std::vector<CheckedObject>& objects, const FoxmlCheckOptions& options,
                  FoxmlFindings& findings) {
  std::size_t asked = 0;
  for (const CheckedObject& o : objects) {
    if (o.full_url.empty() || asked == asked_images) continue;
    ++asked;
    for (const std::string& url :
         {o.full_url, o.tiles.empty() ? std::string() : o.tiles + "/info.json"}) {
      if (url.empty()) continue;
      if (const auto reached = options.reach(url); !reached)
        findings.add("FOXML_IMAGE_URL", o.file, 0, url + ": " + reached.error().message);
    }
  }
}

void say_unchecked(const FoxmlCheckOptions& options, bool has_urls, FoxmlReport& report) {
  if (options.licences.empty())
    report.not_checked.emplace_back(tr("whether the server knows the licences"));
  if (!has_urls) return;
  if (options.image_root.empty())
    report.not_checked.emplace_back(tr("whether the images lie on the image server"));
  if (!options.reach) report.not_checked.emplace_back(tr("whether the images can be reached"));
}

}  // namespace

Result<FoxmlReport> check_foxml(const fs::path& folder, const FoxmlCheckOptions& options) {
  return guarded<FoxmlReport>("foxml check", [&]() -> Result<FoxmlReport> {
    const auto files = files_of(folder);
    if (!files) return pass(files);
    FoxmlReport report;
    FoxmlFindings findings(report);
    check_folder(folder, *files, findings);
    std::vector<CheckedObject> objects;
    for (const std::string& file : files->xml)
      if (auto object = check_object(folder, file, findings)) {
        report.pages += object->model == "page" ? 1 : 0;
        objects.push_back(std::move(*object));
      }
    report.objects = objects.size();
    if (objects.empty()) findings.add("FOXML_EMPTY", "", 0, tr("there is no object"));
    check_tree(objects, options, findings);
    if (!options.image_root.empty()) check_placed(options, findings);
    if (options.reach) reach_images(objects, options, findings);
    const bool has_urls =
        std::any_of(objects.begin(), objects.end(), [](const auto& o) { return !o.tiles.empty(); });
    say_unchecked(options, has_urls, report);
    sort_findings(report);
    return report;
  });
}

}  // namespace linka
