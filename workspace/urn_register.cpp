// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/urn_register.h"

#include "base/clock.h"
#include "base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

json object_json(const KnownUrn& object) {
  json out = {
      {"key", clean_utf8(object.key)}, {"uuid", object.uuid}, {"label", clean_utf8(object.label)}};
  if (!object.predecessor.empty()) out["predecessor"] = object.predecessor;
  return out;
}

// A line of that kind, about that resolver.
json line(const char* type, const UrnSource& at) {
  return {{"type", type},
          {"resolver", clean_utf8(at.resolver)},
          {"address", clean_utf8(at.address)},
          {"registrar", clean_utf8(at.registrar)},
          {"kind", at.test ? "test" : "production"},
          {"time", wall_clock_text()}};
}

std::string text_in(const json& event, const char* key) {
  const auto at = event.find(key);
  return at != event.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

KnownUrn object_in(const json& event) {
  const json object = event.value("object", json::object());
  KnownUrn out;
  if (!object.is_object()) return out;
  out.key = text_in(object, "key");
  out.uuid = text_in(object, "uuid");
  out.label = text_in(object, "label");
  out.predecessor = text_in(object, "predecessor");
  out.resolver = text_in(event, "resolver");
  out.test = text_in(event, "kind") == "test";
  return out;
}

// The place of an object's URN:NBN of that kind, or of the object alone.
void enter(std::vector<KnownUrn>& known, KnownUrn object) {
  if (object.uuid.empty()) return;
  const auto same = [&](const KnownUrn& k) {
    return k.uuid == object.uuid && (k.urn.empty() || object.urn.empty() || k.test == object.test);
  };
  const auto at = std::find_if(known.begin(), known.end(), same);
  if (at == known.end())
    known.push_back(std::move(object));
  else if (!object.urn.empty() || at->urn.empty())
    *at = std::move(object);
}

void take_event(const json& event, UrnRegister& out) {
  const std::string type = text_in(event, "type"), resolver = text_in(event, "resolver"),
                    urn = text_in(event, "urn");
  if (type == "named") enter(out.known, object_in(event));
  if (type == "about") {
    const KnownUrn object = object_in(event);
    BegunUrn& begun = out.begun[{resolver, object.uuid}];
    begun.urn = urn;
    ++begun.tries;
    enter(out.known, object);
  }
  if (type == "refused") out.begun.erase({resolver, object_in(event).uuid});
  if (type == "assigned") {
    KnownUrn object = object_in(event);
    object.urn = urn;
    out.begun.erase({resolver, object.uuid});
    std::erase(out.reserved[resolver], urn);
    enter(out.known, std::move(object));
  }
  if (type == "reserved")
    for (const json& one : event.value("urns", json::array()))
      if (one.is_string()) out.reserved[resolver].push_back(one.get<std::string>());
  if (type == "instance-about") out.instances_begun[urn].push_back(text_in(event, "url"));
  if (type == "instance") out.instances[urn].push_back(text_in(event, "url"));
}

}  // namespace

const KnownUrn* UrnRegister::assigned(const std::string& uuid, bool test) const {
  for (const KnownUrn& k : known)
    if (k.uuid == uuid && !k.urn.empty() && k.test == test) return &k;
  return nullptr;
}

fs::path urn_register_of(const fs::path& batch_folder) {
  return batch_folder / "urnnbn.jsonl";
}

Result<UrnRegister> read_urns(const fs::path& batch_folder) {
  const auto read = read_events(urn_register_of(batch_folder));
  if (!read) return pass(read);
  UrnRegister out;
  out.damaged_lines = read->damaged_lines;
  for (const json& event : read->events) take_event(event, out);
  std::stable_partition(out.known.begin(), out.known.end(),
                        [](const KnownUrn& k) { return !k.test; });
  return out;
}

Result<UrnWriter> UrnWriter::open(const fs::path& batch_folder) {
  auto log = EventLog::open(urn_register_of(batch_folder));
  if (!log) return pass(log);
  return UrnWriter(std::move(*log));
}

Result<void> UrnWriter::named(const KnownUrn& object) {
  return log_.append(
      {{"type", "named"}, {"object", object_json(object)}, {"time", wall_clock_text()}});
}

Result<void> UrnWriter::about(const KnownUrn& object, const UrnSource& at, const std::string& urn,
                              const std::string& message_sha256) {
  json event = line("about", at);
  event["object"] = object_json(object);
  if (!urn.empty()) event["urn"] = urn;
  event["message_sha256"] = message_sha256;
  return log_.append(event);
}

Result<void> UrnWriter::assigned(const KnownUrn& object, const UrnSource& at,
                                 const std::string& how) {
  json event = line("assigned", at);
  event["object"] = object_json(object);
  event["urn"] = object.urn;
  event["how"] = how;
  return log_.append(event);
}

Result<void> UrnWriter::refused(const KnownUrn& object, const UrnSource& at,
                                const std::string& code, const std::string& message) {
  json event = line("refused", at);
  event["object"] = object_json(object);
  event["code"] = clean_utf8(code);
  event["message"] = clean_utf8(message);
  return log_.append(event);
}

Result<void> UrnWriter::about_reserving(const UrnSource& at, std::size_t count) {
  json event = line("reserve-about", at);
  event["count"] = count;
  return log_.append(event);
}

Result<void> UrnWriter::reserved(const UrnSource& at, const std::vector<std::string>& urns) {
  json event = line("reserved", at);
  event["urns"] = urns;
  return log_.append(event);
}

Result<void> UrnWriter::about_instance(const std::string& urn, const UrnSource& at,
                                       const std::string& url) {
  json event = line("instance-about", at);
  event["urn"] = urn;
  event["url"] = clean_utf8(url);
  return log_.append(event);
}

Result<void> UrnWriter::instance(const std::string& urn, const UrnSource& at,
                                 const std::string& url) {
  json event = line("instance", at);
  event["urn"] = urn;
  event["url"] = clean_utf8(url);
  return log_.append(event);
}

}  // namespace linka
