// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/target/reference.h"

#include "stages/target/cgats.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace linka {
namespace {

constexpr int most_per_side = 64;

// The first mistake met, told with its line; later ones are not looked for.
class Reading {
 public:
  explicit Reading(const std::string& file) : file_(file) {}
  template <class... Args>
  void wrong(const toml::node& at, fmt::format_string<Args...> text, Args&&... args) {
    if (!mistake_.empty()) return;
    mistake_ = fmt::format("{}:{}: {}", file_, at.source().begin.line,
                           fmt::format(text, std::forward<Args>(args)...));
  }
  const std::string& mistake() const { return mistake_; }

  double number(const toml::node& node, std::string_view key, double least, double most) {
    const std::optional<double> v = node.value<double>();
    if (v && std::isfinite(*v) && *v >= least && *v <= most) return *v;
    wrong(node, "{} must be a number from {} to {}", key, least, most);
    return least;
  }
  int whole(const toml::table& table, const char* key, int least, int most, int otherwise) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return otherwise;
    const auto* v = node->as_integer();
    if (v != nullptr && v->get() >= least && v->get() <= most) return static_cast<int>(v->get());
    wrong(*node, "{} must be a whole number from {} to {}", key, least, most);
    return otherwise;
  }
  std::string text(const toml::table& table, const char* key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (const auto* s = node->as_string()) return s->get();
    wrong(*node, "{} must be a text in quotes", key);
    return {};
  }
  std::vector<double> numbers(const toml::table& table, const char* key, std::size_t count) {
    const toml::node* node = table.get(key);
    const toml::array* array = node == nullptr ? nullptr : node->as_array();
    std::vector<double> out;
    if (array != nullptr)
      for (const toml::node& item : *array) out.push_back(number(item, key, -1e6, 1e6));
    if (out.size() == count) return out;
    wrong(node == nullptr ? static_cast<const toml::node&>(table) : *node,
          "{} must be a list of {} numbers", key, count);
    return std::vector<double>(count, 0);
  }
  void only(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (const auto& [key, node] : table)
      if (std::find(known.begin(), known.end(), key.str()) == known.end())
        wrong(node, "unknown key \"{}\"", key.str());
  }
  const toml::table* table(const toml::table& root, const char* key) {
    const toml::node* node = root.get(key);
    if (node == nullptr) return nullptr;
    if (node->as_table() == nullptr) wrong(*node, "[{}] must be a table", key);
    return node->as_table();
  }
  std::vector<const toml::table*> tables(const toml::table& root, const char* key) {
    std::vector<const toml::table*> out;
    const toml::node* node = root.get(key);
    if (node == nullptr) return out;
    if (const toml::array* array = node->as_array())
      for (const toml::node& item : *array)
        if (item.as_table() != nullptr) out.push_back(item.as_table());
    if (out.empty()) wrong(*node, "[[{}]] must be a list of tables", key);
    return out;
  }

 private:
  std::string file_, mistake_;
};

void read_target(Reading& read, const toml::table& table, TargetReference& target,
                 std::string& illuminant) {
  read.only(table,
            {"name", "columns", "rows", "patch_pitch_mm", "patch_size", "illuminant", "source"});
  if (std::string name = read.text(table, "name"); !name.empty()) target.name = std::move(name);
  for (const char* key : {"columns", "rows"})
    if (!table.contains(key)) read.wrong(table, "[target] has no {}", key);
  target.columns = read.whole(table, "columns", 2, most_per_side, 2);
  target.rows = read.whole(table, "rows", 2, most_per_side, 2);
  if (const toml::node* pitch = table.get("patch_pitch_mm"); pitch != nullptr) {
    if (pitch->is_array()) {
      const std::vector<double> both = read.numbers(table, "patch_pitch_mm", 2);
      target.pitch_x_mm = both[0];
      target.pitch_y_mm = both[1];
    } else {
      target.pitch_x_mm = target.pitch_y_mm = read.number(*pitch, "patch_pitch_mm", 0.1, 1000);
    }
    if (target.pitch_x_mm <= 0 || target.pitch_y_mm <= 0)
      read.wrong(*pitch, "patch_pitch_mm must be more than 0");
  }
  if (const toml::node* size = table.get("patch_size"))
    target.patch_size = read.number(*size, "patch_size", 0.2, 1);
  illuminant = table.contains("illuminant") ? read.text(table, "illuminant") : "D50";
  if (!is_known_illuminant(illuminant))
    read.wrong(*table.get("illuminant"), "illuminant is \"{}\"; known are D50 and D65", illuminant);
}

void read_patches(Reading& read, const toml::table& root, const std::string& illuminant,
                  TargetReference& target) {
  std::set<std::pair<int, int>> taken;
  int index = 0;
  for (const toml::table* table : read.tables(root, "patch")) {
    read.only(*table, {"name", "lab", "neutral", "column", "row"});
    TargetPatch patch;
    // Without a place of its own, a patch comes after the one before it, row by row.
    patch.column = read.whole(*table, "column", 1, target.columns, index % target.columns + 1) - 1;
    patch.row = read.whole(*table, "row", 1, target.rows, index / target.columns + 1) - 1;
    index = patch.row * target.columns + patch.column + 1;
    if (patch.row >= target.rows)
      read.wrong(*table, "there are more patches than {} x {}", target.columns, target.rows);
    patch.name = read.text(*table, "name");
    if (patch.name.empty()) patch.name = fmt::format("{}-{}", patch.column + 1, patch.row + 1);
    const std::vector<double> lab = read.numbers(*table, "lab", 3);
    if (lab[0] < 0 || lab[0] > 110) read.wrong(*table, "L* of patch {} is {}", patch.name, lab[0]);
    patch.lab = under_d50({lab[0], lab[1], lab[2]}, illuminant);
    if (const toml::node* neutral = table->get("neutral")) {
      if (const auto* flag = neutral->as_boolean())
        patch.neutral = flag->get();
      else
        read.wrong(*neutral, "neutral must be true or false");
    }
    if (!taken.emplace(patch.column, patch.row).second)
      read.wrong(*table, "two patches at column {}, row {}", patch.column + 1, patch.row + 1);
    target.patches.push_back(std::move(patch));
  }
}

std::vector<Box> read_boxes(Reading& read, const toml::table& root, const char* key) {
  std::vector<Box> boxes;
  for (const toml::table* table : read.tables(root, key)) {
    read.only(*table, {"name", "box"});
    const std::vector<double> v = read.numbers(*table, "box", 4);
    const Box box{v[0], v[1], v[2], v[3]};
    if (box.empty())
      read.wrong(*table, "the box of a [[{}]] must be left, top, right, bottom", key);
    boxes.push_back(box);
  }
  return boxes;
}

Result<TargetReference> parse_toml(std::string_view text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& e) {
    return fail(ErrorKind::configuration, "{}:{}: {}", name, e.source().begin.line,
                e.description());
  }
  Reading read(name);
  TargetReference target;
  target.name = name;
  read.only(root, {"target", "patch", "edge", "field", "ruler"});
  std::string illuminant = "D50";
  if (const toml::table* table = read.table(root, "target"))
    read_target(read, *table, target, illuminant);
  else
    read.wrong(root, "there is no [target]");
  if (!read.mistake().empty()) return fail(ErrorKind::configuration, "{}", read.mistake());
  read_patches(read, root, illuminant, target);
  target.edges = read_boxes(read, root, "edge");
  target.fields = read_boxes(read, root, "field");
  if (const toml::table* ruler = read.table(root, "ruler")) {
    read.only(*ruler, {"from", "to", "length_mm"});
    const std::vector<double> from = read.numbers(*ruler, "from", 2),
                              to = read.numbers(*ruler, "to", 2);
    const toml::node* length = ruler->get("length_mm");
    target.ruler = TargetRuler{{from[0], from[1]},
                               {to[0], to[1]},
                               length == nullptr ? 0 : read.number(*length, "length_mm", 0.1, 1e5)};
    if (target.ruler->length_mm <= 0 || target.ruler->from == target.ruler->to)
      read.wrong(*ruler, "[ruler] needs two places and length_mm");
  }
  if (!read.mistake().empty()) return fail(ErrorKind::configuration, "{}", read.mistake());
  return target;
}

}  // namespace

Result<TargetReference> parse_reference(std::string_view text, const std::string& name) {
  Result<TargetReference> target = guarded<TargetReference>(
      "target", [&] { return is_cgats(text) ? parse_cgats(text, name) : parse_toml(text, name); });
  if (!target) return target;
  if (target->patches.size() < 6)
    return fail(ErrorKind::configuration, "{}: {} patches; a target needs at least 6", name,
                target->patches.size());
  const auto neutrals = std::count_if(target->patches.begin(), target->patches.end(),
                                      [](const TargetPatch& p) { return p.neutral; });
  if (neutrals < 2)
    return fail(ErrorKind::configuration,
                "{}: {} patches are marked neutral; tone and white balance need at least 2", name,
                neutrals);
  return target;
}

}  // namespace linka
