// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/mods_copy.h"

#include "base/result.h"
#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <regex>

namespace linka {
namespace {

constexpr std::string_view mods_uri = "http://www.loc.gov/mods/v3";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "a: b" or one of the two.
std::string joined(const std::string& a, std::string_view between, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  return a + std::string(between) + b;
}

std::string title_in(const XmlElement& info) {
  std::string title = joined(info.child("title").text(), ": ", info.child("subTitle").text());
  title = joined(title, ". ", info.child("partNumber").text());
  title = joined(title, ". ", info.child("partName").text());
  return title.empty() ? title : non_sort_text(info.child("nonSort").text()) + title;
}

bool has_issued(const XmlElement& origin) {
  for (const XmlElement& date : origin.children("dateIssued"))
    if (!date.text().empty()) return true;
  return false;
}

// Another date of the record, when none is of issue.
std::string other_date(const XmlElement& mods) {
  for (const char* kind : {"dateCreated", "copyrightDate", "dateCaptured", "dateOther"})
    for (const XmlElement& origin : mods.children("originInfo"))
      for (const XmlElement& date : origin.children(kind))
        if (const std::string text = date.text(); !text.empty()) return text;
  return {};
}

class Copier {
 public:
  Copier(XmlWriter& xml, const XmlElement& mods, const ModsCopy& copy,
         std::vector<std::string>& notes)
      : xml_(xml), mods_(mods), copy_(copy), notes_(notes) {}

  void run() {
    xml_.open("mods:modsCollection").attribute("xmlns:mods", mods_uri);
    xml_.attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
    xml_.open("mods:mods");
    for (const auto& [name, value] : mods_.attributes())
      if (name == "version") xml_.attribute(name, value);
    if (!copy_.title.empty()) xml_.open("mods:titleInfo").leaf("mods:title", copy_.title).close();
    const auto origins = mods_.children("originInfo");
    const auto first = std::find_if(origins.begin(), origins.end(), has_issued);
    for (const XmlElement& e : mods_.children()) {
      if (e.name() == "identifier") continue;
      if (e.name() == "originInfo") {
        if (!origins_written_ && first != origins.end()) write_origin(*first);
        origins_written_ = true;
        if (first != origins.end() && e == *first) continue;
        write_origin(e);
        continue;
      }
      write(e);
    }
    write_identifiers();
    if (first == origins.end() && !mods_.child("part").child("date")) write_other_date();
    xml_.close().close();
  }

 private:
  void note(std::string text) {
    if (std::find(notes_.begin(), notes_.end(), text) == notes_.end())
      notes_.push_back(std::move(text));
  }

  // An element without text, children and attributes of weight says nothing.
  static bool is_empty(const XmlElement& e) {
    const auto inside = e.children();
    if (inside.empty()) return trimmed(e.own_text()).empty() && !e.has("xlink:href");
    return std::all_of(inside.begin(), inside.end(), is_empty);
  }

  void start(const XmlElement& e) {
    const std::string space = e.name_space();
    if (space == mods_uri) {
      xml_.open("mods:" + e.name());
    } else {
      const std::string prefix = e.prefix();
      xml_.open(prefix.empty() ? e.name() : prefix + ":" + e.name());
      if (!space.empty()) xml_.attribute(prefix.empty() ? "xmlns" : "xmlns:" + prefix, space);
    }
    for (const auto& [name, value] : e.attributes()) {
      const std::size_t colon = name.find(':');
      const std::string prefix = colon == std::string::npos ? "" : name.substr(0, colon);
      if (!value.empty() && (prefix.empty() || prefix == "xlink" || prefix == "xml"))
        xml_.attribute(name, value);
    }
  }

  void write(const XmlElement& e) {
    if (is_empty(e)) return;
    start(e);
    const auto inside = e.children();
    for (const XmlElement& inner : inside) write(inner);
    if (inside.empty())
      xml_.text(e.name() == "nonSort" && e.parent().name() == "titleInfo"
                    ? non_sort_text(e.own_text())
                    : trimmed(e.own_text()));
    xml_.close();
  }

  // Kramerius reads publishers from mods:publisher alone, dates from the first origin.
  void write_origin(const XmlElement& origin) {
    if (is_empty(origin)) return;
    start(origin);
    const bool has_publisher = static_cast<bool>(origin.child("publisher"));
    for (const XmlElement& e : origin.children()) {
      const std::string role = e.child("role").child("roleTerm").text();
      const bool publishes = role.empty() || role == "publisher" || role == "pbl";
      if (e.name() == "agent" && !has_publisher && publishes)
        xml_.leaf("mods:publisher", e.child("namePart").text());
      else
        write(e);
    }
    write_years(origin);
    xml_.close();
  }

  // Where the printed date cannot be ordered, its years stand beside it.
  void write_years(const XmlElement& origin) {
    std::string printed;
    for (const XmlElement& date : origin.children("dateIssued")) {
      if (date.has("point")) return;
      if (printed.empty()) printed = date.text();
    }
    if (printed.empty() || is_known_date(printed)) return;
    const std::vector<std::string> years = years_in(printed);
    if (years.empty()) {
      note(say(tr("the date \"{}\" cannot be ordered by Kramerius"), printed));
      return;
    }
    const bool open_end = years.size() == 1 && printed.ends_with('-');
    xml_.leaf("mods:dateIssued", {{"encoding", "marc"}, {"point", "start"}}, years.front());
    if (!open_end)
      xml_.leaf("mods:dateIssued", {{"encoding", "marc"}, {"point", "end"}}, years.back());
    note(say(tr("the date \"{}\" got the years that Kramerius can order"), printed));
  }

  void write_other_date() {
    const std::string date = other_date(mods_);
    if (date.empty()) return;
    const std::vector<std::string> years = years_in(date);
    const std::string known = is_known_date(date) ? date
                              : years.empty()     ? ""
                              : years.size() == 1 ? years.front()
                                                  : years.front() + "-" + years.back();
    if (known.empty()) return;
    xml_.open("mods:part").leaf("mods:date", known).close();
    note(say(tr("there is no date of issue; \"{}\" stands for it"), date));
  }

  void write_identifiers() {
    xml_.leaf("mods:identifier", {{"type", "uuid"}}, copy_.uuid);
    for (const XmlElement& id : mods_.children("identifier")) {
      const std::string type = id.attribute("type");
      if (type == "uuid") continue;
      xml_.leaf("mods:identifier",
                {{"type", lower_ascii(type) == "barcode" ? "barCode" : std::string_view(type)},
                 {"invalid", id.attribute("invalid")}},
                id.text());
    }
  }

  XmlWriter& xml_;
  const XmlElement& mods_;
  const ModsCopy& copy_;
  std::vector<std::string>& notes_;
  bool origins_written_ = false;
};

}  // namespace

std::string shown_title(const XmlElement& mods) {
  const auto all = mods.children("titleInfo");
  const auto first = [&](const auto& fits) {
    const auto found = std::find_if(all.begin(), all.end(), fits);
    return found == all.end() ? std::string() : title_in(*found);
  };
  std::string title = first([](const XmlElement& t) { return !t.has("type"); });
  if (title.empty())
    title = first([](const XmlElement& t) { return t.attribute("type") == "uniform"; });
  return title.empty() && !all.empty() ? title_in(all.front()) : title;
}

bool is_known_date(std::string_view text) {
  // Day, month and year with their ranges; years with their ranges; years of unknown digits.
  static const std::regex known(
      R"((\d{1,2}\.\s*)?(\d{1,2}\.\s*)?\d{1,4})"
      R"(|\d{1,2}\.\s*\d{1,2}\.\s*\d{1,4}\s*-\s*\d{1,2}\.\s*\d{1,2}\.\s*\d{1,4})"
      R"(|\d{1,2}\.\s*\d{1,2}\.\s*-\s*\d{1,2}\.\s*\d{1,2}\.\s*\d{1,4})"
      R"(|\d{1,2}\.\s*-\s*\d{1,2}\.\s*\d{1,2}\.\s*\d{1,4})"
      R"(|\d{1,2}\.\s*\d{1,4}\s*-\s*\d{1,2}\.\s*\d{1,4}|\d{1,2}\.\s*-\s*\d{1,2}\.\s*\d{1,4})"
      R"(|\d{1,4}\s*-\s*\d{1,4}|[cp\[]\d{4}|\d{4}\]|\[\d{4}\??\]|\d{4}\?\])"
      R"(|\d[0-9ux-]{0,3}|\d[0-9ux]{0,3}\s*-\s*\d[0-9ux]{0,3})");
  constexpr std::size_t longest = 40;  // of any of the forms; a longer text is none
  const std::string plain = trimmed(text);
  return plain.size() <= longest && std::regex_match(plain, known);
}

std::vector<std::string> years_in(std::string_view text) {
  std::vector<std::string> years;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - i == 4) years.emplace_back(text.substr(i, 4));
    i = end == i ? i + 1 : end;
  }
  return years;
}

void write_mods_copy(XmlWriter& xml, const XmlElement& mods, const ModsCopy& copy,
                     std::vector<std::string>& notes) {
  Copier(xml, mods, copy, notes).run();
}

void write_mods_page(XmlWriter& xml, const ModsPage& page) {
  xml.open("mods:modsCollection").attribute("xmlns:mods", mods_uri).open("mods:mods");
  xml.open("mods:part").attribute("type", page.type);
  xml.open("mods:detail").attribute("type", "pageNumber");
  xml.leaf("mods:number", page.number).close();
  xml.open("mods:detail").attribute("type", "pageIndex");
  xml.leaf("mods:number", page.index).close().close();
  xml.leaf("mods:note", page.placement);
  xml.leaf("mods:identifier", {{"type", "uuid"}}, page.uuid);
  xml.close().close();
}

}  // namespace linka
