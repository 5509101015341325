// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/search_index.h"

#include <nlohmann/json.hpp>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

using nlohmann::json;

// ",x,y,width,height"
void add_box(std::string& out, const Box& box) {
  const int x = static_cast<int>(std::floor(box.x0)), y = static_cast<int>(std::floor(box.y0));
  out += fmt::format(",{},{},{},{}", x, y, static_cast<int>(std::ceil(box.x1)) - x,
                     static_cast<int>(std::ceil(box.y1)) - y);
}

}  // namespace

std::string search_word(std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(code);
  if (U_FAILURE(code)) return {};
  const icu::UnicodeString whole =
      nfd->normalize(icu::UnicodeString::fromUTF8(text).foldCase(), code);
  if (U_FAILURE(code)) return {};
  icu::UnicodeString word;
  for (int32_t at = 0; at < whole.length(); at = whole.moveIndex32(at, 1))
    if (const UChar32 c = whole.char32At(at); u_isalnum(c)) word.append(c);
  std::string out;
  return word.toUTF8String(out);
}

std::string shard_of(std::string_view word) {
  std::string out;
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(word);
  for (int32_t at = 0, letters = 0; at < text.length() && letters < 2; ++letters) {
    const UChar32 c = text.char32At(at);
    at = text.moveIndex32(at, 1);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += static_cast<char>(c);
    else
      out += fmt::format("_{:x}", static_cast<unsigned>(c));
  }
  return out;
}

void SearchIndex::add(std::size_t page, const PageText& text) {
  pages_ = std::max(pages_, page + 1);
  const TextWord* broken = nullptr;  // the word that goes on in the next line
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines) {
      for (std::size_t i = 0; i < line.words.size(); ++i) {
        const TextWord& word = line.words[i];
        const auto put = [&](const std::string& term, const TextWord* before) {
          if (term.empty()) return;
          std::string& places = shards_[shard_of(term)][term];
          places += fmt::format("{}[{}", places.empty() ? "" : ",", page);
          if (before != nullptr) add_box(places, before->box);
          add_box(places, word.box);
          places += ']';
        };
        put(search_word(word.content), nullptr);
        if (i == 0 && broken != nullptr) put(search_word(broken->content + word.content), broken);
      }
      broken = line.hyphen_at_end && !line.words.empty() ? &line.words.back() : nullptr;
    }
}

Result<void> SearchIndex::write(Sink& sink) const {
  json counts = json::object();
  for (const auto& [name, words] : shards_) {
    std::string text;
    for (const auto& [word, places] : words)
      text += fmt::format("{}{}:[{}]", text.empty() ? "{" : ",", json(word).dump(), places);
    counts[name] = words.size();
    if (auto r = sink.put("search/" + name + ".json", text + "}"); !r) return r;
  }
  return sink.put("search/index.json", json{{"pages", pages_}, {"shards", counts}}.dump());
}

}  // namespace linka
