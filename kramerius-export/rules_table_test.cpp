// SPDX-License-Identifier: GPL-3.0-or-later
// The table of rules: whole, in two languages, against the list of the national validator's rules,
// and every rule of it seen at work.
#include "base/files.h"
#include "base/text.h"
#include "kramerius-export/rules_breaks_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <set>

namespace linka {
namespace {

namespace fs = std::filesystem;
using test::info_path;
using test::md5_path;
using test::mets_path;
using test::PackageForm;
using test::page_path;
using test::TestPackage;

// Rules that cannot be checked here, each with the reason.
const std::map<std::string, std::string> not_checked = {
    {"MODS_IDENTIFIERS_URN_NBN_REGISTERED", "the resolver is asked over the network"}};

TEST(RulesTable, IsWhole) {
  std::set<std::string_view> names;
  for (const RuleInfo& rule : all_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    for (const std::string_view text : {rule.meaning, rule.meaning_cs, rule.advice, rule.advice_cs})
      EXPECT_TRUE(text.ends_with(".")) << rule.name << ": " << text;
    EXPECT_FALSE(rule.section.empty()) << rule.name;
    EXPECT_EQ(find_rule(rule.name), &rule);
    const bool ours = rule.name.starts_with("LINKA_");
    EXPECT_EQ(rule.owner == RuleOwner::national, !ours) << rule.name;
    if (rule.owner == RuleOwner::own) {
      EXPECT_EQ(rule.severity, Severity::warning) << rule.name;
    }
  }
  EXPECT_GT(names.size(), 190u);
  EXPECT_TRUE(std::is_sorted(all_rules().begin(), all_rules().end(),
                             [](const RuleInfo& a, const RuleInfo& b) { return a.name < b.name; }));
  EXPECT_EQ(find_rule("NO_SUCH_RULE"), nullptr);
}

TEST(RulesTable, CoversTheNationalRulesOfEveryVersion) {
  const Result<std::string> list = read_text(LINKA_NATIONAL_RULES);
  ASSERT_TRUE(list);
  std::map<std::string, std::pair<int, int>> covered;  // version -> checked, all
  std::set<std::string> national;
  for (const std::string& line : split_text(*list, '\n')) {
    if (line.empty() || line[0] == '#' || line.starts_with("rule\t")) continue;
    const std::vector<std::string> fields = split_text(line, '\t');
    ASSERT_EQ(fields.size(), 2u) << line;
    national.insert(fields[0]);
    const RuleInfo* rule = find_rule(fields[0]);
    ASSERT_NE(rule, nullptr) << fields[0] << " is not in the table";
    EXPECT_EQ(rule->versions, fields[1]) << fields[0];
    EXPECT_EQ(rule->how == "not-checked", not_checked.count(fields[0]) > 0) << fields[0];
    for (const std::string& version : split_text(fields[1], ',')) {
      ++covered[version].second;
      if (rule->how != "not-checked") ++covered[version].first;
    }
  }
  for (const auto& [version, count] : covered)
    std::cout << version << ": " << count.first << " of " << count.second << " rules\n";
  for (const auto& [name, reason] : not_checked)
    std::cout << "not checked: " << name << ": " << reason << "\n";
  EXPECT_EQ(covered.size(), 4u);
  for (const RuleInfo& rule : all_rules())
    EXPECT_EQ(rule.owner == RuleOwner::national, national.count(std::string(rule.name)) > 0)
        << rule.name;
}

// ---- every rule at work

using Fired = std::set<std::string>;

void fire(Fired& fired, const CheckReport& report) {
  for (const Finding& f : report.findings) fired.insert(f.rule);
}

// A package broken by text, with and without schemas.
void by_text(Fired& fired, const std::string& file, const std::string& from, const std::string& to,
             PackageForm form = PackageForm::strict_22) {
  TestPackage package(form);
  ASSERT_TRUE(package.replace(file, from, to)) << from;
  fire(fired, test::checked(package.write(), test::with_schemas()));
}

void by_folder(Fired& fired, const std::function<void(const fs::path&)>& change) {
  TestPackage package;
  const fs::path root = package.write();
  change(root);
  fire(fired, test::checked(root));
}

// Identifiers of every level: the must-have taken away, the must-not put in.
void by_identifiers(Fired& fired) {
  const struct {
    PackageForm form;
    const char *uuid, *wrong;
  } levels[] = {{PackageForm::strict_22, "000000000001", "issn"},
                {PackageForm::strict_22, "000000000065", "ccnb"},
                {PackageForm::volume_of_several, "000000000002", "none"},
                {PackageForm::volume_of_several, "000000000003", "ccnb"},
                {PackageForm::volume_of_several, "000000000004", "ccnb"},
                {PackageForm::volume_of_several, "000000000005", "ccnb"},
                {PackageForm::periodical_21, "000000000001", "ccnb"},
                {PackageForm::periodical_21, "000000000006", "urnnbn"},
                {PackageForm::periodical_21, "000000000008", "ccnb"}};
  for (const auto& level : levels) {
    const std::string uuid = std::string("7d3a0c52-19be-4f60-8a77-") + level.uuid;
    const std::string in_mods = "<mods:identifier type=\"uuid\">" + uuid + "</mods:identifier>";
    const std::string in_dc = "<dc:identifier>uuid:" + uuid + "</dc:identifier>";
    by_text(fired, mets_path(), in_mods, "", level.form);
    by_text(fired, mets_path(), in_dc, "", level.form);
    by_text(fired, mets_path(), in_mods,
            in_mods + "<mods:identifier type=\"" + level.wrong + "\">1</mods:identifier>",
            level.form);
    by_text(fired, mets_path(), in_dc,
            in_dc + "<dc:identifier>" + level.wrong + ":1</dc:identifier>", level.form);
  }
}

void by_names(Fired& fired) {
  for (const char* name : {"mastercopy", "usercopy", "alto", "txt", "amdsec"}) {
    const fs::path first = page_path(name, 1), second = page_path(name, 2);
    const std::string end = first.extension().string();
    by_folder(fired, [&](const fs::path& root) { fs::remove_all(root / name); });
    by_folder(fired, [&](const fs::path& root) { fs::rename(root / name, root / "X"); });
    by_folder(fired, [&](const fs::path& root) {
      std::string capitals = name;
      capitals[0] = static_cast<char>(std::toupper(capitals[0]));
      fs::rename(root / name, root / capitals);
    });
    by_folder(fired, [&](const fs::path& root) {
      fs::remove_all(root / name);
      EXPECT_TRUE(write_atomically(root / name, std::string_view("x")));
    });
    by_folder(fired, [&](const fs::path& root) {
      fs::create_directory(root / name / "sub");
      EXPECT_TRUE(write_atomically(root / name / "Thumbs.db", std::string_view("x")));
      EXPECT_TRUE(write_atomically(root / name / ("other_0003" + end), std::string_view("x")));
    });
    by_folder(fired, [&](const fs::path& root) {
      std::string longer = second.filename().string();
      longer.replace(longer.rfind("0002"), 4, "00002");
      fs::rename(root / second, root / name / longer);
    });
  }
  for (const std::string& name : {info_path(), mets_path(), md5_path()}) {
    by_folder(fired, [&](const fs::path& root) { fs::remove(root / name); });
    by_folder(fired, [&](const fs::path& root) {
      std::string capitals = name;
      capitals[1] = static_cast<char>(std::toupper(capitals[1]));
      fs::rename(root / name, root / capitals);
    });
    by_folder(fired, [&](const fs::path& root) {
      fs::remove(root / name);
      fs::create_directory(root / name);
    });
  }
}

void by_rest(Fired& fired) {
  by_folder(fired, [](const fs::path& root) {
    EXPECT_TRUE(write_atomically(root / ".DS_Store", std::string_view("x")));
    EXPECT_TRUE(write_atomically(root / "notes.txt", std::string_view("x")));
    fs::create_directory(root / "LTP_MD.xml");
    fs::create_symlink("nowhere", root / "link");
  });
  by_folder(fired, [](const fs::path& root) {
    for (const char* name : {"mastercopy", "usercopy", "alto", "txt", "amdsec"})
      for (int n = 1; n <= 2; ++n) fs::remove(root / page_path(name, n));
  });
  by_folder(fired, [](const fs::path& root) {
    for (const char* name : {"mastercopy", "usercopy"})
      EXPECT_TRUE(write_atomically(root / page_path(name, 1), std::string_view("x")));
  });
  by_folder(fired, [](const fs::path& root) {
    for (const char* name : {"mastercopy", "usercopy", "alto", "txt", "amdsec"})
      fs::rename(root / page_path(name, 2), root / page_path(name, 7));
  });
  by_folder(fired, [](const fs::path& root) {
    std::ofstream(root / md5_path()) << "no digest\n0123456789abcdef0123456789abcdef /none\n";
  });
  {
    TestPackage package;
    const fs::path root = package.write(), other = root.parent_path() / "Other Name";
    fs::rename(root, other);
    fs::remove(other / mets_path());
    fire(fired, test::checked(other));
  }
  {
    TestPackage package;
    CheckOptions options;
    options.decode = [](ByteView) -> Result<void> {
      return fail(ErrorKind::bad_input, "a tile is damaged");
    };
    fire(fired, test::checked(package.write(), options));
  }
  {
    TestPackage package;
    test::ImageHeader header = test::user_header();
    header.width = 600;
    package.files[page_path("usercopy", 1)] = header.bytes();
    fire(fired, test::checked(package.write()));
  }
  const std::string page = "<mets:dmdSec ID=\"MODSMD_PAGE_0002\">";
  by_text(fired, mets_path(), page, "<mets:dmdSec ID=\"MODSMD_PAGE_0003\">");
  by_text(fired, mets_path(), "<mets:fileSec>",
          "<mets:amdSec ID=\"R\"><mets:rightsMD><mets:mdWrap/></mets:rightsMD></mets:amdSec>"
          "<mets:fileSec>");
  by_text(fired, page_path("amdsec", 1), "<mets:digiprovMD ID=\"EVT_001\">",
          "<mets:rightsMD ID=\"R\"><mets:mdWrap MDTYPE=\"OTHER\" OTHERMDTYPE=\"CopyrightMD\" "
          "MIMETYPE=\"text/xml\"><mets:xmlData><cmd:copyright "
          "xmlns:cmd=\"http://www.cdlib.org/inside/diglib/copyrightMD\" copyright.status=\"free\"/>"
          "</mets:xmlData></mets:mdWrap></mets:rightsMD><mets:digiprovMD ID=\"EVT_001\">");
  by_text(fired, page_path("amdsec", 1), "<mets:digiprovMD ID=\"EVT_001\">",
          "<mets:techMD ID=\"MIX_003\"><mets:mdWrap MDTYPE=\"NISOIMG\" MIMETYPE=\"text/xml\">"
          "<mets:xmlData><mix:mix xmlns:mix=\"http://www.loc.gov/mix/v20\"><mix:x/></mix:mix>"
          "</mets:xmlData></mets:mdWrap></mets:techMD><mets:digiprovMD ID=\"EVT_001\">");
  by_text(fired, mets_path(), "<mets:structLink>", "<mets:structLink><mets:smLink/>");
  by_text(fired, info_path(), "<size>99", "<size>large");
  by_text(fired, info_path(), "<creator>BOA001", "<creator>Somebody");
  by_text(fired, info_path(), "((items))", "<itemlist itemtotal=\"7\"></itemlist>");
  by_text(fired, mets_path(), "<dc:identifier>isbn:",
          "<dc:identifier>isbn:978-80-200-2600-2</dc:identifier><dc:identifier>isbn:");
  by_text(fired, page_path("amdsec", 1), "\"http://www.loc.gov/METS/\"", "\"urn:other\"");
  by_folder(fired, [](const fs::path& root) {  // a file of holes, larger than any image
    fs::resize_file(root / page_path("usercopy", 1), (8ull << 30) + 1);
  });
  for (const char* group : {"MC", "UC", "ALTO", "TXT", "AMD"})
    by_text(fired, mets_path(), std::string("<mets:file ID=\"") + group + "_0001\"",
            std::string("<mets:folder ID=\"") + group + "_0001\"");
}

TEST(RulesTable, EveryRuleIsSeenAtWork) {
  Fired fired;
  for (const test::Break& b : test::all_breaks()) {
    fired.insert(b.rule);
    fired.insert(b.also.begin(), b.also.end());
  }
  by_identifiers(fired);
  by_names(fired);
  by_rest(fired);
  const bool schemas = !test::with_schemas().schemas.empty();
  for (const RuleInfo& rule : all_rules()) {
    const std::string name(rule.name);
    const bool by_schema = rule.name.ends_with("_BY_XSD") || rule.name.ends_with("_SCHEMA") ||
                           rule.name.ends_with("_LIBRARY");  // and its dictionary
    if (not_checked.count(name) || (by_schema && !schemas)) continue;
    EXPECT_TRUE(fired.count(name)) << name << " has no package that breaks it";
  }
}

}  // namespace
}  // namespace linka
