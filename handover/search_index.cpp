// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/search_index.h"

#include <nlohmann/json.hpp>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

using nlohmann::json;

std::u16string utf16_of(std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  std::u16string out(text.size() + 1, u'\0');
  int32_t length = 0;
  u_strFromUTF8WithSub(out.data(), static_cast<int32_t>(out.size()), &length, text.data(),
                       static_cast<int32_t>(text.size()), 0xfffd, nullptr, &code);
  out.resize(U_FAILURE(code) ? 0 : static_cast<std::size_t>(length));
  return out;
}

void add_box(std::vector<int>& out, const Box& box) {
  const int x = static_cast<int>(std::floor(box.x0)), y = static_cast<int>(std::floor(box.y0));
  for (const int value :
       {x, y, static_cast<int>(std::ceil(box.x1)) - x, static_cast<int>(std::ceil(box.y1)) - y})
    out.push_back(value);
}

}  // namespace

std::string search_word(std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  std::u16string a = utf16_of(text);
  const auto capacity = static_cast<int32_t>(a.size() * 6 + 16);
  std::u16string b(static_cast<std::size_t>(capacity), u'\0');
  int32_t length = u_strFoldCase(b.data(), capacity, a.data(), static_cast<int32_t>(a.size()),
                                 U_FOLD_CASE_DEFAULT, &code);
  a.resize(b.size());
  length =
      unorm2_normalize(unorm2_getNFDInstance(&code), b.data(), length, a.data(), capacity, &code);
  if (U_FAILURE(code)) return {};
  std::string out;
  for (int32_t at = 0; at < length;) {
    UChar32 c = 0;
    U16_NEXT(a.data(), at, length, c);
    if (!u_isalnum(c)) continue;
    char bytes[4];
    int32_t n = 0;
    U8_APPEND_UNSAFE(bytes, n, c);
    out.append(bytes, static_cast<std::size_t>(n));
  }
  return out;
}

std::string shard_of(std::string_view word) {
  std::string out;
  const std::u16string text = utf16_of(word);
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0, letters = 0; at < length && letters < 2; ++letters) {
    UChar32 c = 0;
    U16_NEXT(text.data(), at, length, c);
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
          Boxes boxes{static_cast<int>(page)};
          if (before != nullptr) add_box(boxes, before->box);
          add_box(boxes, word.box);
          words_[term].push_back(std::move(boxes));
        };
        put(search_word(word.content), nullptr);
        if (i == 0 && broken != nullptr) put(search_word(broken->content + word.content), broken);
      }
      broken = line.hyphen_at_end && !line.words.empty() ? &line.words.back() : nullptr;
    }
}

Result<void> SearchIndex::write(Sink& sink) const {
  std::map<std::string, json> shards;
  for (const auto& [word, places] : words_) shards[shard_of(word)][word] = places;
  json counts = json::object();
  for (const auto& [name, words] : shards) {
    counts[name] = words.size();
    if (auto r = sink.put("search/" + name + ".json", words.dump()); !r) return r;
  }
  return sink.put("search/index.json", json{{"pages", pages_}, {"shards", counts}}.dump());
}

}  // namespace linka
