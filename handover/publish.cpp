// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/publish.h"

#include "base/files.h"
#include "formats/xml_writer.h"
#include "handover/web_address.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr auto dc_elements = std::to_array<std::string_view>(
    {"title", "creator", "subject", "description", "publisher", "contributor", "date", "type",
     "format", "identifier", "source", "language", "relation", "coverage", "rights"});

std::string folder_of(const HandedDocument& document, const PublishOptions& options) {
  return web_folder(options.base) + document.id + "/";
}

std::string publisher_of(const std::vector<HandedDocument>& documents,
                         const PublishOptions& options) {
  if (!options.publisher.empty()) return options.publisher;
  for (const HandedDocument& document : documents)
    if (!document.institution.empty()) return document.institution;
  return options.name;
}

json text_in(const std::string& language, const std::string& value) {
  if (language.empty()) return value;
  return {{"@language", language}, {"@value", value}};
}

json reference(const std::string& address) {
  return {{"@id", address}};
}

json distribution(const HandedDocument& document, const PublishOptions& options,
                  const std::string& id, const std::string& title, const std::string& address,
                  const std::string& media) {
  json out{{"@id", folder_of(document, options) + "#" + id},
           {"@type", "dcat:Distribution"},
           {"dct:title", {{"@language", "en"}, {"@value", title}}},
           {"dcat:accessURL", reference(address)},
           {"dcat:mediaType", reference("http://www.iana.org/assignments/media-types/" + media)}};
  if (!options.rights.empty()) out["dct:license"] = reference(options.rights);
  return out;
}

json dataset(const HandedDocument& document, const PublishOptions& options) {
  const std::string folder = folder_of(document, options), language = language_of(document);
  json out{{"@id", folder + "#document"},
           {"@type", "dcat:Dataset"},
           {"dct:title", text_in(language, document.title)},
           {"dct:identifier", document.urnnbn.empty() ? "uuid:" + document.uuid : document.urnnbn},
           {"dcat:landingPage", reference(folder)},
           {"dct:publisher", reference("#publisher")}};
  const auto descriptions = document.values("description");
  out["dct:description"] =
      text_in(language, descriptions.empty() ? document.title : descriptions.front());
  for (const std::string& subject : document.values("subject"))
    out["dcat:keyword"].push_back(text_in(language, subject));
  for (const std::string& creator : document.values("creator"))
    out["dc:creator"].push_back(creator);
  if (const auto dates = document.values("date"); !dates.empty()) out["dc:date"] = dates.front();
  out["dcat:distribution"] =
      json::array({distribution(document, options, "iiif", "Pictures and text (IIIF)",
                                folder + "manifest.json", "application/ld+json"),
                   distribution(document, options, "page", "Page for readers",
                                folder + "index.html", "text/html")});
  return out;
}

void write_record(XmlWriter& xml, const HandedDocument& document, const PublishOptions& options) {
  xml.open("oai:record").open("oai:header");
  xml.leaf("oai:identifier", "oai:" + options.name + ":uuid:" + document.uuid);
  xml.leaf("oai:datestamp", iso_date(options.made_at));
  xml.close();
  xml.open("oai:metadata").open("oai_dc:dc");
  xml.attribute("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/");
  xml.attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/");
  xml.attribute("xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/oai_dc/ "
                "http://www.openarchives.org/OAI/2.0/oai_dc.xsd");
  for (const auto& [name, value] : document.dc)
    if (std::find(dc_elements.begin(), dc_elements.end(), name) != dc_elements.end())
      xml.leaf("dc:" + name, value);
  xml.leaf("dc:identifier", folder_of(document, options));
  xml.leaf("dc:rights", options.rights);
  xml.close().close().close();
}

}  // namespace

Result<void> check_publish(const PublishOptions& options) {
  if (!is_web_folder(options.base))
    return fail(ErrorKind::configuration, "\"{}\" is no address of a folder (https://...)",
                options.base);
  for (const std::string* address : {&options.rights, &options.gateway})
    if (!address->empty() && !is_web_address(*address))
      return fail(ErrorKind::configuration, "\"{}\" is no address (https://...)", *address);
  const std::size_t at = options.email.find('@');
  if (at == options.email.npos || at == 0 || at + 1 == options.email.size())
    return fail(ErrorKind::configuration, "\"{}\" is no address of e-mail", options.email);
  if (options.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789.-") != options.name.npos ||
      options.name.find('.') == options.name.npos)
    return fail(ErrorKind::configuration,
                "\"{}\" cannot name a repository; a domain can (library.example.org)",
                options.name);
  return {};
}

std::string dcat_catalogue(const std::vector<HandedDocument>& documents,
                           const PublishOptions& options) {
  json datasets = json::array();
  for (const HandedDocument& document : documents) datasets.push_back(dataset(document, options));
  const json publisher{{"@id", "#publisher"},
                       {"@type", "foaf:Agent"},
                       {"foaf:name", publisher_of(documents, options)},
                       {"foaf:mbox", reference("mailto:" + options.email)}};
  json catalogue{{"@context",
                  {{"@base", web_folder(options.base) + "catalogue.jsonld"},
                   {"dcat", "http://www.w3.org/ns/dcat#"},
                   {"dct", "http://purl.org/dc/terms/"},
                   {"dc", "http://purl.org/dc/elements/1.1/"},
                   {"foaf", "http://xmlns.com/foaf/0.1/"},
                   {"xsd", "http://www.w3.org/2001/XMLSchema#"}}},
                 {"@id", "#catalogue"},
                 {"@type", "dcat:Catalog"},
                 {"dct:title", options.name},
                 {"dct:description", options.name},
                 {"dct:issued", {{"@type", "xsd:date"}, {"@value", iso_date(options.made_at)}}},
                 {"dct:publisher", publisher},
                 {"foaf:homepage", reference(options.base)},
                 {"dcat:dataset", datasets}};
  if (!options.rights.empty()) catalogue["dct:license"] = reference(options.rights);
  return catalogue.dump(1) + "\n";
}

std::string oai_repository(const std::vector<HandedDocument>& documents,
                           const PublishOptions& options) {
  XmlWriter xml;
  xml.open("Repository");
  xml.attribute("xmlns", "http://www.openarchives.org/OAI/2.0/static-repository");
  xml.attribute("xmlns:oai", "http://www.openarchives.org/OAI/2.0/");
  xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  xml.attribute("xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/static-repository "
                "http://www.openarchives.org/OAI/2.0/static-repository.xsd");
  xml.open("Identify");
  xml.leaf("oai:repositoryName", publisher_of(documents, options));
  xml.leaf("oai:baseURL",
           options.gateway.empty() ? web_folder(options.base) + "oai.xml" : options.gateway);
  xml.leaf("oai:protocolVersion", "2.0");
  xml.leaf("oai:adminEmail", options.email);
  xml.leaf("oai:earliestDatestamp", iso_date(options.made_at));
  xml.leaf("oai:deletedRecord", "no");
  xml.leaf("oai:granularity", "YYYY-MM-DD");
  xml.close();
  xml.open("ListMetadataFormats").open("oai:metadataFormat");
  xml.leaf("oai:metadataPrefix", "oai_dc");
  xml.leaf("oai:schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd");
  xml.leaf("oai:metadataNamespace", "http://www.openarchives.org/OAI/2.0/oai_dc/");
  xml.close().close();
  xml.open("ListRecords").attribute("metadataPrefix", "oai_dc");
  for (const HandedDocument& document : documents) write_record(xml, document, options);
  xml.close();
  return xml.done();
}

Result<std::size_t> publish(const std::vector<fs::path>& packages, const fs::path& out,
                            const PublishOptions& options) {
  if (auto r = check_publish(options); !r) return pass(r);
  std::vector<HandedDocument> documents;
  std::set<std::string> uuids;
  for (const fs::path& package : packages) {
    auto document = read_document(package);
    if (!document) return pass(document);
    if (uuids.insert(document->uuid).second) documents.push_back(*std::move(document));
  }
  if (documents.empty()) return fail(ErrorKind::bad_input, "there is nothing to publish");
  if (auto r = make_folders(out); !r) return pass(r);
  for (const auto& [name, text] :
       {std::pair{"catalogue.jsonld", dcat_catalogue(documents, options)},
        {"oai.xml", oai_repository(documents, options)}})
    if (auto r = write_atomically(out / name, std::string_view(text)); !r) return pass(r);
  return documents.size();
}

}  // namespace linka
