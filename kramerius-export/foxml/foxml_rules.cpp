// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/translate.h"
#include "kramerius-export/foxml/foxml_findings.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace linka {
namespace {

constexpr std::string_view marked(const char* english) {  // for the catalogue
  return english;
}

}  // namespace

const std::vector<FoxmlRule>& foxml_rules() {
  constexpr Severity error = Severity::error, warning = Severity::warning, info = Severity::info;
  static const std::vector<FoxmlRule> rules{
      // The folder and its files.
      {"FOXML_FOLDER_NAME", error,
       marked("the folder's name holds ASCII letters, digits, hyphen, underscore and dot alone")},
      {"FOXML_UPDATE_LIST", error,
       marked("no update.list: it turns an import into a change of streams")},
      {"FOXML_SYMLINK", error, marked("no symbolic links")},
      {"FOXML_EMPTY", error, marked("the folder holds objects")},
      {"FOXML_NOT_XML", error,
       marked("a file .xml is well-formed; Kramerius passes over the others without a word")},
      {"FOXML_NOT_FOXML", warning, marked("a file .xml is an object; others are passed over")},
      {"FOXML_FILE_NAME", error, marked("a file is named by the uuid of its object")},
      {"FOXML_READABLE", warning, marked("the server's account can read the files")},
      // The object.
      {"FOXML_VERSION", error, marked("FOXML is of version 1.1")},
      {"FOXML_PID", error, marked("an object's PID is uuid: and a uuid in lower case")},
      {"FOXML_PID_TWICE", error, marked("a PID stands in one file alone")},
      {"FOXML_PROPERTIES", error,
       marked("an object begins with its properties; without them the import stops")},
      {"FOXML_STATE", warning, marked("an object is active")},
      {"FOXML_LABEL", error, marked("a label has 255 characters at most")},
      // Streams.
      {"FOXML_STREAM_TWICE", error, marked("a stream stands in an object once")},
      {"FOXML_STREAM_UNKNOWN", warning, marked("a stream is one that Kramerius uses")},
      {"FOXML_STREAM_VERSIONS", error, marked("a stream has one version")},
      {"FOXML_VERSION_ID", error,
       marked("a version is named by its stream, a dot and a whole number")},
      {"FOXML_MIMETYPE", error, marked("a stream's MIME type is that of its kind")},
      {"FOXML_CONTENT", error, marked("a stream's content fits its control group")},
      {"FOXML_BASE64", error, marked("embedded content is base64")},
      {"FOXML_CONTENT_TYPE", error, marked("embedded content is of the type that is announced")},
      {"FOXML_URL", error,
       marked("a reference is an address on the web that Kramerius leaves as it is")},
      // Records.
      {"FOXML_MODS", error, marked("an object has a MODS record")},
      {"FOXML_MODS_ROOT", error,
       marked("the record is one mods:mods in a mods:modsCollection; else there is no title in "
              "search")},
      {"FOXML_TITLE", error, marked("a record has a title, a page's a number")},
      {"FOXML_MODS_UUID", error, marked("the record's uuid is the object's")},
      {"FOXML_BARCODE", warning, marked("a barcode is an identifier of the type barCode")},
      {"FOXML_DATE", warning, marked("a date of issue has a form that the index can order")},
      {"FOXML_NON_SORT", warning,
       marked("non-sorting words end in a blank, an apostrophe or a hyphen")},
      {"FOXML_DC", error, marked("an object has a Dublin Core record with a title")},
      {"FOXML_DC_TYPE", warning, marked("dc:type names the object's model")},
      {"FOXML_URNNBN", error, marked("the record has a URN:NBN where one is asked for")},
      // Relations.
      {"FOXML_RELS", error, marked("an object has relations, inside the object")},
      {"FOXML_RDF_PREFIX", warning,
       marked("the prefix of RDF is rdf: joining with an existing object needs it")},
      {"FOXML_RDF_BLANK", error,
       marked("no blank before rdf:Description where Kramerius moves the image")},
      {"FOXML_ABOUT", error, marked("relations are about their own object")},
      {"FOXML_MODEL", error, marked("an object has one model that Kramerius knows, in lower case")},
      {"FOXML_ITEM_ID", error, marked("oai:itemID is the object's PID")},
      {"FOXML_RELATION", error,
       marked("a relation is one that Kramerius knows; else the whole tree is not indexed")},
      {"FOXML_TARGET", error, marked("a relation leads to a PID")},
      {"FOXML_DANGLING", error,
       marked("a relation leads to an object of the folder, or to one that the target has")},
      {"FOXML_CHILD_TWICE", error, marked("a child is named once")},
      {"FOXML_TWO_PARENTS", error,
       marked("an object has one parent; else the whole tree is not indexed")},
      {"FOXML_CYCLE", error, marked("no object stands below itself; else the import never ends")},
      {"FOXML_CHILD_KIND", error, marked("a child's model fits its parent and its relation")},
      {"FOXML_ON_PAGE", error, marked("isOnPage leads to a page")},
      {"FOXML_ORPHAN", error, marked("an object that cannot stand alone has a parent")},
      {"FOXML_TOP", error, marked("there is one object on top")},
      {"FOXML_POLICY", error, marked("the policy is policy:public or policy:private, once")},
      {"FOXML_LICENCE", error, marked("a licence is one that the server knows")},
      // Pages.
      {"FOXML_PAGE_PART", error, marked("a page's record has one part")},
      {"FOXML_PAGE_TYPE", error, marked("a page has a type")},
      {"FOXML_PAGE_TYPE_WORD", warning,
       marked("a page's type is a word that the reader's page can translate")},
      {"FOXML_PAGE_NUMBER", error, marked("a page has a number")},
      {"FOXML_PAGE_INDEX", error,
       marked("pages are counted from 1 without a gap, in the order of their parent")},
      {"FOXML_PAGE_IMAGES", error, marked("a page has its three pictures")},
      {"FOXML_TILES", error,
       marked("a page whose pictures are on an image server has tiles-url, others have none")},
      {"FOXML_TILES_FORM", error,
       marked("tiles-url is the address of one image, without a slash or /info.json at its end")},
      {"FOXML_TEXT_CONTROL", error,
       marked("a text has no control characters; else the page is not found by its text")},
      {"FOXML_TEXT_BOM", error, marked("a text has no byte-order mark")},
      {"FOXML_TEXT_ENCODING", error, marked("a text is UTF-8")},
      {"FOXML_TEXT_EMPTY", warning,
       marked("a stream of text is not empty; Kramerius 5 refuses it")},
      {"FOXML_ALTO", error, marked("a page's layout is ALTO")},
      // Images.
      {"FOXML_IMAGE_PLACE", error, marked("an image lies in its place on the image server, whole")},
      {"FOXML_IMAGE_URL", warning, marked("an image's address can be reached")},
      // The conversion of an NDK package.
      {"IMPORT_INFO", error, marked("there is an info file that can be read")},
      {"IMPORT_PACKAGE_ID", error, marked("the info file has a packageid")},
      {"IMPORT_PACKAGE_ID_SIGNS", warning,
       marked("packageid has no signs that Kramerius exchanges")},
      {"IMPORT_METS", error, marked("there is one main METS that can be read")},
      {"IMPORT_FILE_GROUP", error, marked("a group of files has an ID that Kramerius knows")},
      {"IMPORT_FILE_HREF", error, marked("a file lies in a folder of the package")},
      {"IMPORT_FILE_MISSING", error, marked("the files that METS names are there")},
      {"IMPORT_MASTER_MISSING", info,
       marked("the master copies are there; Kramerius does not need them")},
      {"IMPORT_FILE_EMPTY", error,
       marked("a file is not empty; a page would be without it, silently")},
      {"IMPORT_TEXT_EMPTY", info, marked("a text is not empty")},
      {"IMPORT_POINTER", error, marked("a page names files that METS lists")},
      {"IMPORT_FILE_TWICE", error, marked("a page has one file of each kind")},
      {"IMPORT_NO_IMAGE", error, marked("a page has a user copy")},
      {"IMPORT_MAPS", error, marked("there are a physical and a logical structure")},
      {"IMPORT_DIV_TYPE", error,
       marked("a part of the logical structure is of a kind that Kramerius knows")},
      {"IMPORT_DIV_ID", error, marked("a part and a page have an ID")},
      {"IMPORT_RECORD", error, marked("a part's record is there")},
      {"IMPORT_DC", info, marked("a record has Dublin Core beside it")},
      {"IMPORT_UUID", error,
       marked("a record has a uuid; else the document is another one at each import")},
      {"IMPORT_UUID_LAST", error,
       marked("the last uuid of a record is a uuid; Kramerius takes the last")},
      {"IMPORT_UUID_SEVERAL", warning, marked("a record has one uuid")},
      {"IMPORT_UUID_TWICE", error, marked("no two records have one uuid")},
      {"IMPORT_PAGE_RECORD", error,
       marked("a page has a record under its own name; else it is another one at each import")},
      {"IMPORT_PAGE_NUMBER", warning,
       marked("a page's record has a type, a number and a whole number as index")},
      {"IMPORT_LINKS", error, marked("there is a structLink")},
      {"IMPORT_LINK", warning, marked("a link joins a part and a page that are there")},
      {"IMPORT_PAGE_UNLINKED", error,
       marked("a page is linked from the volume, the issue or the supplement it belongs to")},
      {"IMPORT_PAGE_PARENTS", error,
       marked("a page is linked once from a volume, an issue or a supplement")},
      {"IMPORT_PAGE_OF_FRAME", error, marked("the pages of a book are linked from its volume")},
      {"IMPORT_TEXT_CONTROL", error,
       marked("a text has no control characters; else the page is not found by its text")},
      {"IMPORT_TEXT_BOM", error, marked("a text has no byte-order mark")},
      {"IMPORT_TEXT_ENCODING", error, marked("a text is UTF-8")},
      {"IMPORT_ALTO", error, marked("a page's layout is well-formed XML")},
      {"IMPORT_TITLE", warning, marked("a record has a title")},
      {"IMPORT_NON_SORT", warning,
       marked("non-sorting words end in a blank, an apostrophe or a hyphen")},
      {"IMPORT_DATE", info,
       marked("the date of issue stands in the first origin, in a form that the index can order")},
      {"IMPORT_PUBLISHER", info,
       marked("a publisher stands in mods:publisher; Kramerius reads no other")},
      {"IMPORT_BARCODE", warning, marked("a barcode is an identifier of the type barCode")},
      {"IMPORT_GENRE", warning,
       marked("no part of a work of several volumes turns the work into a map or music")},
  };
  return rules;
}

bool FoxmlReport::has_errors() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::error; });
}

void FoxmlFindings::add(std::string_view rule, std::string file, int line, std::string message) {
  const auto& rules = foxml_rules();
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const FoxmlRule& r) { return r.name == rule; });
  assert(found != rules.end());
  Finding finding;
  finding.severity = found == rules.end() ? Severity::error : found->severity;
  finding.rule = rule;
  finding.file = std::move(file);
  finding.line = line;
  finding.message = std::move(message);
  finding.national = false;
  add(std::move(finding));
}

void FoxmlFindings::add(Finding finding) {
  report_.findings.push_back(std::move(finding));
}

void sort_findings(FoxmlReport& report) {
  const auto key = [](const Finding& f) { return std::tie(f.file, f.line, f.rule, f.message); };
  std::sort(report.findings.begin(), report.findings.end(),
            [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  report.findings.erase(
      std::unique(report.findings.begin(), report.findings.end(),
                  [&](const Finding& a, const Finding& b) { return key(a) == key(b); }),
      report.findings.end());
}

}  // namespace linka
