// SPDX-License-Identifier: GPL-3.0-or-later
// One stream of an object, held against what Kramerius does with it.
#pragma once

#include "base/bytes.h"
#include "formats/xml_reader.h"
#include "kramerius-export/foxml/foxml_check.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct StreamSeen {
  std::string id, group;
  XmlElement version;    // foxml:datastreamVersion
  const Bytes& kept;     // of embedded bytes: all of a text or a layout, the beginning of others
  std::size_t size = 0;  // of embedded bytes
  bool base64_good = true;
};

// A fault of a record; whether it counts depends on the object's model, which stands further down.
struct ModsFault {
  std::string_view rule;
  int line = 0;
  std::string message;
};

bool is_known_stream(std::string_view id);

class StreamChecker {
 public:
  StreamChecker(CheckedObject& object, FoxmlFindings& findings, const std::string& file)
      : object_(object), findings_(findings), file_(file) {}
  void check(const StreamSeen& seen);
  const std::vector<ModsFault>& mods_seen() const { return mods_; }
  const std::set<std::string>& dc_types() const { return dc_types_; }
  // The line of rdf:Description when white space stands before it, else 0.
  int blank_before_description() const { return blank_line_; }

 private:
  void say_it(std::string_view rule, int line, std::string message);
  void fault(std::string_view rule, int line, std::string message);
  bool check_content(const StreamSeen& seen);
  void check_mime(const StreamSeen& seen);
  void check_url(const StreamSeen& seen, const std::string& url);
  void check_bytes(const StreamSeen& seen);
  void check_text(const StreamSeen& seen);
  void check_mods(const XmlElement& root);
  void check_dates(const XmlElement& mods);
  void check_page_record(const XmlElement& mods);
  void check_dc(const XmlElement& root);
  void check_rels(const XmlElement& root);
  void check_relation(const XmlElement& e, int& models, int& policies, bool& item);
  void check_tiles(const XmlElement& e);

  CheckedObject& object_;
  FoxmlFindings& findings_;
  const std::string& file_;
  std::vector<ModsFault> mods_;
  std::set<std::string> dc_types_;
  int blank_line_ = 0;
};

}  // namespace linka
