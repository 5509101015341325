// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/bundle.h"

#include "base/files.h"
#include "handover/document.h"
#include "handover/sink.h"

#include <cmath>
#include <initializer_list>
#include <string>

namespace linka {
namespace fs = std::filesystem;
namespace {

// RFC 4180: quoted where it has to be, lines end in CR LF. A value that a spreadsheet would take
// for a formula is text all the same: it stands in quotes after an apostrophe.
std::string cell(const std::string& value) {
  const bool formula = !value.empty() && value.find_first_of("=+-@\t\r") == 0 && value.size() > 1;
  const std::string plain = (formula ? "'" : "") + value;
  if (!formula && plain.find_first_of(",\"\r\n") == plain.npos) return plain;
  std::string out = "\"";
  for (const char c : plain) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string line(std::initializer_list<std::string> values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ",") + cell(value);
  return out + "\r\n";
}

std::string whole(double value) {
  return std::to_string(std::lround(value));
}

class Writer {
 public:
  Writer(const HandedDocument& document, const BundleOptions& options, Sink& sink, MadeBundle& made)
      : document_(document), options_(options), sink_(sink), made_(made) {}

  Result<void> run() {
    for (std::size_t i = 0; i < document_.pages.size(); ++i) {
      if (auto r = page(i); !r) return r;
      if (options_.progress)
        if (auto r = options_.progress(i + 1, document_.pages.size()); !r) return r;
    }
    if (options_.text)
      if (auto r = put("text.txt", text_); !r) return r;
    if (options_.tables) {
      for (const auto& [name, value] : document_.dc) record_ += line({name, value});
      add_parts(document_.parts, 1);
      for (const auto& [name, table] : {std::pair{"pages.csv", &pages_},
                                        {"parts.csv", &parts_},
                                        {"words.csv", &words_},
                                        {"record.csv", &record_}})
        if (auto r = put(name, *table); !r) return r;
    }
    return sink_.finish();
  }

 private:
  Result<void> put(const std::string& name, const std::string& text) {
    ++made_.files;
    made_.bytes += text.size();
    return sink_.put(name, text);
  }

  Result<void> page(std::size_t at) {
    const HandedPage& page = document_.pages[at];
    const std::string number = fmt::format("{:04}", at + 1);
    if (options_.text && !page.text.empty()) {
      const auto text = read_text(document_.root / page.text);
      if (!text) return pass(text);
      text_ += (text_.empty() ? "" : "\f") + *text;
      if (auto r = put("txt/" + number + ".txt", *text); !r) return r;
    }
    if (options_.alto && !page.alto.empty()) {
      const auto alto = read_text(document_.root / page.alto);
      if (!alto) return pass(alto);
      if (auto r = put("alto/" + number + ".xml", *alto); !r) return r;
    }
    ++made_.pages;
    return options_.tables ? add_rows(at) : Result<void>{};
  }

  Result<void> add_rows(std::size_t at) {
    const HandedPage& page = document_.pages[at];
    const auto facts = image_facts(document_, page.image);
    if (!facts) return pass(facts);
    const auto text = read_page_text(document_, page, *facts);
    if (!text) return pass(text);
    const std::string number = std::to_string(at + 1);
    std::size_t lines = 0, count = 0;
    for (const TextBlock& block : text->blocks)
      for (const TextLine& row : block.lines) {
        ++lines;
        for (const TextWord& word : row.words) {
          ++count;
          words_ += line({number, std::to_string(lines), word.content, whole(word.box.x0),
                          whole(word.box.y0), whole(word.box.width()), whole(word.box.height()),
                          fmt::format("{:.2f}", word.confidence)});
        }
      }
    made_.words += count;
    pages_ += line({number, page.label, page.type, page.uuid, std::to_string(facts->size.width),
                    std::to_string(facts->size.height), std::to_string(count)});
    return {};
  }

  void add_parts(const std::vector<HandedPart>& parts, int level) {
    for (const HandedPart& part : parts) {
      std::string pages;
      for (const std::size_t page : part.pages)
        pages += (pages.empty() ? "" : " ") + std::to_string(page + 1);
      parts_ += line({std::to_string(level), part.model, part.title, part.uuid, pages});
      add_parts(part.parts, level + 1);
    }
  }

  const HandedDocument& document_;
  const BundleOptions& options_;
  Sink& sink_;
  MadeBundle& made_;
  std::string text_;
  std::string pages_ = "page,label,type,uuid,width,height,words\r\n";
  std::string parts_ = "level,kind,title,uuid,pages\r\n";
  std::string words_ = "page,line,word,x,y,width,height,confidence\r\n";
  std::string record_ = "element,value\r\n";
};

}  // namespace

Result<MadeBundle> write_bundle(const fs::path& package, const fs::path& out,
                                const BundleOptions& options) {
  const auto document = read_document(package);
  if (!document) return pass(document);
  auto sink = Sink::open(out, options.form, document->id, now());
  if (!sink) return pass(sink);
  MadeBundle made;
  made.path = out;
  if (auto r = Writer(*document, options, **sink, made).run(); !r) return pass(r);
  return made;
}

}  // namespace linka
