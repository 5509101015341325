// SPDX-License-Identifier: GPL-3.0-or-later
// What is published, told to machines: a catalogue of open data (DCAT-AP 2 as JSON-LD) and a static
// repository for OAI-PMH harvesting (the Static Repository guidelines of OAI-PMH 2.0), as two files
// beside the folders that `linka iiif` makes.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "handover/document.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct PublishOptions {
  std::string base;       // address of the folder: "https://library.example.org/iiif"
  std::string name;       // of the catalogue and repository
  std::string publisher;  // whose data it is; empty: the first package's institution
  std::string email;      // of who answers for it
  std::string gateway;    // address at which a gateway speaks OAI-PMH for it; empty: of oai.xml
  std::string rights;     // address of the licence of the data; may be empty
  Time made_at = now();
};

// Errors: configuration, in words.
Result<void> check_publish(const PublishOptions& options);

// "catalogue.jsonld": a dcat:Catalog with a dcat:Dataset for each document and its distributions.
std::string dcat_catalogue(const std::vector<HandedDocument>& documents,
                           const PublishOptions& options);
// "oai.xml": Identify, ListMetadataFormats, ListRecords of oai_dc.
std::string oai_repository(const std::vector<HandedDocument>& documents,
                           const PublishOptions& options);

// Both into the folder `out`, each whole or not at all; older ones are replaced. Documents with a
// uuid that is there already are named once; how many there are comes back. Errors: configuration,
// bad_input, io, no_space.
Result<std::size_t> publish(const std::vector<std::filesystem::path>& packages,
                            const std::filesystem::path& out, const PublishOptions& options);

}  // namespace linka
