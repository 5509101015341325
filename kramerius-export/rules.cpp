// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a package from its folder to its report: read every file once, then ask each part.
#include "kramerius-export/rules.h"

#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_shape.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace linka {

namespace fs = std::filesystem;

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    default:
      return "info";
  }
}

const char* name_of(NationalVerdict verdict) {
  switch (verdict) {
    case NationalVerdict::refused:
      return "refused";
    case NationalVerdict::warned:
      return "warned";
    default:
      return "passed";
  }
}

NationalVerdict CheckReport::verdict() const {
  NationalVerdict verdict = NationalVerdict::passed;
  const auto count = [&](const Finding& f) {
    if (!f.national || f.severity == Severity::info) return;
    verdict = std::min(verdict, f.severity == Severity::error ? NationalVerdict::refused
                                                              : NationalVerdict::warned);
  };
  for (const Finding& f : findings) count(f);
  for (const WaivedFinding& w : waived) count(w.finding);
  return verdict;
}

bool CheckReport::has_errors() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::error; });
}

namespace rules {
namespace {

constexpr std::size_t most_of_a_kind = 100;

std::string element_key(std::string_view file, const XmlElement& element) {
  return fmt::format("{}:{}:{}", file, element.line(), element.name());
}

bool is_record_space(const std::string& name_space) {
  return is_one_of(
      name_space, {"http://www.loc.gov/mods/v3", "http://purl.org/dc/elements/1.1/",
                   "http://www.openarchives.org/OAI/2.0/oai_dc/", "info:lc/xmlns/premis-v2",
                   "http://www.loc.gov/mix/v20", "http://www.cdlib.org/inside/diglib/copyrightMD"});
}

template <class Visit>
void walk(const XmlElement& e, const Visit& visit) {
  visit(e);
  for (const XmlElement& child : e.children()) walk(child, visit);
}

// The id that the package's files bear: the folder's name, unless the main METS says otherwise.
std::string id_of(const fs::path& root) {
  const std::string folder = root.filename().string();
  std::error_code error;
  if (fs::exists(fs::symlink_status(root / ("mets_" + folder + ".xml"), error))) return folder;
  std::set<std::string> ids;
  for (fs::directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with("mets_") && name.ends_with(".xml") && name.size() > 9)
      ids.insert(name.substr(5, name.size() - 9));
  }
  return ids.size() == 1 ? *ids.begin() : folder;
}

Standard standard_of(Check& check, const XmlDocument* info, const XmlElement& root) {
  Standard s;
  const std::string type = root.attribute("TYPE");
  std::string version = info ? info->root().child("metadataversion").text() : std::string();
  Findings& f = check.findings;
  f.applied("LINKA_STANDARD_KNOWN");
  if (type != "Monograph" && type != "Periodical") {
    f.error(
        "LINKA_STANDARD_KNOWN", check.package.mets, {},
        say(tr("TYPE of the main METS is {}, expected Monograph or Periodical"), in_quotes(type)));
    return s;
  }
  s.periodical = type == "Periodical";
  if (version.empty()) version = s.periodical ? "2.1" : "2.2";
  s.version = version;
  s.mods38 = version == (s.periodical ? "2.1" : "2.2");
  s.known = s.mods38 || version == (s.periodical ? "2.0" : "2.1");
  if (!s.known)
    f.error("LINKA_STANDARD_KNOWN", check.package.info, {},
            say(tr("metadataversion {} is not one that is checked here: {}"), in_quotes(version),
                s.periodical ? "2.1, 2.0" : "2.2, 2.1"));
  return s;
}

std::optional<XmlDocument> read_xml(Check& check, const std::string& path, std::string_view rule) {
  check.findings.applied(rule);
  if (path.empty()) return std::nullopt;
  const Result<std::string> content = read_of_package(check.package, path, largest_xml);
  Result<XmlDocument> document =
      content ? parse_text(*content) : Result<XmlDocument>(pass(content));
  if (document) return std::move(*document);
  check.unreadable(rule, path, document.error());
  return std::nullopt;
}

Result<CheckReport> run(const fs::path& package, const CheckOptions& options) {
  std::error_code error;
  fs::path root = fs::canonical(package, error);
  if (error || !fs::is_directory(root, error))
    return fail(ErrorKind::bad_input, "{}: there is no such folder", package.string());
  if (fs::directory_iterator(root, error); error)
    return fail(ErrorKind::io, "{}: the folder cannot be read: {}", package.string(),
                error.message());

  Subject subject;
  Check check(subject);
  Package& p = check.package;
  p.root = root;
  p.id = id_of(root);
  if (p.id != root.filename().string())
    check.findings.error("PSP_DIR_MATCHES_PSP_ID", "", {},
                         say(tr("the folder is named {}, its files are of {}"),
                             in_quotes(root.filename().string()), in_quotes(p.id)));
  check_structure(check);
  if (const auto read = read_all_files(check, options); !read) return pass(read);

  const auto info = read_xml(check, p.info, "INFO_XML_WELL_BUILT");
  const auto mets = read_xml(check, p.mets, "LINKA_XML_WELL_FORMED");
  if (mets) p.standard = standard_of(check, info ? &*info : nullptr, mets->root());
  check.dictionaries = load_dictionaries(options.schemas, check.not_checked);
  if (p.standard.known)
    check.schemas = load_schemas(options.schemas, p.standard, check.not_checked);
  else
    check.not_checked.emplace_back(
        tr("METS, records and XML schemas: the standard of the package is not known"));

  check_checksums(check);
  check_info(check, info ? &*info : nullptr, mets ? &*mets : nullptr);
  if (mets && p.standard.known) {
    check_primary_mets(check, *mets);
    check_records(check, *mets);
    if (const auto looked = check_pages(check, options.do_many); !looked) return pass(looked);
  }
  if (const auto looked = check_texts(check, options.do_many); !looked) return pass(looked);
  check_images(check);
  if (check.refused) return tl::unexpected(*std::move(check.refused));

  for (const auto& [note, times] : check.repeated_notes)
    check.findings.info(
        std::get<0>(note), std::get<1>(note), {},
        times == 1 ? std::get<2>(note) : say(tr("{} ({} times)"), std::get<2>(note), times));

  CheckReport report;
  report.package_id = p.id;
  if (p.standard.known) report.standard = p.standard.name();
  for (const auto& [path, file] : p.files)
    if (!file.md5.empty()) ++report.files_seen;
  for (const auto& [number, path] : p.pages[master_copies])
    if (p.images.count(path)) ++report.pages_seen;
  report.rules_applied = check.findings.rules_applied();
  report.findings = check.findings.taken();
  report.not_checked = std::move(check.not_checked);
  return report;
}

}  // namespace

void Findings::keep(Severity severity, std::string_view rule, std::string_view file,
                    const Place& place, std::string message, bool national) {
  applied_.emplace(rule);
  if (++counts_[{std::string(rule), std::string(file)}] > most_of_a_kind) return;
  findings_.push_back({severity, std::string(rule), clean_utf8(file), place.element.line(),
                       xpath_of(place), clean_utf8(message), national});
}
void Findings::add(Severity severity, std::string_view rule, std::string_view file,
                   const Place& place, std::string message) {
  const RuleInfo* info = find_rule(rule);
  const bool national = info && info->owner != RuleOwner::own;
  // A rule of our own refuses nothing.
  if (!national) severity = std::max(severity, Severity::warning);
  keep(severity, rule, file, place, std::move(message), national);
}
void Findings::error(std::string_view rule, std::string_view file, const Place& place,
                     std::string message) {
  add(Severity::error, rule, file, place, std::move(message));
}
void Findings::warning(std::string_view rule, std::string_view file, const Place& place,
                       std::string message) {
  add(Severity::warning, rule, file, place, std::move(message));
}
void Findings::info(std::string_view rule, std::string_view file, const Place& place,
                    std::string message) {
  add(Severity::info, rule, file, place, std::move(message));
}
void Findings::beside(std::string_view rule, std::string_view file, const Place& place,
                      std::string message) {
  keep(Severity::warning, rule, file, place, std::move(message), false);
}

void Findings::add(Findings part) {
  applied_.merge(part.applied_);
  for (Finding& f : part.findings_) {
    auto& count = counts_[{f.rule, f.file}];
    if (++count <= most_of_a_kind) findings_.push_back(std::move(f));
  }
  for (const auto& [key, count] : part.counts_)
    if (count > most_of_a_kind) counts_[key] += count - most_of_a_kind;
}

void Check::unreadable(std::string_view rule, const std::string& path, const Error& error) {
  const auto file = package.files.find(path);
  const bool was_read = file != package.files.end() && !file->second.md5.empty();
  const bool machine = error.kind == ErrorKind::resource || error.kind == ErrorKind::no_space ||
                       (error.kind == ErrorKind::io && was_read);
  if (!machine)
    findings.error(rule, path, {}, error.message);
  else if (!refused)
    refused = error;
}

void Check::add(Check part) {
  if (!refused) refused = std::move(part.refused);
  findings.add(std::move(part.findings));
  not_checked.insert(not_checked.end(), part.not_checked.begin(), part.not_checked.end());
  for (const auto& [note, times] : part.repeated_notes) repeated_notes[note] += times;
}

Result<void> each_page(Check& check, std::size_t folder, const DoMany& do_many,
                       const LookAtPage& look) {
  constexpr std::size_t at_a_time = 32;
  const auto& pages = check.package.pages[folder];
  std::size_t place = 0;
  for (auto next = pages.begin(); next != pages.end();) {
    std::vector<decltype(next)> some;
    for (; some.size() < at_a_time && next != pages.end(); ++next) some.push_back(next);
    std::vector<Check> parts(some.size(), Check(check.subject));
    auto done = do_many(some.size(), [&](std::size_t i) -> Result<void> {
      look(parts[i], place + i, some[i]->first, some[i]->second);
      return {};
    });
    if (!done) return done;
    for (Check& part : parts) check.add(std::move(part));
    place += some.size();
  }
  return {};
}

void Findings::mark_empty(std::string_view file, const XmlElement& element) {
  empty_.insert(element_key(file, element));
}
bool Findings::marked_empty(std::string_view file, const XmlElement& element) const {
  return empty_.count(element_key(file, element)) > 0;
}

std::vector<Finding> Findings::taken() {
  for (const auto& [key, count] : counts_)
    if (count > most_of_a_kind) {
      Finding rest{Severity::info, key.first, clean_utf8(key.second), 0, {}, {}, false};
      for (const Finding& f : findings_)
        if (f.rule == key.first && f.file == rest.file) {
          rest.severity = std::min(rest.severity, f.severity);
          rest.national = rest.national || f.national;
        }
      rest.message = say(tr("and {} more of this kind"), count - most_of_a_kind);
      findings_.push_back(rest);
    }
  const auto key = [](const Finding& f) {
    return std::tie(f.file, f.rule, f.line, f.message, f.xpath, f.severity);
  };
  std::sort(findings_.begin(), findings_.end(),
            [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  return std::move(findings_);
}

Result<std::string> read_of_package(const Package& package, const std::string& path,
                                    std::uint64_t max_bytes) {
  if (!package.files.count(path))
    return fail(ErrorKind::bad_input, "{} is not a file of the package", path);
  return linka::read_text(package.root / path, max_bytes);
}

Result<XmlDocument> parse_text(std::string_view text) {
  return XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void check_empty(Check& check, const std::string& file, const XmlElement& root) {
  check.findings.applied("LINKA_NOTHING_EMPTY");
  walk(root, [&](const XmlElement& e) {
    if (check.findings.marked_empty(file, e)) return;
    const auto attributes = e.attributes();
    for (const auto& [name, value] : attributes)
      if (value.empty())
        check.findings.warning("LINKA_NOTHING_EMPTY", file, {e, name},
                               say(tr("the attribute {} of {} is empty"), name, e.name()));
    if (is_one_of(e.name(), {"relatedItem", "copyright"}) ||
        (!is_record_space(e.name_space()) && !attributes.empty()))
      return;
    if (e.children().empty() && e.text().empty())
      check.findings.warning("LINKA_NOTHING_EMPTY", file, e,
                             say(tr("the element {} is empty"), e.name()));
  });
}

void check_prefixes(Check& check, const std::string& file, const XmlElement& root) {
  static const std::map<std::string, std::string, std::less<>> customary = {
      {"http://www.loc.gov/METS/", "mets"},
      {"http://www.loc.gov/mods/v3", "mods"},
      {"http://purl.org/dc/elements/1.1/", "dc"},
      {"http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc"},
      {"info:lc/xmlns/premis-v2", "premis"},
      {"http://www.loc.gov/mix/v20", "mix"}};
  check.findings.applied("LINKA_CUSTOMARY_PREFIXES", "LINKA_METS_ROOT");
  if (root.name() != "mets" || root.name_space() != "http://www.loc.gov/METS/")
    check.findings.error("LINKA_METS_ROOT", file, root,
                         say(tr("the root is {} of the namespace {}, not METS"),
                             in_quotes(root.name()), in_quotes(root.name_space())));
  std::set<std::string> said;
  walk(root, [&](const XmlElement& e) {
    const auto wanted = customary.find(e.name_space());
    if (wanted == customary.end() || wanted->second == e.prefix() ||
        !said.insert(wanted->second + e.prefix()).second)
      return;
    check.findings.warning("LINKA_CUSTOMARY_PREFIXES", file, e,
                           say(tr("{} has the prefix {}, expected {}"), e.name(),
                               in_quotes(e.prefix()), wanted->second));
  });
}

void check_unique_ids(Check& check, const std::string& file, const XmlElement& root,
                      std::string_view rule) {
  check.findings.applied(rule);
  std::set<std::string> ids;
  walk(root, [&](const XmlElement& e) {
    const std::string id = e.attribute("ID");
    if (!id.empty() && !ids.insert(id).second)
      check.findings.warning(rule, file, {e, "ID"},
                             say(tr("the id {} is there twice"), in_quotes(id)));
  });
}

void check_mets_schema(Check& check, const std::string& file, const XmlDocument& mets,
                       bool records_refused) {
  if (!check.schemas.mets) return;
  check.findings.applied("LINKA_METS_SCHEMA");
  for (const XmlComplaint& c : check.schemas.mets->complaints(mets))
    if (c.element.name_space() == "http://www.loc.gov/METS/" || !records_refused)
      check.findings.warning("LINKA_METS_SCHEMA", file, c.element, c.message);
}

bool check_record_schema(Check& check, std::string_view rule, const std::string& file,
                         const std::string& where, const XmlElement& record) {
  if (!check.schemas.mets) return false;
  check.findings.applied(rule);
  const std::vector<XmlComplaint> complaints = check.schemas.mets->complaints(record);
  for (const XmlComplaint& c : complaints)
    check.findings.error(rule, file, c.element ? c.element : record,
                         fmt::format("{}: {}", where, c.message));
  return !complaints.empty();
}

bool check_href(Check& check, const std::string& file, const Place& place,
                const std::string& href) {
  check.findings.applied("LINKA_HREF_INSIDE_PACKAGE");
  const auto wrong = [&](const char* why) {
    check.findings.error("LINKA_HREF_INSIDE_PACKAGE", file, place, say(why, in_quotes(href)));
    return false;
  };
  if (href.starts_with('/') || href.starts_with('\\') || href.find(':') != std::string::npos)
    return wrong(tr("the link {} is absolute, expected a path from the package's root"));
  for (const char separator : {'/', '\\'})
    for (const std::string& part : split_text(href, separator))
      if (part == "..") return wrong(tr("the link {} leaves its folder"));
  return true;
}

void check_rights(Check& check, const std::string& file, const XmlElement& mets,
                  std::string_view rule) {
  const Shape copyright =
      Shape::node("copyright", {Shape::open("creation"), Shape::open("creator"),
                                Shape::open("publication"), Shape::open("rights.holder"),
                                Shape::open("notice"), Shape::leaf("general.note")})
          .needs("copyright.status", {"copyrighted", "pd", "pd_expired", "pd_holder", "unknown"})
          .needs("publication.status", {"published", "unpublished", "unknown"})
          .with("xsi:schemaLocation")
          .may_be_empty();
  for (const XmlElement& section : mets.children("amdSec"))
    for (const XmlElement& rights : section.children("rightsMD")) {
      const XmlElement wrap = rights.child("mdWrap");
      const XmlElement record = wrap.child("xmlData").child("copyright");
      check.findings.applied(rule);
      if (!rights.has("ID")) check.findings.error(rule, file, rights, tr("rightsMD has no ID"));
      if (wrap.attribute("MDTYPE") != "OTHER" || wrap.attribute("OTHERMDTYPE") != "CopyrightMD" ||
          wrap.attribute("MIMETYPE") != "text/xml")
        check.findings.error(
            rule, file, rights,
            tr("mdWrap is not of MDTYPE OTHER, OTHERMDTYPE CopyrightMD and MIMETYPE text/xml"));
      if (!record) {
        check.findings.error(rule, file, rights, tr("there is no copyright record"));
        continue;
      }
      compare(check, rule, file, "rights", copyright, record);
      check_record_schema(check, "COPYRIGHTMD_VALID_BY_XSD", file, "rights", record);
    }
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t longest = 120;
  if (value.size() <= longest) return fmt::format("'{}'", value);
  return fmt::format("'{}...'", clean_utf8(value.substr(0, longest)));
}

}  // namespace rules

Result<CheckReport> check_package(const fs::path& package, const CheckOptions& options) {
  return guarded<CheckReport>("rules", [&] { return rules::run(package, options); });
}

}  // namespace linka
