// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/proof.h"

#include "base/digest.h"
#include "base/text.h"
#include "delivery/questions.h"

#include <algorithm>
#include <map>
#include <set>

namespace linka {
namespace {

using nlohmann::json;

constexpr std::size_t index_rows = 500;   // pages of the index asked for at once
constexpr int sample_pages = 5;           // of a sample: so many pages, spread evenly
constexpr std::size_t preview_pages = 3;  // first, middle and last page

std::string items(const std::string& pid) {
  return "/client/v7.0/items/" + pid;
}

bool looks_like_an_image(const Bytes& body) {
  const auto begins = [&](std::initializer_list<int> head) {
    return body.size() > head.size() && std::equal(head.begin(), head.end(), body.begin(),
                                                   [](int a, std::uint8_t b) { return a == b; });
  };
  return begins({0xff, 0xd8, 0xff}) || begins({0x89, 'P', 'N', 'G'}) ||
         begins({0, 0, 0, 12, 'j', 'P'}) || begins({'%', 'P', 'D', 'F'});
}

bool is_jp2(const Bytes& body) {
  return body.size() > 12 && body[4] == 'j' && body[5] == 'P';
}

// Positions of a list that are looked at: one in `every`, the first and the last always.
std::set<std::size_t> looked_at(std::size_t count, int every) {
  std::set<std::size_t> chosen;
  for (std::size_t i = 0; i < count; i += static_cast<std::size_t>(std::max(1, every)))
    chosen.insert(i);
  if (count > 0) chosen.insert(count - 1);
  return chosen;
}

std::string query(const std::string& q, const std::string& fields, std::size_t start,
                  std::size_t rows) {
  return "/client/v7.0/search?q=" + url_escaped(q) + "&fl=" + url_escaped(fields) +
         "&start=" + std::to_string(start) + "&rows=" + std::to_string(rows) +
         (rows > 1 ? "&sort=" + url_escaped("pid asc") : "") + "&wt=json";
}

const json* response_in(const Reply& reply) {
  const json& d = reply.document;
  if (!reply.good() || !d.is_object() || !d.contains("response")) return nullptr;
  const json& response = d["response"];
  return response.is_object() && response.contains("docs") && response["docs"].is_array() &&
                 response.contains("numFound") && response["numFound"].is_number_unsigned()
             ? &response
             : nullptr;
}

class Prover {
 public:
  Prover(KrameriusServer& server, const Expected& expected, const ProofOptions& options)
      : server_(server), expected_(expected), options_(options) {
    const auto& licences = server.target().licences;
    open_to_all_ = std::find(licences.begin(), licences.end(), "public") != licences.end();
    for (const PlacedImage& image : expected.images) placed_[image.page] = &image;
  }

  Proof all() {
    for (const ExpectedObject& o : expected_.objects) {
      ask_whether_there(o);
      if (!o.children.empty()) ask_order(o);
      if (o.model != "page" && !expected_.known.contains(o.pid)) ask_record(o);
    }
    ask_pages();
    const AskedAll asked = ask_all(server_, std::move(questions_), options_.progress);
    proof_.interrupted = asked.interrupted;
    proof_.why_interrupted = asked.why;
    if (!proof_.interrupted) ask_index();
    return std::move(proof_);
  }

 private:
  using What = ProofGap::What;

  void gap(What what, const std::string& pid, const std::string& wrong) {
    proof_.gaps.push_back({what, pid, say("{}: {}", expected_.words_for(pid), wrong)});
  }
  void ask(HttpMethod method, const std::string& path, What what, const std::string& pid,
           std::function<std::string(const Reply&)> judge) {
    questions_.push_back({method, path, std::move(judge),
                          [this, what, pid](const std::string& wrong) { gap(what, pid, wrong); }});
  }
  // For what licences guard: a refusal is no gap where the public may not look anyway.
  std::function<std::string(const Reply&)> guarded_by_licence(
      std::function<std::string(const Reply&)> judge) {
    return [this, judge = std::move(judge)](const Reply& reply) -> std::string {
      if (reply.heard == Heard::no_rights && !open_to_all_) {
        ++proof_.locked;
        return {};
      }
      return judge(reply);
    };
  }

  void ask_whether_there(const ExpectedObject& o) {
    ask(HttpMethod::head, items(o.pid), What::object, o.pid, [this](const Reply& reply) {
      if (!reply.good()) return say(tr("is not in the repository ({})"), words_for(reply));
      ++proof_.objects;
      return std::string();
    });
  }

  void ask_order(const ExpectedObject& o) {
    ask(HttpMethod::get, items(o.pid) + "/info/structure", What::order, o.pid,
        [this, &o](const Reply& reply) {
          const std::string wrong = order_is_wrong(o, reply);
          if (wrong.empty()) {
            ++proof_.orders;
            proof_.children += o.children.size();
          }
          return wrong;
        });
  }

  // What is above the volume or issue may be kept by others; a difference there is told only.
  void ask_record(const ExpectedObject& o) {
    ask(HttpMethod::get, items(o.pid) + "/metadata/mods", What::record, o.pid,
        [this, &o](const Reply& reply) {
          if (!reply.good()) return say(tr("its record is not given ({})"), words_for(reply));
          const auto document = XmlDocument::parse(reply.body);
          if (!document) return std::string(tr("its record is no XML"));
          const XmlElement root = document->root();
          const ObjectRecord there = record_in(root.name() == "mods" ? root : root.child("mods"));
          const std::string differs = difference(o.record, there);
          if (differs.empty()) {
            ++proof_.records;
            return std::string();
          }
          if (!is_above_unit(o)) return differs;
          proof_.remarks.push_back(say("{}: {}", expected_.words_for(o.pid), differs));
          return std::string();
        });
  }
  static std::string difference(const ObjectRecord& ours, const ObjectRecord& there) {
    if (ours == there) return {};
    if (ours.title != there.title)
      return say(tr("its title is \"{}\" there, \"{}\" was sent"), there.title, ours.title);
    if (ours.date != there.date)
      return say(tr("its date is \"{}\" there, \"{}\" was sent"), there.date, ours.date);
    if (ours.authors != there.authors) return tr("its authors are others there");
    return tr("its record is another there");
  }
  bool is_above_unit(const ExpectedObject& o) const {
    std::string pid = expected_.unit;
    for (std::size_t steps = 0; steps < expected_.objects.size() && pid != expected_.top; ++steps) {
      const auto parent = std::find_if(
          expected_.objects.begin(), expected_.objects.end(), [&](const ExpectedObject& p) {
            return std::find(p.children.begin(), p.children.end(), pid) != p.children.end();
          });
      if (parent == expected_.objects.end()) return false;
      if (parent->pid == o.pid) return true;
      pid = parent->pid;
    }
    return false;
  }

  // Our children stand there in our order; a title may have had others before.
  std::string order_is_wrong(const ExpectedObject& o, const Reply& reply) const {
    if (!reply.good()) return say(tr("its structure is not told ({})"), words_for(reply));
    std::vector<std::string> there;
    const json& document = reply.document;
    if (document.is_object() && document.contains("children") && document["children"].is_object() &&
        document["children"].contains("own"))
      for (const json& child : document["children"]["own"])
        if (child.is_object() && child.contains("pid") && child["pid"].is_string())
          there.push_back(child["pid"].get<std::string>());
    const std::set<std::string> ours(o.children.begin(), o.children.end());
    std::vector<std::string> of_ours;
    for (const std::string& pid : there)
      if (ours.contains(pid)) of_ours.push_back(pid);
    const std::set<std::string> found(of_ours.begin(), of_ours.end());
    for (const std::string& pid : o.children)
      if (!found.contains(pid)) return say(tr("{} is missing below it"), expected_.words_for(pid));
    for (std::size_t i = 0; i < of_ours.size(); ++i)
      if (i >= o.children.size() || of_ours[i] != o.children[i])
        return say(tr("the order is another: {} stands at place {}"),
                   expected_.words_for(of_ours[i]), i + 1);
    const bool parent_of_others = expected_.known.contains(o.pid) || is_above_unit(o);
    if (!parent_of_others && there.size() != o.children.size())
      return say(tr("it has {} children there, {} were sent"), there.size(), o.children.size());
    return {};
  }
  void ask_text(const ExpectedObject& o, const char* which, What what, const std::string& digest,
                std::size_t Proof::*count) {
    ask(HttpMethod::get, items(o.pid) + "/ocr/" + which, what, o.pid,
        guarded_by_licence([this, digest, count, which](const Reply& reply) {
          if (!reply.good()) return say(tr("no {} is given ({})"), which, words_for(reply));
          if (digest_bytes(reply.body).sha256 != digest)
            return say(tr("its {} is not what was sent ({} bytes came)"), which, reply.body.size());
          ++(proof_.*count);
          return std::string();
        }));
  }

  void ask_picture(const ExpectedObject& o, const char* which) {
    ask(HttpMethod::get, items(o.pid) + "/image/" + which, What::image, o.pid,
        guarded_by_licence([this, which](const Reply& reply) {
          if (!reply.good()) return say(tr("no {} is given ({})"), which, words_for(reply));
          if (!looks_like_an_image(reply.body)) return say(tr("its {} is no picture"), which);
          ++proof_.images;
          return std::string();
        }));
  }

  // A server that converts has an image server or not, as its operator wanted.
  void ask_size(const ExpectedObject& o, bool needed) {
    ask(HttpMethod::get, items(o.pid) + "/image/iiif/info.json", What::size, o.pid,
        guarded_by_licence([this, &o, needed](const Reply& reply) {
          if (reply.heard == Heard::not_there && !needed) return std::string();
          if (!reply.good())
            return say(tr("its image is not on the image server ({})"), words_for(reply));
          const json told = reply.document.is_discarded()
                                ? json::parse(reply.body.begin(), reply.body.end(), nullptr, false)
                                : reply.document;
          const auto side = [&](const char* key) {
            return told.is_object() && told.contains(key) && told[key].is_number_integer()
                       ? told[key].get<int>()
                       : 0;
          };
          const int width = side("width"), height = side("height");
          if (width == 0) return std::string(tr("its info.json tells no size"));
          if (o.width_px > 0 && (width != o.width_px || height != o.height_px))
            return say(tr("its image is {} x {} px there, {} x {} px were sent"), width, height,
                       o.width_px, o.height_px);
          ++proof_.sizes;
          return std::string();
        }));
  }

  // The image itself. What lies inside the object comes back as it was sent; from an image server
  // comes a picture made of it.
  void ask_whole_image(const ExpectedObject& o) {
    ask(HttpMethod::get, items(o.pid) + "/image", What::image, o.pid,
        guarded_by_licence([this, &o](const Reply& reply) {
          if (!reply.good()) return say(tr("no image is given ({})"), words_for(reply));
          if (!looks_like_an_image(reply.body))
            return say(tr("its image is no picture ({} bytes came)"), reply.body.size());
          const auto placed = placed_.find(o.pid);
          const Digests digests = digest_bytes(reply.body);
          const bool same =
              digests.sha256 == o.image_sha256 ||
              (placed != placed_.end() && digests.md5 == lower_ascii(placed->second->md5));
          if (!same && !o.image_sha256.empty() && !o.tiles && !is_moved())
            return std::string(tr("its image is not what was sent"));
          ++proof_.images;
          proof_.same_bytes += same ? 1 : 0;
          return std::string();
        }));
  }
  bool is_converted() const { return server_.target().way == Way::psp; }
  // The server puts the file where it wants, and what it gives is made of it.
  bool is_moved() const {
    return is_converted() || server_.target().images.kind == FoxmlImages::Kind::moved_by_kramerius;
  }

  // A few image servers give the file itself: then its bytes are compared.
  void ask_file(const ExpectedObject& o) {
    const auto placed = placed_.find(o.pid);
    if (placed == placed_.end() || !o.tiles) return;
    ask(HttpMethod::get, items(o.pid) + "/image/iiif/full/max/0/default.jp2", What::bytes, o.pid,
        [this, placed](const Reply& reply) {
          if (!reply.good() || !is_jp2(reply.body)) {
            proof_.remarks.emplace_back(
                tr("the image server does not give its files themselves; they were compared when "
                   "they were placed"));
            return std::string();
          }
          if (digest_bytes(reply.body).md5 != lower_ascii(placed->second->md5))
            return std::string(tr("its image file is not the one of the package"));
          ++proof_.same_bytes;
          return std::string();
        });
  }

  void ask_pages() {
    if (options_.depth == ProofDepth::existence) return;
    std::vector<const ExpectedObject*> pages;
    for (const ExpectedObject& o : expected_.objects)
      if (o.model == "page") pages.push_back(&o);
    const int spread = static_cast<int>(pages.size()) / sample_pages;
    const bool sample = options_.depth == ProofDepth::sample;
    const std::set<std::size_t> texts = looked_at(pages.size(), sample ? spread : 1);
    const std::set<std::size_t> pictures =
        looked_at(pages.size(), sample ? std::max(spread, options_.every) : options_.every);
    std::set<std::size_t> previews;
    for (std::size_t i = 0; i < preview_pages && !pages.empty(); ++i)
      previews.insert((pages.size() - 1) * i / (preview_pages - 1));
    for (std::size_t i = 0; i < pages.size(); ++i) {
      const ExpectedObject& o = *pages[i];
      if (texts.contains(i) && !o.text_sha256.empty())
        ask_text(o, "text", What::text, o.text_sha256, &Proof::texts);
      if (texts.contains(i) && !o.alto_sha256.empty())
        ask_text(o, "alto", What::alto, o.alto_sha256, &Proof::altos);
      if (!pictures.contains(i)) continue;
      ask_picture(o, "thumb");
      if (previews.contains(i)) ask_picture(o, "preview");
      if (o.tiles || is_moved()) ask_size(o, o.tiles || !is_converted());
      ask_whole_image(o);
      if (i == 0) ask_file(o);
    }
    for (const ExpectedObject& o : expected_.objects)
      if (o.model != "page" && !o.text_sha256.empty())
        ask_text(o, "text", What::text, o.text_sha256, &Proof::texts);
  }

  // --- the index ---

  static std::string field_text(const json& doc, const char* key) {
    const auto it = doc.find(key);
    if (it == doc.end()) return {};
    if (it->is_string()) return it->get<std::string>();
    if (it->is_array()) {
      std::string all;
      for (const json& one : *it)
        if (one.is_string()) all += (all.empty() ? "" : "; ") + one.get<std::string>();
      return all;
    }
    return it->dump();
  }

  void ask_index() {
    const ExpectedObject* unit = expected_.find(expected_.unit);
    if (unit == nullptr) return;
    questions_.clear();
    ask(HttpMethod::get,
        query("pid:\"" + unit->pid + "\"",
              "pid,model,title.search,count_page,licenses,date.str,authors", 0, 1),
        What::index, unit->pid, [this, unit](const Reply& reply) {
          const json* response = response_in(reply);
          if (response == nullptr)
            return say(tr("the index does not answer ({})"), words_for(reply));
          if ((*response)["docs"].empty() || !(*response)["docs"][0].is_object())
            return std::string(tr("is not in the index"));
          return fields_are_wrong(*unit, (*response)["docs"][0]);
        });
    const std::size_t before = proof_.gaps.size();
    AskedAll asked = ask_all(server_, std::move(questions_), {});
    proof_.indexed = proof_.gaps.size() == before;
    if (!asked.interrupted && proof_.indexed) asked = ask_indexed_pages();
    if (asked.interrupted) {
      proof_.interrupted = true;
      proof_.why_interrupted = asked.why;
    }
  }

  std::string fields_are_wrong(const ExpectedObject& unit, const json& doc) {
    std::size_t right = 0;
    const std::string model = field_text(doc, "model");
    if (model != unit.model)
      return say(tr("the index has the model \"{}\", not \"{}\""), model, unit.model);
    ++right;
    const std::string title = field_text(doc, "title.search");
    if (!unit.record.title.empty()) {
      if (title.find(unit.record.title) == std::string::npos)
        return say(tr("the index has the title \"{}\", not \"{}\""), title, unit.record.title);
      ++right;
    }
    const auto pages = static_cast<std::size_t>(
        std::count_if(unit.children.begin(), unit.children.end(), [&](const std::string& pid) {
          const ExpectedObject* child = expected_.find(pid);
          return child != nullptr && child->model == "page";
        }));
    if (doc.contains("count_page") && doc["count_page"].is_number_unsigned()) {
      if (doc["count_page"].get<std::size_t>() != pages)
        return say(tr("the index counts {} pages, {} were sent"),
                   doc["count_page"].get<std::size_t>(), pages);
      ++right;
    }
    // What an installation does not show is not asked for.
    const std::string date = field_text(doc, "date.str");
    if (!date.empty() && !unit.record.date.empty()) {
      if (date != unit.record.date)
        return say(tr("the index has the date \"{}\", not \"{}\""), date, unit.record.date);
      ++right;
    }
    const std::string authors = field_text(doc, "authors");
    if (!authors.empty() && !unit.record.authors.empty()) {
      for (const std::string& author : unit.record.authors)
        if (authors.find(author) == std::string::npos)
          return say(tr("the index does not have the author {}"), author);
      ++right;
    }
    proof_.records += right;
    return {};
  }

  // Every page below the title, asked for in portions; a portion that does not come is asked for
  // again by ask_all.
  AskedAll ask_indexed_pages() {
    std::map<std::string, json> there;
    const std::string q = "root.pid:\"" + expected_.top + "\" AND model:page";
    constexpr int tries = 3;  // an index shows what it has after a moment
    for (int attempt = 1;; ++attempt) {
      there.clear();
      std::size_t total = 1, start = 0;
      std::string trouble;
      while (start < total && trouble.empty()) {
        std::vector<Question> one;
        one.push_back({HttpMethod::get, query(q, "pid,page.number,page.type", start, index_rows),
                       [&](const Reply& reply) {
                         const json* response = response_in(reply);
                         if (response == nullptr) return words_for(reply);
                         total = (*response)["numFound"].get<std::size_t>();
                         for (const json& doc : (*response)["docs"])
                           if (doc.is_object()) there[field_text(doc, "pid")] = doc;
                         return std::string();
                       },
                       [&](const std::string& wrong) { trouble = wrong; }});
        const AskedAll asked = ask_all(server_, std::move(one), {});
        if (asked.interrupted) return asked;
        start += index_rows;
      }
      if (!trouble.empty()) {
        gap(What::index, expected_.top, say(tr("the index does not answer ({})"), trouble));
        return {};
      }
      const bool whole = std::all_of(
          expected_.objects.begin(), expected_.objects.end(),
          [&](const ExpectedObject& o) { return o.model != "page" || there.contains(o.pid); });
      if (whole || attempt == tries || !server_.pause(std::min(server_.target().poll_s, 5.0)))
        break;
    }
    judge_indexed_pages(there);
    return {};
  }

  void judge_indexed_pages(const std::map<std::string, json>& there) {
    for (const ExpectedObject& o : expected_.objects) {
      if (o.model != "page") continue;
      const auto found = there.find(o.pid);
      if (found == there.end()) {
        gap(What::index, o.pid, tr("is not in the index"));
        continue;
      }
      const std::string number = field_text(found->second, "page.number"),
                        type = field_text(found->second, "page.type");
      if (!number.empty() && number != o.record.page_number)
        gap(What::index, o.pid, say(tr("the index has the page number \"{}\""), number));
      else if (!type.empty() && lower_ascii(type) != lower_ascii(o.record.page_type))
        gap(What::index, o.pid, say(tr("the index has the kind of page \"{}\""), type));
      else
        ++proof_.indexed_pages;
    }
  }

  KrameriusServer& server_;
  const Expected& expected_;
  const ProofOptions& options_;
  bool open_to_all_ = false;
  std::map<std::string, const PlacedImage*> placed_;
  std::vector<Question> questions_;
  Proof proof_;
};

}  // namespace

const char* name_of(ProofGap::What what) {
  switch (what) {
    case ProofGap::What::object:
      return "object";
    case ProofGap::What::order:
      return "order";
    case ProofGap::What::text:
      return "text";
    case ProofGap::What::alto:
      return "alto";
    case ProofGap::What::image:
      return "image";
    case ProofGap::What::size:
      return "size";
    case ProofGap::What::bytes:
      return "bytes";
    case ProofGap::What::record:
      return "record";
    case ProofGap::What::index:
      break;
  }
  return "index";
}

bool Proof::lacks_index_only() const {
  return !interrupted && !gaps.empty() &&
         std::all_of(gaps.begin(), gaps.end(),
                     [](const ProofGap& gap) { return gap.what == ProofGap::What::index; });
}

Proof prove(KrameriusServer& server, const Expected& expected, const ProofOptions& options) {
  return Prover(server, expected, options).all();
}

json counts_of(const Proof& proof) {
  return {{"objects", proof.objects},   {"orders", proof.orders},
          {"children", proof.children}, {"texts", proof.texts},
          {"altos", proof.altos},       {"images", proof.images},
          {"sizes", proof.sizes},       {"same_bytes", proof.same_bytes},
          {"records", proof.records},   {"indexed_pages", proof.indexed_pages},
          {"locked", proof.locked}};
}

bool is_indexed(KrameriusServer& server, const std::string& pid) {
  const Reply reply = server.get_json(query("pid:\"" + pid + "\"", "pid", 0, 1));
  const json* response = response_in(reply);
  return response != nullptr && !(*response)["docs"].empty();
}

Result<bool> is_there(KrameriusServer& server, const std::string& pid) {
  Reply last;
  std::vector<Question> one;
  one.push_back({HttpMethod::head, items(pid),
                 [&](const Reply& reply) {
                   last = reply;
                   return reply.good() || reply.heard == Heard::not_there ? std::string()
                                                                          : words_for(reply);
                 },
                 [](const std::string&) {}});
  const AskedAll asked = ask_all(server, std::move(one), {});
  if (asked.interrupted) return tl::unexpected(asked.why);
  if (last.good()) return true;
  if (last.heard == Heard::not_there) return false;
  return tl::unexpected(error_of(last, host_of(server.target().server)));
}

}  // namespace linka
