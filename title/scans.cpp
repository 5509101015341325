// SPDX-License-Identifier: GPL-3.0-or-later
// Every page is entered under all the names a person may call it by, in three tables: as linka
// writes it, without the file's ending, and without folders. The first table that knows a name
// decides, so that a short name never hides a whole one.
#include "title/scans.h"

#include "base/text.h"

#include <fnmatch.h>

#include <algorithm>

namespace linka {
namespace {

std::string stem(const std::string& name) {
  const auto dot = name.rfind('.');
  const auto slash = name.rfind('/');
  const bool in_folder = slash != std::string::npos && dot != std::string::npos && dot < slash;
  return dot == std::string::npos || dot == 0 || in_folder ? name : name.substr(0, dot);
}

std::string folder(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash + 1);
}

std::string last_name(const std::string& name) {
  return name.substr(folder(name).size());
}

// "book.tif+3", "book.tif" when the file holds one image.
std::string with_frame(const ScanId& scan) {
  return scan.frame == 0 ? scan.name : fmt::format("{}+{}", scan.name, scan.frame + 1);
}

}  // namespace

ScanNames::ScanNames(const std::vector<PageForPlan>& pages) : pages_(pages) {
  const auto enter = [](std::map<std::string, Pages>& table, const std::string& name,
                        std::size_t page) {
    Pages& there = table[name];
    if (there.empty() || there.back() != page) there.push_back(page);
  };
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const PageId& id = pages[i].id;
    const std::string side = id.side == Side::single ? "" : std::string("-") + name_of(id.side);
    for (const std::string& whole :
         {id.scan.name, with_frame(id.scan), with_frame(id.scan) + side, text_of(id.scan),
          text_of(id), fmt::format("{}+{}", id.scan.name, id.scan.frame + 1)})
      enter(exact_, whole, i);
    enter(stems_, stem(id.scan.name), i);
    enter(stems_, stem(id.scan.name) + side, i);
    for (const std::string& whole : {with_frame(id.scan), stem(id.scan.name)}) {
      enter(last_names_, last_name(whole), i);
      enter(last_names_, last_name(whole) + side, i);
    }
  }
}

Result<ScanNames::Pages> ScanNames::named(const std::string& name) const {
  for (const auto* table : {&exact_, &stems_, &last_names_}) {
    const auto found = table->find(name);
    if (found == table->end()) continue;
    const std::string& first = pages_[found->second.front()].id.scan.name;
    for (const std::size_t page : found->second)
      if (const std::string& other = pages_[page].id.scan.name; other != first)
        return fail(ErrorKind::bad_input, "\"{}\" may be {} or {}: write the whole name", name,
                    first, other);
    return found->second;
  }
  return Pages{};
}

// One end is not among the pages (it was left out, or is parked): the other one says the folder.
ScanNames::Pages ScanNames::between(const std::string& from, const std::string& to,
                                    const Pages& known_end, bool from_is_known) const {
  const std::string place = folder(pages_[known_end.front()].id.scan.name);
  Pages out;
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const std::string& name = pages_[i].id.scan.name;
    if (folder(name) != place) continue;
    const std::string own = stem(last_name(name));
    const bool after =
        from_is_known ? i >= known_end.front() : !natural_less(own, stem(last_name(from)));
    const bool before =
        from_is_known ? !natural_less(stem(last_name(to)), own) : i <= known_end.back();
    if (after && before) out.push_back(i);
  }
  return out;
}

Result<ScanNames::Pages> ScanNames::range(const std::string& text) const {
  for (auto dash = text.find('-', 1); dash != std::string::npos; dash = text.find('-', dash + 1)) {
    const std::string from = trimmed(text.substr(0, dash)), to = trimmed(text.substr(dash + 1));
    if (from.empty() || to.empty()) continue;
    const auto first = named(from);
    if (!first) return pass(first);
    auto last =
        to.find('/') == std::string::npos ? named(folder(from) + to) : Result<Pages>(Pages{});
    if (last && last->empty()) last = named(to);
    if (!last) return pass(last);
    if (first->empty() && last->empty()) continue;
    if (first->empty()) return between(from, to, *last, false);
    if (last->empty()) return between(from, to, *first, true);
    if (first->front() > last->back())
      return fail(ErrorKind::bad_input, "the scans \"{}\" run backwards", text);
    Pages out;
    for (std::size_t i = first->front(); i <= last->back(); ++i) out.push_back(i);
    return out;
  }
  return Pages{};
}

ScanNames::Pages ScanNames::matching(const std::string& pattern) const {
  Pages out;
  const bool anywhere = pattern.find('/') == std::string::npos;
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const std::string& name = pages_[i].id.scan.name;
    const std::string text = anywhere ? last_name(name) : name;
    if (::fnmatch(pattern.c_str(), text.c_str(), 0) == 0) out.push_back(i);
  }
  return out;
}

Result<ScanNames::Pages> ScanNames::item(const std::string& text) const {
  if (text.find('*') != std::string::npos) return matching(text);
  auto one = named(text);
  if (!one || !one->empty()) return one;
  std::string place = text;
  while (place.ends_with('/')) place.pop_back();
  Pages inside;
  for (std::size_t i = 0; i < pages_.size(); ++i)
    if (pages_[i].id.scan.name.starts_with(place + "/")) inside.push_back(i);
  if (!inside.empty()) return inside;
  return range(text);
}

Result<std::vector<std::size_t>> ScanNames::pages_in(std::string_view text) const {
  Pages out;
  std::vector<bool> taken(pages_.size());
  for (const std::string& part : split_text(text, ',')) {
    const std::string name = trimmed(part);
    if (name.empty()) continue;
    const auto found = item(name);
    if (!found) return pass(found);
    if (found->empty())
      return fail(ErrorKind::bad_input, "no scan of the batch is called \"{}\"", name);
    for (const std::size_t page : *found)
      if (!taken[page]) {
        taken[page] = true;
        out.push_back(page);
      }
  }
  return out;
}

}  // namespace linka
