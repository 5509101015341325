// SPDX-License-Identifier: GPL-3.0-or-later
// What a resolver of URN:NBN is told of a document, and the message that says it (CZIDLO, API v4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// The kinds of documents that this program registers, by the message's element.
enum class EntityKind { monograph, monograph_volume, periodical_issue, other_entity, analytical };
std::string_view element_of(EntityKind kind);  // "monographVolume"

struct UrnPublication {
  std::string publisher, place, year;  // the year: digits only
};

// Empty members are left out of the message.
struct UrnEntity {
  EntityKind kind = EntityKind::monograph;
  std::string title;         // of the work, or of the whole it belongs to
  std::string sub_title;     // not of volumes and issues
  std::string volume_title;  // of a volume; of an issue's year
  std::string issue_title;
  std::string ccnb, isbn, issn, other_id, document_type;
  bool digital_born = false;
  std::string originator, originator_type;  // type: "AUTHOR" "EVENT" "CORPORATION"
  std::string other_originator;
  UrnPublication publication;
};

// Of the first archival image. 0 and "": not known.
struct UrnTechnical {
  std::string format, format_version;
  int extent = 0;  // pages
  int dpi_x = 0, dpi_y = 0;
  std::string compression, compression_ratio;
  std::string color_model;
  int depth = 0;  // bits a pixel
  std::string icc_profile;
  int width_px = 0, height_px = 0;
};

struct UrnRegistration {
  UrnEntity entity;
  // Of an article: where it stands; only titles, numbers and the publication are told of it.
  UrnEntity source;
  std::string uuid;
  std::string urn;          // of a reservation or of the registrar's own numbering; empty: none
  std::string predecessor;  // the retired one that it replaces
  std::string predecessor_note;
  std::string financed, contract;
  UrnTechnical technical;
};

// The body of a registration; of the same kind to complete a record. What the resolver would refuse
// is in problems_of().
std::string message_of(const UrnRegistration& registration);
// Of a digital instance. Empty members are left out.
std::string message_of_instance(const std::string& url, const std::string& library,
                                const std::string& format, const std::string& accessibility);

// What must be there and is not, or has not the right form, a sentence each.
std::vector<std::string> problems_of(const UrnRegistration& registration);

}  // namespace linka
