// SPDX-License-Identifier: GPL-3.0-or-later
// The profiles of MODS and Dublin Core, written down block by block as the standard's tables have
// them. A block is one function; a record is the blocks its level knows.
#include "kramerius-export/rules_mods.h"

#include "base/translate.h"

#include <algorithm>

namespace linka::rules {
namespace {

using Values = std::vector<std::string_view>;
using Shapes = std::vector<Shape>;

constexpr Severity warn = Severity::warning;

bool is_part(const std::string& level) {
  return level == "CHAP" || level == "ART" || level == "PICT";
}

// For the catalogue of translations; the complaint is translated when it is made.
constexpr const char* marked(const char* english) {
  return english;
}

Judge wants(bool (*fits)(std::string_view), const char* complaint) {
  return [fits, complaint](const std::string& v) {
    return fits(v) ? std::string() : std::string(tr(complaint));
  };
}

Judge from_dictionary(const std::set<std::string, std::less<>>& list, const char* complaint) {
  return [&list, complaint](const std::string& v) {
    return list.empty() || list.count(v) ? std::string() : std::string(tr(complaint));
  };
}

// The n-th edition of a day is "sequence_n".
std::string issue_type(const std::string& value) {
  const Values list = {"normal",    "morning", "afternoon", "evening",
                       "corrected", "special", "supplement"};
  if (is_one_of(value, list)) return {};
  if (value.starts_with("sequence_") && is_number(value.substr(9))) return {};
  return tr("not a type of issue");
}

Judge date_time() {
  return wants(is_date_time, marked("not a date with a time"));
}

auto attribute_is(std::string name, std::string value) {
  return [name = std::move(name), value = std::move(value)](const XmlElement& e) {
    return e.attribute(name) == value;
  };
}

class Mods {
 public:
  Mods(const Check& check, const RecordKind& kind)
      : check_(check), standard_(check.package.standard), kind_(kind), level_(kind.level) {}

  Shape record() const {
    Shapes blocks = titles();
    const auto add = [&](Shapes more) { blocks.insert(blocks.end(), more.begin(), more.end()); };
    if (level_ == "VOLUME" && !standard_.periodical) {
      // Beside the genre that tells the profile there may be others.
      const std::string wanted = kind_.genre;
      add({genre().where([wanted](const XmlElement& e) { return e.own_text() == wanted; }, wanted),
           Shape::leaf("genre").may_be_empty(), identifier()});
    } else {
      add({genre(), identifier()});
    }
    if (level_ != "PAGE") add(names());
    if (level_ == "PAGE") {
      add({Shape::node("physicalDescription", {Shape::leaf("note")}),
           Shape::leaf("note").of({"left", "right", "singlePage"}), resource()});
      add(page_parts());
    } else if (level_ == "VOLUME" && standard_.periodical) {
      add({Shape::node("originInfo", {issued().once()}).must(),
           Shape::node("physicalDescription", {Shape::leaf("note")})});
    } else if (level_ == "ISSUE") {
      add({Shape::node("originInfo", issue_origin()), language().must(),
           Shape::node("physicalDescription", {Shape::leaf("extent"), Shape::leaf("note")}),
           Shape::leaf("abstract"), Shape::leaf("note"), subject(), related(), location()});
    } else if (is_part(level_)) {
      add({Shape::leaf("abstract"), Shape::leaf("note"), subject(), classification(),
           record_info()});
      if (!(standard_.periodical && level_ == "PICT")) add({language()});
      if (level_ != "PICT") add({part_of_text()});
      if (standard_.periodical) add({related()});
    } else {
      add(origins());
      add({described(), Shape::leaf("abstract"), Shape::leaf("note"), subject(), classification(),
           record_info()});
      const bool must_have_language =
          level_ == "VOLUME" ||
          standard_.periodical;  // TITLE and SUPPL of monographs may do without
      add({must_have_language ? language().must() : language()});
      if (!(level_ == "TITLE" && !standard_.periodical)) add({resource()});
      if (level_ == "VOLUME" || standard_.periodical) add({related()});
      if (!(level_ == "SUPPL" && !standard_.periodical)) add({location()});
      if (kind_.genre == "sheetmusic")
        add({Shape::node("part", {Shape::node("detail", {Shape::leaf("caption")})})
                 .with("type", {"volume"})});
    }
    return Shape::node("mods", std::move(blocks))
        .needs("ID")
        .with("version", {standard_.mods38 ? "3.8" : "3.6"});
  }

 private:
  Shapes titles() const {
    const bool title_needed = !(level_ == "VOLUME" && standard_.periodical) && level_ != "PAGE";
    if (level_ == "PAGE") return {};
    const Shape title = Shape::leaf("title");
    Shape info = Shape::node(
        "titleInfo", {title_needed ? title.must() : title, Shape::leaf("nonSort"),
                      Shape::leaf("subTitle"), Shape::leaf("partNumber"), Shape::leaf("partName")});
    if (level_ != "SUPPL" && !is_part(level_))
      info = info.with("type", {"abbreviated", "alternative", "translated", "uniform"});
    const auto is_main = [](const XmlElement& e) { return !e.has("type") && !e.has("otherType"); };
    Shapes all = {info.where(is_main, "without type").must()};
    all.push_back(level_ == "ISSUE" ? info.with("otherType") : info);
    return all;
  }

  Shapes names() const {
    Shape part =
        Shape::leaf("namePart").with("type", {"family", "given", "date", "termsOfAddress"});
    Shapes parts;
    if (level_ == "TITLE" && !standard_.periodical)
      parts.push_back(part.judged(wants(
                                      [](std::string_view v) {
                                        return v.size() == 9 && v[4] == '-' &&
                                               is_number(v.substr(0, 4)) && is_number(v.substr(5));
                                      },
                                      marked("expected two years like 1880-1951")))
                          .where(attribute_is("type", "date"), "of type date"));
    // A name consists of parts, or is the word etal alone.
    const bool parts_needed = level_ == "VOLUME" || level_ == "SUPPL";
    parts.push_back(parts_needed && parts.empty() ? part.must() : part);
    const Shape role = Shape::node(
        "role",
        {Shape::leaf("roleTerm")
             .once()
             .needs("type", {"code"})
             .needs("authority", {"marcrelator"}, warn)
             .judged(from_dictionary(check_.dictionaries.relators, marked("not a relator code")),
                     warn)});
    parts.insert(parts.end(), {Shape::leaf("nameIdentifier"), role});
    if (standard_.mods38)
      parts.push_back(Shape::node("alternativeName", {Shape::leaf("namePart").must()}));
    const Values types = {"personal", "corporate", "conference", "family"};
    Shape name = Shape::node("name", std::move(parts)).with("usage", {"primary"});
    name = level_ == "SUPPL" && !standard_.periodical ? name.needs("type", types)
                                                      : name.with("type", types);
    const Shape etal =
        Shape::node("name", {Shape::leaf("etal")})
            .where([](const XmlElement& e) { return bool(e.child("etal")); }, "with etal");
    return {etal, name};
  }

  Shape resource() const {
    const Values any = {"text",
                        "cartographic",
                        "notated music",
                        "sound recording",
                        "sound recording-musical",
                        "sound recording-nonmusical",
                        "still image",
                        "moving image",
                        "three dimensional object",
                        "software, multimedia",
                        "mixed material"};
    const Shape leaf = Shape::leaf("typeOfResource");
    if (level_ == "PAGE") return leaf.of({"text", "still image", "notated music", "cartographic"});
    if (level_ == "SUPPL") return leaf.of(any);
    if (kind_.genre == "cartographic") return leaf.of({"cartographic"});
    if (kind_.genre == "graphic") return leaf.of({"still image"});
    if (kind_.genre == "sheetmusic") return leaf.of({"notated music"});
    return leaf.of({"text"});
  }

  Shape genre() const {
    const bool p = standard_.periodical;
    const Shape leaf = Shape::leaf("genre").must();
    if (level_ == "TITLE") return leaf.of({"title"});
    if (level_ == "VOLUME") return p ? leaf.of({"volume"}) : leaf.of({kind_.genre});
    if (level_ == "ISSUE") return leaf.of({"issue"}).needs_judged("type", issue_type);
    if (level_ == "SUPPL")
      return p ? leaf.of({"supplement"}).needs("type", {"volume_supplement", "issue_supplement"})
               : leaf.of({"supplement"});
    if (level_ == "CHAP") return leaf.of({"chapter"}).with("type", chapter_types());
    if (level_ == "ART")
      return leaf.of({"article"})
          .with("type", {"abstract",
                         "annotation",
                         "bibliography",
                         "dedication",
                         "afterword",
                         "editorsNote",
                         "mainArticle",
                         "advertisement",
                         "bibliographicalPortrait",
                         "obituary",
                         "sheetMusic",
                         table_of_contents(),
                         "preface",
                         "contributors",
                         "review",
                         "index",
                         "summary",
                         "interview",
                         "study",
                         "technicalPlanScheme",
                         "introduction",
                         "editorial",
                         "conclusion",
                         "news",
                         "otherNote",
                         "unspecified"});
    if (level_ == "PICT")
      return leaf.of({"picture"})
          .with("type", {"photograph", "chart", "graphic", "illustration", "advertisement", "map",
                         "plate", "table", "technicalPlanScheme", "unspecified"});
    const bool strict = standard_.mods38 && !p;
    return leaf.of({"page", "reprePage"})
        .needs("type", page_genre_types(standard_), strict ? Severity::error : warn);
  }

  std::string_view table_of_contents() const {
    return standard_.mods38 ? "tableOfContents" : "table of content";
  }

  Values chapter_types() const {
    return {"abstract",
            "annotation",
            "bibliography",
            "article",
            "dedication",
            "afterword",
            "editorsNote",
            "advertisement",
            "chapter",
            "bibliographicalPortrait",
            "obituary",
            "sheetMusic",
            table_of_contents(),
            "subchapter",
            "preface",
            "contributors",
            "review",
            "index",
            "summary",
            "interview",
            "study",
            "technicalPlanScheme",
            "introduction",
            "conclusion",
            "otherNote",
            "unspecified"};
  }

  Shape identifier() const {
    return Shape::leaf("identifier").needs("type").with("invalid", {"yes"});
  }

  Shape language() const {
    return Shape::node("language", {Shape::leaf("languageTerm")
                                        .once()
                                        .needs("type", {"code"})
                                        .needs("authority", {"iso639-2b"})
                                        .judged(from_dictionary(check_.dictionaries.languages,
                                                                marked("not a language code")))})
        .with("objectPart",
              {"summary", "table of contents", "accompanying material", "translation"});
  }

  Shape issued() const {
    Shape date = Shape::leaf("dateIssued")
                     .with("qualifier", {"approximate", "inferred", "questionable"})
                     .with("point", {"start", "end"});
    const bool plain = standard_.periodical && (level_ == "VOLUME" || level_ == "ISSUE");
    if (!plain) date = date.with("encoding", {"marc"});
    if (level_ == "SUPPL" && !standard_.periodical && !kind_.rda)
      date =
          date.judged(wants(is_issue_date, marked("not a date like 14.03.1927, 03.1927 or 1927")));
    return date;
  }

  Shapes places_and_agents(const Values& roles, bool role_needed) const {
    const Shape place = Shape::node("place", {Shape::leaf("placeTerm")
                                                  .must()
                                                  .needs("type", {"text", "code"})
                                                  .with("authority", {"marccountry"})});
    if (!standard_.mods38) return {place, Shape::leaf("publisher")};
    const Shape term = Shape::leaf("roleTerm").once().of(roles);
    const Shape role = Shape::node("role", {term});
    return {place, Shape::node("agent",
                               {Shape::leaf("namePart").must(), role_needed ? role.must() : role})};
  }

  Shapes issue_origin() const {
    Shapes all = places_and_agents({"publisher", "producer", "distributor", "manufacturer"}, true);
    all.push_back(issued());
    return all;
  }

  Shapes with_rest(Shapes all, bool production) const {
    all.push_back(Shape::leaf("dateCreated"));
    const bool volume = level_ == "VOLUME", title = level_ == "TITLE";
    if (volume) all.push_back(Shape::leaf("edition"));
    if (volume) {
      Values values = {"monographic", "multipart monograph", "single unit"};
      if (kind_.several_volumes && production) values.pop_back();
      all.push_back(Shape::leaf("issuance").must().of(values));
    } else if (title && standard_.periodical) {
      all.push_back(
          Shape::leaf("issuance").must().of({"continuing", "serial", "integrating resource"}));
      all.push_back(Shape::leaf("frequency").with("authority", {"marcfrequency"}));
    }
    return all;
  }

  Shapes origins() const {
    Shapes all;
    if (!kind_.rda) {
      Shapes children = places_and_agents({"publisher", "manufacturer"}, true);
      children.insert(children.end(), {issued().must(), Shape::leaf("copyrightDate"),
                                       Shape::leaf("dateOther").with("type")});
      const Shape one = Shape::node("originInfo", with_rest(std::move(children), false));
      return {level_ == "SUPPL" ? one : one.must()};
    }
    const struct {
      const char *event, *role;
    } events[] = {{"publication", "publisher"},
                  {"production", "producer"},
                  {"distribution", "distributor"},
                  {"manufacture", "manufacturer"},
                  {"copyright", "copyright holder"}};
    for (const auto& [event, role] : events) {
      const std::string_view name = event;
      const bool copyright = name == "copyright";
      Shapes children = places_and_agents(copyright ? Values{} : Values{role}, !copyright);
      if (name == "publication")
        children.push_back(issued().must());
      else if (copyright)
        children.push_back(Shape::leaf("copyrightDate"));
      else
        children.push_back(Shape::leaf("dateOther").needs("type", {name}));
      all.push_back(Shape::node("originInfo", with_rest(std::move(children), name == "production"))
                        .with("eventType")
                        .where(attribute_is("eventType", event), "of event " + std::string(event)));
    }
    // Whatever has another event, or none, breaks the closed list.
    all.push_back(Shape::open("originInfo")
                      .needs("eventType", {"publication", "production", "distribution",
                                           "manufacture", "copyright"}));
    return all;
  }

  Shape described() const {
    const bool p = standard_.periodical, volume = level_ == "VOLUME", suppl = level_ == "SUPPL";
    const bool wide = !p && (level_ == "TITLE" ||
                             (volume && kind_.genre != "cartographic" && kind_.genre != "graphic"));
    Values authorities = {"rdamedia", "rdacarrier", "marcform", "marccategory", "marcsmd"};
    if (wide) authorities.push_back("gmd");
    const bool authority_needed = !kind_.rda && !p;
    Shape form = Shape::leaf("form");
    form = authority_needed ? form.needs("authority", authorities)
                            : form.with("authority", authorities);
    const bool single = volume && !kind_.several_volumes && kind_.genre == "volume";
    if (suppl && !p)
      form = form.needs("type", {"media", "carrier"});
    else if (!single)
      form = form.with("type", {"media", "carrier"});
    Shapes children;
    // A form that is not from RDA must stand among the forms here.
    const bool not_rda = !p && (level_ == "TITLE" ||
                                (volume && (kind_.several_volumes || kind_.genre == "sheetmusic")));
    if (not_rda)
      children = {
          form.must().where(
              [](const XmlElement& e) { return !e.attribute("authority").starts_with("rda"); },
              "that is not from RDA"),
          form};
    else
      children = {form.must()};
    children.insert(children.end(), {Shape::leaf("extent"), Shape::leaf("note")});
    return Shape::node("physicalDescription", std::move(children)).must();
  }

  Shape subject() const {
    const bool p = standard_.periodical, part = is_part(level_);
    Values lists = {"czenas", "eczenas", "Konspekt", "czmesh", "mednas"};
    if (!p) lists.insert(lists.end(), {"msvkth", "agrovoc"});
    const bool lenient = (!p && level_ == "VOLUME") || (p && level_ == "TITLE");
    const bool with_uri = p || !part;
    const auto term = [&](std::string_view name) {
      return with_uri ? Shape::leaf(name).with("valueURI") : Shape::leaf(name);
    };
    Shape name =
        Shape::node("name", {Shape::leaf("namePart").must(), Shape::leaf("nameIdentifier")});
    if (part) name = name.needs("authority", {"czenas"});
    Shapes children = {part ? term("topic").must() : term("topic"), Shape::leaf("temporal"), name};
    if (level_ != "ISSUE") children.push_back(term("geographic"));
    return Shape::node("subject", std::move(children))
        .with("authority", lists, lenient ? warn : Severity::error);
  }

  Shape classification() const {
    return Shape::leaf("classification")
        .needs("authority", {"udc", "Konspekt"})
        .with("edition", {"Konspekt"});
  }

  Shape location() const {
    const Shape shelf = Shape::leaf("shelfLocator");
    const bool needed = !standard_.periodical && level_ == "VOLUME";
    return Shape::node(
        "location",
        {Shape::leaf("physicalLocation")
             .once()
             .with("authority", {"siglaADR"})
             .judged(from_dictionary(check_.dictionaries.sigla, marked("not a library code"))),
         needed ? shelf.must() : shelf, Shape::leaf("url").with("note")});
  }

  Shape related() const {
    return Shape::open("relatedItem")
        .with("type", {"preceding", "succeeding", "original", "host", "constituent", "series",
                       "otherVersion", "otherFormat", "isReferencedBy"})
        .with("otherType")
        .with("otherTypeURI")
        .with("otherTypeAuth")
        .with("otherTypeAuthURI");
  }

  Shape record_info() const {
    const bool part = is_part(level_), suppl = level_ == "SUPPL";
    const std::string_view authority =
        standard_.mods38 && kind_.genre != "sheetmusic" ? "siglaADR" : "marcorg";
    Shapes children;
    // An unknown standard of description is a warning of its own, so its text is not judged here.
    if (!part) children.push_back(Shape::leaf("descriptionStandard").must());
    Shape source = Shape::leaf("recordContentSource");
    if (authority == "siglaADR" || part)
      source =
          source.judged(from_dictionary(check_.dictionaries.sigla, marked("not a library code")));
    children.push_back(part ? source : source.with("authority", {authority}));
    children.push_back(Shape::leaf("recordCreationDate")
                           .must()
                           .needs("encoding", {"iso8601"})
                           .judged(date_time()));
    children.push_back(
        Shape::leaf("recordChangeDate").needs("encoding", {"iso8601"}).judged(date_time()));
    children.push_back(
        Shape::leaf("recordOrigin").of({"machine generated", "human prepared"}, warn));
    if (!part && !suppl) {
      children.push_back(Shape::leaf("recordIdentifier").with("source"));
      children.push_back(Shape::node(
          "languageOfCataloging",
          {Shape::leaf("languageTerm").must().with("authority", {"iso639-2b"}).may_be_empty()}));
    }
    return Shape::node("recordInfo", std::move(children)).must();
  }

  static auto has_detail(std::string type) {
    return [type = std::move(type)](const XmlElement& e) {
      for (const XmlElement& detail : e.children("detail"))
        if (detail.attribute("type") == type) return true;
      return false;
    };
  }

  Shapes page_parts() const {
    const bool strict = standard_.mods38;
    const Shape number =
        Shape::node("part",
                    {Shape::node("detail", {Shape::leaf("number")}).needs("type"),
                     Shape::node("extent", {Shape::leaf("start").must()}).needs("unit", {"pages"})})
            .needs("type", page_types(standard_), strict ? Severity::error : warn,
                   strict ? Severity::error : warn)
            .where(has_detail("pageNumber"), "with the page's number");
    const Shape index =
        Shape::node("part",
                    {Shape::node("detail", {Shape::leaf("number").must()}).must().needs("type")})
            .where(has_detail("pageIndex"), "with the page's index");
    return {number, index};
  }

  Shape part_of_text() const {
    const Values kinds = {"pageIndex", "pageNumber"};
    return Shape::node(
               "part",
               {Shape::node("detail", {Shape::leaf("number")}).with("type", kinds),
                Shape::node("extent", {Shape::leaf("start"), Shape::leaf("end")}).with("unit")})
        .with("type", kinds);
  }

  const Check& check_;
  const Standard& standard_;
  const RecordKind& kind_;
  const std::string& level_;
};

}  // namespace

Shape mods_shape(const Check& check, const RecordKind& kind) {
  return Mods(check, kind).record();
}

std::string model_of(const Standard& standard, const RecordKind& kind) {
  const bool p = standard.periodical;
  if (kind.level == "TITLE") return p ? "model:periodical" : "model:monograph";
  if (kind.level == "ISSUE") return "model:periodicalitem";
  if (kind.level == "SUPPL") return "model:supplement";
  if (kind.level == "PAGE") return "model:page";
  if (is_part(kind.level)) return "model:internalpart";
  if (kind.level != "VOLUME") return {};
  if (p) return "model:periodicalvolume";
  if (kind.genre == "cartographic") return "model:map";
  if (kind.genre == "graphic") return "model:graphic";
  if (kind.genre == "sheetmusic") return "model:sheetmusic";
  return kind.several_volumes ? "model:monographunit" : "model:monograph";
}

Shape dc_shape(const Check& check, const RecordKind& kind) {
  const Standard& standard = check.package.standard;
  const bool p = standard.periodical;
  const std::string& level = kind.level;
  const bool part = is_part(level), page = level == "PAGE", year = p && level == "VOLUME";
  const bool title_level = level == "TITLE", suppl = level == "SUPPL";
  const bool volume = level == "VOLUME" && !p;
  Shapes all;
  const auto add = [&](const Shape& shape, bool known, bool needed) {
    if (known) all.push_back(needed ? shape.must() : shape);
  };
  const std::string model = model_of(standard, kind);
  add(Shape::leaf("title"), true, !year && !page);
  add(Shape::leaf("type").where([model](const XmlElement& e) { return e.own_text() == model; },
                                model),
      true, true);
  add(Shape::leaf("type"), !title_level && !part && !page, false);
  add(Shape::leaf("creator"), !page, false);
  add(Shape::leaf("publisher"), !part && !page && !year && !(title_level && !p && !kind.rda),
      false);
  add(Shape::leaf("coverage"), !year, false);
  const bool date_by_rules = !kind.rda && (volume || (p && title_level));
  const bool date_by_version = !standard.mods38 && (volume || (p && title_level));
  add(Shape::leaf("date"), !part && !page, year || date_by_rules || date_by_version);
  const auto& languages = check.dictionaries.languages;
  add(Shape::leaf("language").judged(from_dictionary(languages, marked("not a language code"))),
      level != "PICT" && !page && !year,
      volume || level == "CHAP" || level == "ISSUE" || (p && (title_level || suppl)));
  add(Shape::leaf("format"), !page && level != "ART" && !(p && level == "PICT") && !year,
      volume || title_level || suppl);
  add(Shape::leaf("description"), !year, false);
  add(Shape::leaf("subject"), !page && !year, p && part);
  add(Shape::leaf("identifier"), true, true);
  add(Shape::leaf("source"), !part && !page && !year && !(suppl && !p), false);
  return Shape::node("dc", std::move(all)).holding("http://purl.org/dc/elements/1.1/");
}

}  // namespace linka::rules
