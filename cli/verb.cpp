// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/verb.h"

#include "base/translate.h"

#include <charconv>

namespace linka {

const char* placeholder(Value value) {
  switch (value) {
    case Value::folder:
      return tr("FOLDER");
    case Value::file:
      return tr("FILE");
    case Value::profile:
      return tr("PROFILE");
    case Value::number:
      return tr("NUMBER");
    case Value::text:
      break;
  }
  return tr("TEXT");
}

CLI::Option* takes(CLI::Option* option, Value value) {
  return option->type_name(placeholder(value));
}

CLI::Validator whole_number(int least, int most) {
  return CLI::Validator(
      [least, most](std::string& text) -> std::string {
        int value = 0;
        const char* end = text.data() + text.size();
        const auto [stop, code] = std::from_chars(text.data(), end, value);
        if (code == std::errc{} && stop == end && value >= least && value <= most) return {};
        return say(tr("'{}' is not a whole number from {} to {}"), text, least, most);
      },
      {});
}

void add_json(CLI::App* verb, bool& json) {
  verb->add_flag("--json", json, tr("answer with one JSON document on standard output"));
}

}  // namespace linka
