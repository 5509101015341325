// SPDX-License-Identifier: GPL-3.0-or-later
// The steps that may be done as often as one likes: nothing outside our own folders and the places
// that were given to us changes.
#include "base/clock.h"
#include "base/digest.h"
#include "base/fail_point.h"
#include "base/owner_lock.h"
#include "delivery/course.h"
#include "delivery/placing.h"
#include "delivery/receipt.h"

#include <algorithm>
#include <set>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint begun{"deliver-begun", "after a delivery was begun in its journal"};
FailPoint validated{"deliver-validated", "after the package was found whole"};
FailPoint exported{"deliver-exported", "after the import folder was made, before that is noted"};
FailPoint images_placed{"deliver-images-placed",
                        "after all images were placed, before that is noted"};
FailPoint folder_placed{"deliver-folder-placed",
                        "after the import folder was placed, before that is noted"};
FailPoint seen{"deliver-seen", "after the server was found to see the import folder"};

constexpr int looks_for_folder = 3;        // a network's disk may show a folder late
constexpr std::size_t most_findings = 50;  // that are kept to be shown

// The SHA-256 over the names and digests of a folder's files.
Result<std::string> folder_digest(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    files.push_back(it->path());
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be read: {}", folder.string(),
                code.message());
  std::sort(files.begin(), files.end());
  std::string lines;
  for (const fs::path& file : files) {
    const auto digests = digest_file(file);
    if (!digests) return pass(digests);
    lines += digests->sha256 + "  " + file.filename().string() + "\n";
  }
  return sha256_hex(lines);
}

std::string line_of(const Finding& finding) {
  return (finding.file.empty() ? "" : finding.file + ": ") + finding.message + " (" + finding.rule +
         ")";
}

template <class Report>
std::vector<std::string> errors_in(const Report& report) {
  std::vector<std::string> lines;
  for (const Finding& finding : report.findings)
    if (finding.severity == Severity::error && lines.size() < most_findings)
      lines.push_back(line_of(finding));
  return lines;
}

}  // namespace

Result<void> DeliveryCourse::open() {
  std::error_code code;
  if (!fs::is_directory(package_, code))
    return fail(ErrorKind::bad_input, "{}: there is no such package", package_.string());
  const auto root = package_root(package_);
  if (!root) return pass(root);
  root_ = *root;
  files_ = files_of(package_, target().id);
  out.journal = files_.journal();
  if (options_.dry_run) {
    const auto state = read_delivery(files_.journal());
    if (!state) return pass(state);
    state_ = *state;
    return {};
  }
  if (auto r = make_folders(files_.folder); !r) return r;
  auto lock = OwnerLock::take(files_.folder);
  if (!lock) return pass(lock);
  locks_.push_back(std::make_shared<OwnerLock>(*std::move(lock)));
  auto events = read_events(files_.journal());
  if (!events) return pass(events);
  events_ = std::move(events->events);
  state_ = replay_delivery(events_);
  auto log = EventLog::open(files_.journal());
  if (!log) return pass(log);
  log_.emplace(*std::move(log));
  const bool same =
      state_.begun && state_.package_digest == root_ && state_.way == (psp() ? "psp" : "foxml");
  const bool tried = !state_.imports.empty() || !state_.receipt.is_null();
  if (same && !(tried && options_.again)) return {};
  if (!state_.imports.empty() && !state_.imports.back().over && !options_.again)
    return end(Ending::unknown,
               {ErrorKind::busy,
                say(tr("{}: the package was changed while its delivery is open; --again begins "
                       "anew"),
                    package_.string()),
                "delivery"});
  if (auto r = note({{"type", "begun"},
                     {"package", root_},
                     {"target", target().id},
                     {"server", target().server},
                     {"way", psp() ? "psp" : "foxml"},
                     {"created", iso8601(now())},
                     {"version", options_.version}});
      !r)
    return r;
  begun.reached();
  return {};
}

Result<void> DeliveryCourse::validate() {
  if (state_.validated) return {};
  news(tr("the package is checked"));
  CheckOptions check{options_.schemas};
  check.decode = options_.decode;
  check.decode_pages = 5;
  const auto report = check_package(package_, check);
  if (!report) return pass(report);
  if (report->has_errors() || report->pages_seen == 0) {
    out.findings = errors_in(*report);
    return end(
        Ending::broken,
        {ErrorKind::bad_input,
         report->pages_seen == 0
             ? say(tr("{}: no page was found in the package"), package_.string())
             : say(tr("{}: the package breaks rules and is not delivered"), package_.string()),
         "delivery"});
  }
  if (options_.dry_run) return {};
  validated.reached();
  return note({{"type", "validated"}, {"pages", report->pages_seen}});
}

FoxmlOptions DeliveryCourse::foxml_options() const {
  FoxmlOptions o;
  o.images = target().images;
  // In this way the server makes its own; ours are only to compare with.
  if (psp() && o.images.kind == FoxmlImages::Kind::embedded_jpeg)
    o.images.kind = FoxmlImages::Kind::moved_by_kramerius;
  o.make_jpegs = options_.make_jpegs;
  o.licences = target().licences;
  const bool is_public =
      std::find(o.licences.begin(), o.licences.end(), "public") != o.licences.end();
  o.policy = !target().policy.empty() ? target().policy : is_public ? "public" : "private";
  o.created = parse_iso8601(state_.created.empty() ? iso8601(now()) : state_.created);
  o.progress = [this](std::size_t done, std::size_t of) { progress(tr("exported"), done, of); };
  o.cancelled = [this] { return stop(); };
  return o;
}

// The title and the year of a new issue are often there: others keep them.
Result<std::set<std::string>> DeliveryCourse::known_above(const FoxmlOptions& options) {
  const auto planned = plan_foxml(package_, options);
  if (!planned) return pass(planned);
  std::set<std::string> known;
  for (const FoxmlObject& object : planned->objects) {
    if (object.pid == planned->unit) break;  // parents stand before their children
    const auto there = is_there(server_, object.pid);
    if (!there) return pass(there);
    if (*there) known.insert(object.pid);
  }
  return known;
}

Result<void> DeliveryCourse::export_package() {
  std::error_code code;
  if (state_.exported && fs::exists(files_.expected(), code)) {
    // Once the server has the folder, ours is no longer needed.
    if (state_.open_import() != nullptr) return load_expected();
    const auto digest = folder_digest(files_.foxml());
    if (digest && *digest == state_.exported_digest) return load_expected();
  }
  news(tr("the import folder is made"));
  fs::remove_all(files_.foxml(), code);
  auto options = foxml_options();
  auto known = known_above(options);
  if (!known) return pass(known);
  options.known = *std::move(known);
  auto made = export_foxml(package_, files_.foxml(), options);
  if (!made) return pass(made);
  auto expected = expected_of(*made);
  if (!expected) return pass(expected);
  expected_ = *std::move(expected);
  for (const std::string& pid : options.known) expected_.known.insert(pid);
  if (psp()) expected_.images.clear();
  const auto digest = folder_digest(files_.foxml());
  if (!digest) return pass(digest);
  if (auto r = check_export(); !r) return r;
  if (auto r = write_atomically(files_.expected(), to_json(expected_).dump(1)); !r) return r;
  exported.reached();
  return note({{"type", "exported"},
               {"digest", *digest},
               {"pid", expected_.unit},
               {"objects", expected_.objects.size()},
               {"pages", expected_.pages()},
               {"images", expected_.images.size()}});
}

Result<void> DeliveryCourse::load_expected() {
  const auto text = read_text(files_.expected(), 1ull << 32);
  if (!text) return pass(text);
  auto expected = expected_from(json::parse(*text, nullptr, false));
  if (!expected) return pass(expected, files_.expected().string());
  expected_ = *std::move(expected);
  return {};
}

Result<void> DeliveryCourse::check_export() {
  FoxmlCheckOptions how;
  how.known = expected_.known;
  const auto report = psp() ? check_converting_import(package_) : check_foxml(files_.foxml(), how);
  if (!report) return pass(report);
  if (!report->has_errors() && report->objects > 0) return {};
  out.findings = errors_in(*report);
  return end(
      Ending::broken,
      {ErrorKind::bad_input,
       say(tr("{}: Kramerius could not take the package in"), package_.string()), "delivery"});
}

Result<void> DeliveryCourse::place_everything() {
  if (state_.open_import() != nullptr) return {};
  if (!state_.images_placed && !expected_.images.empty() && target().image_place.given()) {
    news(say(tr("{} images are placed at {}"), expected_.images.size(),
             words_for(target().image_place)));
    const auto placed = place_images(
        target().image_place, expected_.images,
        [this](std::size_t done, std::size_t of) { progress(tr("images placed"), done, of); },
        [this] { return stop(); });
    if (!placed) return pass(placed);
    images_placed.reached();
    if (auto r = note({{"type", "images-placed"},
                       {"files", placed->files},
                       {"copied", placed->copied},
                       {"bytes", placed->bytes},
                       {"at", words_for(target().image_place)}});
        !r)
      return r;
  }
  const fs::path folder = psp() ? package_ : files_.foxml();
  const std::string digest = psp() ? root_ : state_.exported_digest;
  const std::string name =
      "linka-" + expected_.unit.substr(expected_.unit.find(':') + 1) + "-" + digest.substr(0, 8);
  news(say(tr("the import folder {} is placed at {}"), name, words_for(target().import)));
  const auto placed = place_folder(target().import, folder, name, [this] { return stop(); });
  if (!placed) return pass(placed);
  folder_placed.reached();
  if (state_.folder_placed && state_.name == name) return {};
  return note({{"type", "folder-placed"},
               {"name", name},
               {"files", placed->files},
               {"bytes", placed->bytes},
               {"at", words_for(target().import)}});
}

// A licence that the server does not know lets nobody in, and nothing says so afterwards. A server
// that does not tell is believed.
Result<void> DeliveryCourse::ask_for_licences() {
  if (state_.open_import() != nullptr || target().licences.empty()) return {};
  const KnownLicences known = known_licences(server_);
  if (known.reply.heard == Heard::stopped) return tl::unexpected(stopped());
  if (!known.reply.good()) {
    news(say(tr("the server does not tell its licences: {}"), words_for(known.reply)));
    return {};
  }
  for (const std::string& licence : target().licences)
    if (!known.has(licence))
      return end(Ending::refused,
                 {ErrorKind::configuration,
                  say(tr("the server does not know the licence \"{}\"; it knows {}"), licence,
                      fmt::format("{}", fmt::join(known.names, ", "))),
                  "delivery"});
  return {};
}

// The server's own list of the folder names every file of ours.
Result<void> DeliveryCourse::ask_whether_seen() {
  if (state_.open_import() != nullptr) return {};
  if (target().absolute()) {
    news(tr("whether the server sees the folder cannot be asked: its whole path is given"));
    return {};
  }
  std::set<std::string> ours;
  std::error_code code;
  for (fs::directory_iterator it(psp() ? package_ : files_.foxml(), code), end; !code && it != end;
       it.increment(code))
    ours.insert(it->path().filename().string());
  const std::string kind = psp() ? "convert-and-import-ndk" : "import-foxml";
  const std::string below =
      (target().on_server.empty() ? "" : target().on_server + "/") + state_.name;
  std::string trouble;
  for (int look = 1; look <= looks_for_folder; ++look) {
    if (look > 1 && !server_.pause(std::min(target().poll_s, 5.0)))
      return tl::unexpected(stopped());
    const Reply reply =
        server_.get_json("/admin/v7.0/files/input-data-dir-for_" + kind + "/" + below);
    if (reply.heard == Heard::stopped) return tl::unexpected(stopped());
    if (reply.heard == Heard::no_rights)
      return end(Ending::refused, error_of(reply, tr("the list of import folders")));
    trouble = words_for(reply);
    if (!reply.good() || !reply.document.is_object() || !reply.document.contains("files")) continue;
    std::set<std::string> missing = ours;
    for (const json& file : reply.document["files"])
      if (file.is_object() && file.contains("name") && file["name"].is_string())
        missing.erase(file["name"].get<std::string>());
    if (missing.empty()) {
      seen.reached();
      return state_.seen ? Result<void>{} : note({{"type", "seen"}, {"files", ours.size()}});
    }
    trouble = say(tr("{} of {} files are not in its list"), missing.size(), ours.size());
  }
  return end(Ending::stopped,
             {ErrorKind::configuration,
              say(tr("the server does not see the import folder {} ({}); on_server and folder of "
                     "the target must mean the same place"),
                  below, trouble),
              "delivery"});
}

Result<void> DeliveryCourse::say_plan() {
  const auto planned = plan_foxml(package_, foxml_options());
  if (!planned) return pass(planned);
  out.pid = planned->unit;
  out.address = target().address_of(out.pid);
  out.objects = planned->objects.size();
  for (const FoxmlObject& object : planned->objects) {
    out.pages += object.model == "page" ? 1 : 0;
    if (object.pid == planned->unit) out.title = object.label;
  }
  const auto there = is_there(server_, planned->unit);
  out.plan.push_back(say(tr("{} objects, {} pages"), out.objects, out.pages));
  if (!state_.receipt.is_null() && state_.package_digest == root_)
    out.plan.push_back(
        say(tr("it was delivered already; the receipt is {}"), files_.receipt().string()));
  else if (state_.open_import() != nullptr)
    out.plan.push_back(tr("its delivery has begun and would be gone on with"));
  if (!planned->images.empty() && target().image_place.given())
    out.plan.push_back(say(tr("{} images would be placed at {}"), planned->images.size(),
                           words_for(target().image_place)));
  out.plan.push_back(say(tr("an import folder would be placed at {}"), words_for(target().import)));
  if (!there)
    out.plan.push_back(say(tr("the server cannot be asked: {}"), there.error().message));
  else
    out.plan.push_back(*there ? tr("the document is on the server already; what differs is told "
                                   "before anything is started")
                              : tr("the document is not on the server yet"));
  out.ending = Ending::planned;
  return {};
}

}  // namespace linka
