// SPDX-License-Identifier: GPL-3.0-or-later
// One file that opens anywhere: style and pictures inside, no scripts. Only pages that somebody
// should look at have a picture, so that a book of hundreds of pages stays quick.
#include "pipeline/report_html.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/translate.h"
#include "image/image_io.h"
#include "stages/decode/decode.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace linka {
namespace {

constexpr int thumbnail_edge_px = 320;
constexpr int thumbnail_quality = 70;
constexpr std::uint64_t largest_preview = 8u << 20;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clean_utf8(text)) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string size_in_words(std::uint64_t bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f}\u00a0{}", value, unit == 0 || value >= 99.95 ? 0 : 1, units[unit]);
}

std::string share(double value) {
  return fmt::format("{:.0f}\u00a0%", value * 100);
}

std::string name_of_scan(const ScanId& id) {
  return id.frame == 0 ? id.name : say(tr("{} (image {})"), id.name, id.frame + 1);
}

std::string name_of_page(const PageId& id) {
  const std::string scan = name_of_scan(id.scan);
  if (id.side == Side::left) return say(tr("{}, left page"), scan);
  if (id.side == Side::right) return say(tr("{}, right page"), scan);
  return scan;
}

// ---- pictures ----

std::string base64(ByteView bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                (n > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0) |
                                (n > 2 ? bytes[i + 2] : 0);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? letters[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

// The page's preview, made smaller: a report with hundreds of pictures must still open at once.
std::string picture_of(const Batch& batch, const PageId& id) {
  const Result<Bytes> preview = read_file(batch.page(id) / "preview.jpg", largest_preview);
  if (!preview || preview->empty()) return {};
  const Result<ScanImage> decoded =
      guarded<ScanImage>("report", [&] { return decode(*preview, 0, {}); });
  if (!decoded) return {};
  const Result<Bytes> small = to_jpeg(decoded->image, thumbnail_quality, thumbnail_edge_px);
  if (!small) return {};
  return "data:image/jpeg;base64," + base64(*small);
}

// ---- the page ----

constexpr const char* style = R"(
:root{--ok:#2e7d4f;--unsure:#d99000;--parked:#c62828;--out:#8a8f98;--open:#fff;--ink:#1d2430;
--soft:#667085;--line:#d8dce3;--tint:#f5f6f8}
*{box-sizing:border-box;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{font:15px/1.45 system-ui,"Noto Sans","DejaVu Sans",sans-serif;color:var(--ink);margin:0 auto;
max-width:1120px;padding:24px 28px 48px;background:#fff}
h1{font-size:25px;margin:0 0 2px;overflow-wrap:anywhere}h2{font-size:19px;margin:34px 0 10px}
.soft{color:var(--soft)}.small{font-size:13px}.path{overflow-wrap:anywhere}
.verdict{border-radius:8px;color:#fff;padding:14px 20px;margin:18px 0 14px;font-size:20px;font-weight:600}
.verdict.ok{background:var(--ok)}.verdict.no{background:var(--parked)}
.verdict div{font-size:15px;font-weight:400;margin-top:2px}
.sums{display:flex;flex-wrap:wrap;gap:10px;margin:0 0 10px;align-items:center}
.sums>span{font-size:22px;color:var(--soft)}
.sum{border:1px solid var(--line);border-radius:8px;padding:8px 16px 9px;min-width:104px}
.sum b{display:block;font-size:26px;line-height:1.15;font-variant-numeric:tabular-nums}
.sum.zero b{color:#b6bcc6}.sum.bad{border-color:var(--parked);background:#fdf0f0}
.sum.bad b{color:var(--parked)}.sum.warn{border-color:var(--unsure);background:#fff8e8}
.sum.warn b{color:#9a6500}
.map{display:flex;flex-wrap:wrap;gap:3px;margin:8px 0}
.map i{--c:var(--ok);width:15px;height:19px;border-radius:2px;background:var(--c)}
.map a{text-decoration:none;display:flex}
.map i.unsure{--c:var(--unsure)}.map i.parked{--c:var(--parked)}.map i.excluded{--c:var(--out)}
.map i.two{width:28px;background:linear-gradient(90deg,var(--c) 47%,#fff 47%,#fff 53%,var(--c) 53%)}
.map i.open{background:#fff;border:1.5px dashed var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:16px;align-items:center}
.legend span{display:flex;gap:6px;align-items:center}.legend .map{margin:0}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:14px}
.card{border:1px solid var(--line);border-top:4px solid var(--unsure);border-radius:8px;padding:12px;
break-inside:avoid;background:#fff}
.card.parked{border-top-color:var(--parked)}
.card h3{font-size:15px;margin:0 0 6px;overflow-wrap:anywhere}
.card p,.card ul{margin:6px 0 0;overflow-wrap:anywhere}.card ul{padding-left:18px}
.shot{height:210px;background:var(--tint);border-radius:5px;display:flex;align-items:center;
justify-content:center;overflow:hidden;color:var(--soft)}
.shot img{max-width:100%;max-height:210px;box-shadow:0 1px 4px #0003}
.shot.none{background:repeating-linear-gradient(45deg,#f5e4e4 0 10px,#faf0f0 10px 20px);height:90px}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:600;color:var(--soft);border-bottom:2px solid var(--line);
padding:4px 8px;vertical-align:bottom}
td{border-bottom:1px solid #eceef2;padding:3px 8px;vertical-align:top}
td.n,th.n{text-align:right}td.n{white-space:nowrap}td.name{overflow-wrap:anywhere;min-width:150px}
tr.unsure td{background:#fff8e8}tr.parked td{background:#fdf0f0}tr.excluded td{color:var(--soft)}
.mark{display:inline-block;width:10px;height:10px;border-radius:2px;background:var(--ok);margin-right:7px}
tr.unsure .mark{background:var(--unsure)}tr.parked .mark{background:var(--parked)}
tr.excluded .mark{background:var(--out)}tr.open .mark{background:#fff;border:1.5px dashed var(--soft)}
.two-columns{display:grid;grid-template-columns:1fr 1fr;gap:0 40px}
details{margin-top:26px}summary{cursor:pointer;color:var(--soft)}
@media(max-width:700px){.two-columns{grid-template-columns:1fr}body{padding:14px}}
@media print{@page{margin:12mm}body{padding:0;font-size:9.5pt;max-width:none}
h2{break-after:avoid;margin-top:20px}tr{break-inside:avoid}thead{display:table-header-group}
table{font-size:8pt}td{padding:1px 5px}th{padding:2px 5px}.sum{padding:4px 10px;min-width:0}
.sum b{font-size:17px}.sums>span{font-size:15px}.map{gap:2px}.map i{width:9px;height:12px}
.map i.two{width:17px}.shot,.shot img{height:auto;max-height:150px}.shot{height:150px}
.cards{grid-template-columns:repeat(4,1fr);gap:8px}details:not([open]){display:none}}
)";

bool is_open(ScanState state) {
  return state == ScanState::pending || state == ScanState::changed || state == ScanState::missing;
}

// Whether a person should look at the page: something was found on it, or nothing is known of it.
bool is_to_look(const ReportedBatch& found, const PageId& id) {
  if (found.review.left_out.contains(id)) return false;
  if (!found.review.facts.contains(id)) return true;
  const ReviewedPage* page = found.review.of(id);
  return page != nullptr && !page->accepted && page->findings.front().urgency != Urgency::note;
}

// The class that colours a scan's cell and its rows.
const char* colour_of(const ReportedBatch& found, const ScanStatus& scan) {
  if (scan.state == ScanState::parked) return "parked";
  if (scan.state == ScanState::excluded) return "excluded";
  if (is_open(scan.state)) return "open";
  for (const PageOutcome& page : scan.pages)
    if (is_to_look(found, page.id)) return "unsure";
  return "";
}

std::string sum(std::size_t value, const char* words, const char* kind) {
  return fmt::format("<div class=\"sum {}\"><b>{}</b>{}</div>\n", value == 0 ? "zero" : kind, value,
                     escaped(words));
}

std::string package_in_words(const ReportedPackage& package) {
  if (package.path.empty()) return {};
  std::string html = fmt::format("<p class=\"path\">{} <b>{}</b></p>\n", escaped(tr("Package:")),
                                 escaped(package.path));
  html += "<p>";
  html += escaped(!package.checked ? std::string(tr("The package was not checked."))
                                   : say(tr("Checked against the rules: {} errors, {} warnings."),
                                         package.errors, package.warnings));
  html += "</p>\n";
  const auto list = [&](const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    html += "<ul class=\"small\">\n";
    for (const std::string& line : lines) html += "<li>" + escaped(line) + "</li>\n";
    html += "</ul>\n";
  };
  list(package.findings);
  if (!package.not_checked.empty())
    html += "<p class=\"small soft\">" + escaped(tr("Not checked:")) + "</p>\n";
  list(package.not_checked);
  return html;
}

std::string head(const ReportedBatch& found) {
  const BatchStatus& s = found.status;
  const std::string name = found.batch.folder().filename().string();
  // Translators: the code of your language, for the page's lang attribute.
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
      tr("en"), escaped(name), style, escaped(name));
  html += fmt::format(
      "<div class=\"soft small path\">{}</div>\n",
      escaped(say(tr("scans in {}; report of {}"), found.batch.scans().string(), iso8601(now()))));
  const bool refused = found.package.errors > 0;
  const std::size_t held = found.review.held;
  html += fmt::format(
      "<div class=\"verdict {}\">{}", s.green() && !refused && held == 0 ? "ok" : "no",
      escaped(s.green() && refused ? tr("Every scan is accounted for, but the package breaks rules")
              : s.green() && held > 0
                  ? tr("Every scan is accounted for, but pages are held until somebody has looked")
              : s.green()       ? tr("Complete: every scan is accounted for")
              : s.scans.empty() ? tr("Not complete: there is no scan")
                                : tr("Not complete")));
  std::vector<std::string> open;
  if (s.scans_parked > 0)
    open.push_back(
        say(trn("{} scan is parked", "{} scans are parked", s.scans_parked), s.scans_parked));
  if (s.scans_pending > 0)
    open.push_back(
        say(trn("{} scan is still to be done", "{} scans are still to be done", s.scans_pending),
            s.scans_pending));
  if (s.scans_missing > 0)
    open.push_back(
        say(trn("{} scan is missing", "{} scans are missing", s.scans_missing), s.scans_missing));
  if (!open.empty()) html += "<div>" + escaped(fmt::format("{}", fmt::join(open, ", "))) + "</div>";
  if (found.review.to_look > 0)
    html += "<div>" +
            escaped(say(trn("{} page should be looked at", "{} pages should be looked at",
                            found.review.to_look),
                        found.review.to_look)) +
            "</div>";
  html += "</div>\n<div class=\"sums\">\n";
  const auto sign = [](const char* text) { return fmt::format("<span>{}</span>\n", text); };
  html += sum(s.scans.size(), tr("scans"), "") + sign("=");
  html += sum(s.scans_done, tr("scans done"), "") + sign("+");
  html += sum(s.scans_parked, tr("parked"), "bad") + sign("+");
  html += sum(s.scans_excluded, tr("left out"), "") + sign("+");
  html += sum(s.scans_pending, tr("to do"), "warn") + sign("+");
  html += sum(s.scans_missing, tr("missing"), "bad");
  html += "</div>\n<div class=\"sums\">\n";
  html += sum(s.pages_done, tr("pages"), "");
  html += sum(found.review.to_look, tr("to look at"), "warn");
  html += sum(held, tr("of them held"), "bad");
  html += sum(found.blank, tr("blank pages"), "");
  html += sum(found.words, tr("words read"), "");
  html += "</div>\n";
  return html + package_in_words(found.package);
}

std::string map_of_scans(const ReportedBatch& found) {
  std::string html = fmt::format("<h2>{}</h2>\n<div class=\"map\">", escaped(tr("Every scan")));
  for (const ScanStatus& scan : found.status.scans) {
    const std::string colour = colour_of(found, scan);
    const bool linked = colour == "parked" || colour == "unsure";
    std::string title = name_of_scan(scan.id) + ": " + in_words(scan.state);
    if (scan.state == ScanState::done && scan.pages.size() > 1) title += tr(", two pages");
    if (linked) html += fmt::format("<a href=\"#{}\">", escaped(text_of(scan.id)));
    html +=
        fmt::format("<i class=\"{}{}\" title=\"{}\"></i>", colour,
                    scan.pages.size() > 1 && !is_open(scan.state) ? " two" : "", escaped(title));
    if (linked) html += "</a>";
    html += "\n";
  }
  html += "</div>\n<div class=\"legend small soft\">";
  const std::array<std::pair<const char*, const char*>, 6> legend{{{"", tr("one page")},
                                                                   {"two", tr("two pages")},
                                                                   {"unsure", tr("to look at")},
                                                                   {"parked", tr("parked")},
                                                                   {"excluded", tr("left out")},
                                                                   {"open", tr("not there")}}};
  for (const auto& [colour, words] : legend)
    html += fmt::format("<span><span class=\"map\"><i class=\"{}\"></i></span>{}</span>", colour,
                        escaped(words));
  return html + "</div>\n";
}

std::string card(const std::string& id, const char* kind, const std::string& title,
                 const std::string& picture, const std::string& body) {
  std::string html = fmt::format("<div class=\"card {}\" id=\"{}\">\n<h3>{}</h3>\n", kind,
                                 escaped(id), escaped(title));
  html += picture.empty()
              ? fmt::format("<div class=\"shot none\">{}</div>\n", escaped(tr("no picture")))
              : fmt::format("<div class=\"shot\"><img src=\"{}\" alt=\"\"></div>\n", picture);
  return html + body + "</div>\n";
}

std::string reason_and_advice(const Error& reason) {
  return fmt::format("<p><b>{}</b></p>\n<p>{}</p>\n", escaped(reason.message),
                     escaped(advice_on(reason)));
}

std::string parked_cards(const ReportedBatch& found) {
  std::string html;
  for (const ScanStatus& scan : found.status.scans) {
    if (scan.state != ScanState::parked) continue;
    bool a_page_parked = false;
    for (const PageOutcome& page : scan.pages) {
      if (page.state != PageState::parked) continue;
      html +=
          card(a_page_parked ? text_of(page.id) : text_of(scan.id), "parked", name_of_page(page.id),
               picture_of(found.batch, page.id), reason_and_advice(page.reason));
      a_page_parked = true;
    }
    if (!a_page_parked)
      html += card(text_of(scan.id), "parked", name_of_scan(scan.id), {},
                   reason_and_advice(scan.reason));
  }
  if (html.empty()) return html;
  return fmt::format("<h2>{}</h2>\n<div class=\"cards\">\n{}</div>\n", escaped(tr("Parked")), html);
}

// The worst first, so that who has little time sees what matters.
std::string unsure_cards(const ReportedBatch& found) {
  constexpr std::size_t most_cards = 200;  // pictures make the file large; the rest is in the table
  std::string html;
  std::set<ScanId> linked;
  for (const ScanStatus& scan : found.status.scans)
    if (scan.state == ScanState::parked) linked.insert(scan.id);
  std::size_t cards = 0;
  for (const ReviewedPage& page : found.review.pages) {
    if (!is_to_look(found, page.id) || ++cards > most_cards) continue;
    std::string reasons = "<ul>\n";
    if (page.held)
      reasons +=
          fmt::format("<li><b>{}</b></li>\n",
                      escaped(tr("held: it goes into no package before somebody has looked")));
    for (const PageFinding& finding : page.findings)
      reasons += fmt::format("<li>{}</li>\n", escaped(in_words(finding)));
    const bool first = linked.insert(page.id.scan).second;
    html += card(first ? text_of(page.id.scan) : text_of(page.id), page.held ? "held" : "",
                 name_of_page(page.id), picture_of(found.batch, page.id), reasons + "</ul>\n");
  }
  if (html.empty()) return html;
  return fmt::format(
      "<h2>{}</h2>\n<p class=\"soft small\">{}</p>\n<div class=\"cards\">\n{}</div>\n",
      escaped(tr("Pages to look at, the worst first")),
      escaped(tr("linka correct mends a page or says that it is good as it is.")), html);
}

std::string list_of(const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string html = fmt::format("<h2>{}</h2>\n<ul>\n", escaped(title));
  for (const std::string& line : lines) html += fmt::format("<li>{}</li>\n", escaped(line));
  return html + "</ul>\n";
}

std::string notes(const ReportedBatch& found) {
  std::vector<std::string> observed = found.status.observations;
  observed.insert(observed.end(), found.review.unreadable.begin(), found.review.unreadable.end());
  if (const std::size_t n = found.status.damaged_journal_lines; n > 0)
    observed.push_back(say(trn("{} line of the journal is damaged and was passed over",
                               "{} lines of the journal are damaged and were passed over", n),
                           n));
  std::vector<std::string> ignored;
  for (const InventoryFile& file : found.status.ignored)
    ignored.push_back(file.name + ": " + file.ignored);
  return list_of(tr("Noticed"), observed) + list_of(tr("Files that are no scans"), ignored);
}

std::string cells_of(const PageFacts& f) {
  const bool turned = f.angle_deg != 0;
  double ms = 0;
  for (const auto& [stage, time] : f.stage_ms) ms += time;
  std::uint64_t bytes = 0;
  for (const WrittenFile& file : f.files) bytes += file.size_bytes;
  return fmt::format(
      "<td class=\"n\">{} × {}</td><td class=\"n\">{:.0f}</td><td class=\"n\">{}</td>"
      "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
      "<td class=\"n\">{:.1f}</td>",
      f.width_px, f.height_px, f.dpi.x, turned ? fmt::format("{:+.2f}°", f.angle_deg) : "–",
      share(f.crop_confidence), f.is_blank ? std::string(tr("blank")) : std::to_string(f.words),
      f.words == 0 ? "–" : share(f.text_confidence), size_in_words(bytes), ms / 1000);
}

std::string table_of_pages(const ReportedBatch& found) {
  std::string html = fmt::format(
      "<h2>{}</h2>\n<table>\n<thead><tr><th>{}</th><th class=\"n\">{}</th>"
      "<th class=\"n\">dpi</th><th class=\"n\">{}</th><th class=\"n\">{}</th>"
      "<th class=\"n\">{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th>"
      "<th class=\"n\">{}</th></tr></thead>\n<tbody>\n",
      escaped(tr("All pages")), escaped(tr("page")), escaped(tr("pixels")), escaped(tr("turned")),
      escaped(tr("crop sure")), escaped(tr("words")), escaped(tr("text sure")),
      escaped(tr("files")), escaped(tr("seconds")));
  const auto line = [&](const char* colour, const std::string& name, const std::string& remark) {
    html += fmt::format(
        "<tr class=\"{}\"><td class=\"name\"><span class=\"mark\"></span>{}</td>"
        "<td colspan=\"8\">{}</td></tr>\n",
        colour, escaped(name), escaped(remark));
  };
  for (const ScanStatus& scan : found.status.scans) {
    if (scan.pages.empty() || is_open(scan.state) || scan.state == ScanState::excluded) {
      std::string remark = in_words(scan.state);
      const std::string why = scan.state == ScanState::parked ? scan.reason.message : scan.remark;
      if (!why.empty()) remark += ": " + why;
      line(colour_of(found, scan), name_of_scan(scan.id), remark);
      continue;
    }
    for (const PageOutcome& page : scan.pages) {
      const auto it = found.review.facts.find(page.id);
      if (page.state == PageState::parked)
        line("parked", name_of_page(page.id), say(tr("parked: {}"), page.reason.message));
      else if (it == found.review.facts.end())
        line("unsure", name_of_page(page.id), tr("its facts.json cannot be read"));
      else
        html += fmt::format(
            "<tr class=\"{}\"><td class=\"name\"><span class=\"mark\"></span>{}</td>{}</tr>\n",
            is_to_look(found, page.id) ? "unsure" : "", escaped(name_of_page(page.id)),
            cells_of(it->second));
    }
  }
  return html + "</tbody>\n</table>\n";
}

std::string figures(const ReportedBatch& found) {
  if (found.review.facts.empty()) return {};
  std::string times = fmt::format(
      "<h2>{}</h2>\n<table>\n<thead><tr><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th>"
      "<th class=\"n\">{}</th><th>{}</th></tr></thead>\n<tbody>\n",
      escaped(tr("Times")), escaped(tr("stage")), escaped(tr("seconds")), escaped(tr("ms a page")),
      escaped(tr("longest, ms")), escaped(tr("at")));
  for (const auto& [stage, time] : found.times)
    times += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{:.1f}</td><td class=\"n\">{:.0f}</td>"
        "<td class=\"n\">{:.0f}</td><td class=\"name\">{}</td></tr>\n",
        escaped(stage), time.total_ms / 1000, time.total_ms / static_cast<double>(time.pages),
        time.longest_ms, escaped(time.longest_page));
  std::string sizes = fmt::format(
      "<h2>{}</h2>\n<table>\n<thead><tr><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th>"
      "</tr></thead>\n<tbody>\n",
      escaped(tr("Sizes")), escaped(tr("file")), escaped(tr("together")), escaped(tr("a page")));
  const auto pages = static_cast<double>(found.review.facts.size());
  const auto row = [&](const std::string& name, std::uint64_t bytes) {
    sizes +=
        fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
                    escaped(name), size_in_words(bytes),
                    size_in_words(static_cast<std::uint64_t>(static_cast<double>(bytes) / pages)));
  };
  row(tr("scans"), found.sizes.scans);
  for (const auto& [name, bytes] : found.sizes.files) row(name, bytes);
  row(tr("all files of the pages"), found.sizes.pages);
  return "<div class=\"two-columns\">\n<div>" + times + "</tbody>\n</table></div>\n<div>" + sizes +
         "</tbody>\n</table></div>\n</div>\n";
}

std::string settings(const ReportedBatch& found) {
  if (found.review.facts.empty()) return {};
  const PageFacts& f = found.review.facts.begin()->second;
  std::string html =
      fmt::format("<details><summary>{}</summary>\n<div class=\"two-columns\">\n<table><tbody>\n",
                  escaped(tr("Settings and versions")));
  for (const auto& [name, value] : f.params)
    html += fmt::format("<tr><td>{}</td><td class=\"name\">{}</td></tr>\n", escaped(name),
                        escaped(value));
  html += "</tbody></table>\n<table><tbody>\n";
  for (const auto& [name, version] : f.versions)
    html += fmt::format("<tr><td>{}</td><td class=\"name\">{}</td></tr>\n", escaped(name),
                        escaped(version));
  return html + "</tbody></table>\n</div></details>\n";
}

}  // namespace

std::string report_html(const ReportedBatch& found) {
  return head(found) + map_of_scans(found) + parked_cards(found) + unsure_cards(found) +
         notes(found) + table_of_pages(found) + figures(found) + settings(found) +
         "</body>\n</html>\n";
}

}  // namespace linka
