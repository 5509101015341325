// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/facts_json.h"

#include "base/text.h"
#include "base/translate.h"
#include "workspace/known_facts.h"
#include "workspace/page_hints_json.h"

#include <nlohmann/json.hpp>

namespace linka {
using nlohmann::json;
namespace {

json of(const Point& p) {
  return json::array({p.x, p.y});
}
json of(const Box& b) {
  return json::array({b.x0, b.y0, b.x1, b.y1});
}
json of(const Dpi& d) {
  return json::array({d.x, d.y});
}
json of(const Quad& q) {
  return json::array({of(q[0]), of(q[1]), of(q[2]), of(q[3])});
}

Point point_of(const json& j) {
  return {j.at(0), j.at(1)};
}

void get(const json& j, const char* key, Box& b) {
  if (const auto it = j.find(key); it != j.end()) b = {it->at(0), it->at(1), it->at(2), it->at(3)};
}
void get(const json& j, const char* key, Dpi& d) {
  if (const auto it = j.find(key); it != j.end()) d = {it->at(0), it->at(1)};
}
void get(const json& j, const char* key, Quad& q) {
  if (const auto it = j.find(key); it != j.end())
    q = {point_of(it->at(0)), point_of(it->at(1)), point_of(it->at(2)), point_of(it->at(3))};
}
template <class T>
void get(const json& j, const char* key, T& value) {
  if (const auto it = j.find(key); it != j.end()) value = it->get<T>();
}

// One list for writing and reading, so that the two cannot part.
template <class Visit>
void each(CaptureDevice& d, Visit&& v) {
  v("make", d.make);
  v("model", d.model);
  v("serial", d.serial);
  v("software", d.software);
  v("software_version", d.software_version);
  v("artist", d.artist);
  v("captured_at", d.captured_at);
}
template <class Visit>
void each(SourceFacts& s, Visit&& v) {
  v("file_name", s.file_name);
  v("frame", s.frame);
  v("frames", s.frames);
  v("size_bytes", s.size_bytes);
  v("md5", s.md5);
  v("sha256", s.sha256);
  v("modified_at", s.modified_at);
  v("format", s.format);
  v("format_version", s.format_version);
  v("compression", s.compression);
  v("byte_order", s.byte_order);
  v("color_space", s.color_space);
  v("stored_width_px", s.stored_width_px);
  v("stored_height_px", s.stored_height_px);
  v("width_px", s.width_px);
  v("height_px", s.height_px);
  v("orientation", s.orientation);
  v("bits_per_sample", s.bits_per_sample);
  v("samples_per_pixel", s.samples_per_pixel);
  v("dpi", s.dpi);
  v("dpi_from_file", s.dpi_from_file);
  v("icc_name", s.icc_name);
  v("device", s.device);
  v("notes", s.notes);
}
template <class Visit>
void each(MasterCheck& m, Visit&& v) {
  v("mode", m.mode);
  v("compared", m.compared);
  v("identical", m.identical);
  v("max_difference", m.max_difference);
}
template <class Visit>
void each(WrittenFile& f, Visit&& v) {
  v("name", f.name);
  v("size_bytes", f.size_bytes);
  v("md5", f.md5);
  v("sha256", f.sha256);
}
template <class Visit>
void each(Neighbour& n, Visit&& v) {
  v("kind", n.kind);
  v("outline", n.outline);
  v("on_page", n.on_page);
}
template <class Visit>
void each(Bend& b, Visit&& v) {
  v("area", b.area);
  v("columns", b.columns);
  v("rows", b.rows);
  v("offsets", b.offsets);
}
template <class Visit>
void each(PageMeasures& m, Visit&& v) {
  v("measured", m.measured);
  v("sharpness", m.sharpness);
  v("noise", m.noise);
  v("paper_level", m.paper_level);
  v("ink_level", m.ink_level);
  v("clipped_white", m.clipped_white);
  v("clipped_black", m.clipped_black);
  v("unevenness", m.unevenness);
  v("left_over_skew_deg", m.left_over_skew_deg);
  v("left_over_skew_confidence", m.left_over_skew_confidence);
  v("text_height_mm", m.text_height_mm);
  v("flat_share", m.flat_share);
  v("ink_share", m.ink_share);
  v("upside_down", m.upside_down);
  v("sideways", m.sideways);
  v("covered_share", m.covered_share);
  v("gutter_left", m.gutter_left);
  v("gutter_right", m.gutter_right);
  v("hash", m.hash);
  v("bitonal", m.bitonal);
  v("letters", m.letters);
  v("text_lines", m.text_lines);
  v("text_line_mm", m.text_line_mm);
  v("turn_deg", m.turn_deg);
  v("repeated_share", m.repeated_share);
  v("margins_mm", m.margins_mm);
}
template <class Visit>
void each(PageFinding& f, Visit&& v) {
  v("check", f.check);
  v("urgency", f.urgency);
  v("value", f.value);
  v("limit", f.limit);
  v("score", f.score);
  v("detail", f.detail);
}
template <class Visit>
void each(PageFacts& f, Visit&& v) {
  v("source", f.source);
  v("turn_deg", f.turn_deg);
  v("region", f.region);
  v("split_confidence", f.split_confidence);
  v("spread_confidence", f.spread_confidence);
  v("measured_angle_deg", f.measured_angle_deg);
  v("angle_deg", f.angle_deg);
  v("skew_confidence", f.skew_confidence);
  v("crop", f.crop);
  v("crop_confidence", f.crop_confidence);
  v("crop_sides", f.crop_sides);
  v("neighbours", f.neighbours);
  v("bend", f.bend);
  v("bend_confidence", f.bend_confidence);
  v("measures", f.measures);
  v("findings", f.findings);
  v("resampled", f.resampled);
  v("width_px", f.width_px);
  v("height_px", f.height_px);
  v("channels", f.channels);
  v("dpi", f.dpi);
  v("is_blank", f.is_blank);
  v("blank_confidence", f.blank_confidence);
  v("ink_share", f.ink_share);
  v("words", f.words);
  v("text_confidence", f.text_confidence);
  v("ocr_models", f.ocr_models);
  v("ocr_engine", f.ocr_engine);
  v("models_confidence", f.models_confidence);
  v("estimated_word_error", f.estimated_word_error);
  v("read_at", f.read_at);
  v("hints", f.hints);
  v("master_check", f.master_check);
  v("user_psnr_db", f.user_psnr_db);
  v("files", f.files);
  v("decided", f.decided);
  v("image_key", f.image_key);
  v("text_key", f.text_key);
  v("made_at", f.made_at);
  v("versions", f.versions);
  v("params", f.params);
  v("stage_ms", f.stage_ms);
}

struct Write {
  json& out;
  void operator()(const char* key, std::string& v) { out[key] = clean_utf8(v); }
  void operator()(const char* key, Box& v) { out[key] = of(v); }
  void operator()(const char* key, Dpi& v) { out[key] = of(v); }
  void operator()(const char* key, Quad& v) { out[key] = of(v); }
  void operator()(const char* key, CaptureDevice& v) { (*this).object(key, v); }
  void operator()(const char* key, SourceFacts& v) { (*this).object(key, v); }
  void operator()(const char* key, MasterCheck& v) { (*this).object(key, v); }
  void operator()(const char* key, PageMeasures& v) { (*this).object(key, v); }
  void operator()(const char* key, Bend& v) {
    if (!v.empty()) (*this).object(key, v);
  }
  void operator()(const char* key, PageHints& v) {
    if (v.version != 0) out[key] = to_json(v);
  }
  void operator()(const char* key, Urgency& v) { out[key] = name_of(v); }
  void operator()(const char* key, std::vector<Point>& v) {
    out[key] = json::array();
    for (const Point& p : v) out[key].push_back(of(p));
  }
  void operator()(const char* key, std::vector<PageFinding>& v) { objects(key, v); }
  void operator()(const char* key, std::vector<Neighbour>& v) { objects(key, v); }
  void operator()(const char* key, std::vector<WrittenFile>& v) { objects(key, v); }
  template <class T>
  void objects(const char* key, std::vector<T>& v) {
    out[key] = json::array();
    for (T& item : v) {
      json j = json::object();
      each(item, Write{j});
      out[key].push_back(std::move(j));
    }
  }
  void operator()(const char* key, std::vector<std::string>& v) {
    out[key] = json::array();
    for (const std::string& s : v) out[key].push_back(clean_utf8(s));
  }
  template <class T>
  void operator()(const char* key, T& v) {
    out[key] = v;
  }
  template <class T>
  void object(const char* key, T& v) {
    json j = json::object();
    each(v, Write{j});
    out[key] = std::move(j);
  }
};

struct Read {
  const json& in;
  void operator()(const char* key, CaptureDevice& v) { object(key, v); }
  void operator()(const char* key, SourceFacts& v) { object(key, v); }
  void operator()(const char* key, MasterCheck& v) { object(key, v); }
  void operator()(const char* key, PageMeasures& v) { object(key, v); }
  void operator()(const char* key, Bend& v) { object(key, v); }
  void operator()(const char* key, PageHints& v) {
    if (const auto it = in.find(key); it != in.end()) v = page_hints_from_json(*it);
  }
  void operator()(const char* key, Urgency& v) {
    const std::string name = in.value(key, std::string("look"));
    v = name == "hold" ? Urgency::hold : name == "note" ? Urgency::note : Urgency::look;
  }
  void operator()(const char* key, std::vector<Point>& v) {
    if (const auto it = in.find(key); it != in.end())
      for (const json& j : *it) v.push_back(point_of(j));
  }
  void operator()(const char* key, std::vector<PageFinding>& v) { objects(key, v); }
  void operator()(const char* key, std::vector<Neighbour>& v) { objects(key, v); }
  void operator()(const char* key, std::vector<WrittenFile>& v) { objects(key, v); }
  template <class T>
  void objects(const char* key, std::vector<T>& v) {
    if (const auto it = in.find(key); it != in.end())
      for (const json& j : *it) {
        T item;
        each(item, Read{j});
        v.push_back(std::move(item));
      }
  }
  template <class T>
  void operator()(const char* key, T& v) {
    get(in, key, v);
  }
  template <class T>
  void object(const char* key, T& v) {
    if (const auto it = in.find(key); it != in.end()) each(v, Read{*it});
  }
};

}  // namespace

json to_json(const PageFacts& facts) {
  PageFacts copy = facts;
  json j = json::object();
  j["page"] = text_of(facts.id);
  each(copy, Write{j});
  return j;
}

Result<PageFacts> page_facts_from_json(const json& j) {
  try {
    PageFacts facts;
    if (!parse(j.at("page").get<std::string>(), facts.id))
      return fail(ErrorKind::bad_input, "facts.json: \"{}\" is no page's name",
                  j.at("page").get<std::string>());
    each(facts, Read{j});
    const Bend& b = facts.bend;
    if (!b.empty() && (b.columns < 2 || b.rows < 2 ||
                       b.offsets.size() !=
                           static_cast<std::size_t>(b.columns) * static_cast<std::size_t>(b.rows)))
      return fail(ErrorKind::bad_input, "facts.json: the bend's grid is damaged");
    return facts;
  } catch (const json::exception& e) {
    return fail(ErrorKind::bad_input, "facts.json: {}", e.what());
  }
}

std::filesystem::path facts_file(const Batch& batch, const PageId& id) {
  return batch.page(id) / "facts.json";
}

Result<PageFacts> load_facts(const Batch& batch, const PageId& id) {
  const auto path = facts_file(batch, id);
  const auto text = read_text(path);
  if (!text) return pass(text);
  auto facts = page_facts_from_json(json::parse(*text, nullptr, false));
  if (!facts || facts->id != id)
    return fail(ErrorKind::bad_input, "{}: {}", path.string(),
                tr("is damaged; remove this page's folder and start linka run again, which makes "
                   "the page anew"));
  return facts;
}

void shorten(PageFacts& facts) {
  facts.params = {};
  facts.versions = {};
  facts.bend = {};
}

std::string lost_of_page(const Batch& batch, const PageId& id) {
  std::error_code code;
  const auto facts = short_facts(batch, id);
  if (!facts)
    return std::filesystem::exists(facts_file(batch, id), code)
               ? tr("its page's facts.json is damaged")
               : tr("its page's folder is no longer in the batch");
  const auto folder = batch.page(id);
  for (const WrittenFile& file : (*facts)->files) {
    const auto size = std::filesystem::file_size(folder / file.name, code);
    if (code) return say(tr("its page's {} is no longer there"), file.name);
    if (size != file.size_bytes) return say(tr("its page's {} is damaged"), file.name);
  }
  return {};
}

}  // namespace linka
