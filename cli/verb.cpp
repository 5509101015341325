// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/verb.h"

#include "base/translate.h"

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

void add_json(CLI::App* verb, bool& json) {
  verb->add_flag("--json", json, tr("answer with one JSON document on standard output"));
}

}  // namespace linka
