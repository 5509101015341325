// SPDX-License-Identifier: GPL-3.0-or-later
// The program as an operator or a script meets it: started as a process, judged by what it prints
// and by its exit code.
#include "base/files.h"
#include "cli/console.h"
#include "cli/declared.h"
#include "cli/exit_codes.h"
#include "cli/find.h"
#include "cli/limits.h"
#include "cli/progress.h"
#include "cli/work.h"
#include "image/image_io.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "linka-cli-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code code;
    fs::remove_all(path_, code);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Answer {
  int code = -1;
  std::string out, err;
};

using Environment = std::map<std::string, std::string>;

Answer run_command(std::vector<std::string> words, const Environment& environment = {},
                   const fs::path& folder = {}) {
  const Folder outputs;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG", "LINKA_SCHEMAS",
                             "LINKA_PROFILES", "LINKA_LOCALEDIR"})
      ::unsetenv(name);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    const int out = ::open((outputs / "out").c_str(), O_WRONLY | O_CREAT, 0600);
    const int err = ::open((outputs / "err").c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(outputs / "out"),
          read(outputs / "err")};
}

Answer linka(std::vector<std::string> arguments, const Environment& environment = {},
             const fs::path& folder = {}) {
  arguments.insert(arguments.begin(), LINKA_PROGRAM);
  return run_command(std::move(arguments), environment, folder);
}

const Environment czech{{"LANG", "cs_CZ.UTF-8"}};
const std::vector<std::string> verbs{"run",       "review",  "correct", "target",  "text",
                                     "status",    "retry",   "exclude", "package", "validate",
                                     "structure", "explain", "profile", "decode",  "version",
                                     "help",      "record"};

Bytes grey_png(int width, int height) {
  const Image image = Image::make(width, height, 1, {300, 300}, nullptr, [&](std::uint8_t* p) {
    std::uint32_t noise = 1;  // paper, of which no two rows are alike
    for (int i = 0; i < width * height; ++i) {
      noise = noise * 1664525 + 1013904223;
      const int x = i % width, y = i / width;
      const bool print =
          x > 40 && x < width - 40 && y > 40 && y < 300 && y % 24 < 12 && x % 16 < 11;
      p[i] = static_cast<std::uint8_t>((print ? 20 : 200) + (noise >> 28));
    }
  });
  return *to_png(image);
}

TEST(Cli, WithoutVerbSaysHelpAndFails) {
  const Answer r = linka({});
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.out.empty());
  EXPECT_NE(r.err.find("Usage: linka"), std::string::npos) << r.err;
}

TEST(Cli, EveryVerbHasHelpWithExamples) {
  for (const std::string& verb : verbs) {
    const Answer r = linka({verb, "--help"});
    EXPECT_EQ(r.code, 0) << verb;
    EXPECT_NE(r.out.find("Usage: linka " + verb), std::string::npos) << r.out;
    EXPECT_NE(r.out.find("Examples:\n  linka "), std::string::npos) << verb << r.out;
    EXPECT_EQ(linka({"help", verb}).out, r.out) << verb;
  }
  EXPECT_NE(linka({"--help"}).out.find("Verbs:"), std::string::npos);
}

TEST(Cli, HelpOfAnInnerVerbNamesItWhole) {
  EXPECT_NE(linka({"profile", "show", "--help"}).out.find("Usage: linka profile show"),
            std::string::npos);
  EXPECT_NE(linka({"help", "profile", "show"}).out.find("Usage: linka profile show"),
            std::string::npos);
}

TEST(Cli, UnknownOptionIsMisuseWithAHint) {
  const Answer r = linka({"run", "scans", "--profil", "monograph"});
  EXPECT_EQ(r.code, 2);
  EXPECT_NE(r.err.find("--profil"), std::string::npos);
  EXPECT_NE(r.err.find("'--profile'"), std::string::npos) << r.err;
}

TEST(Cli, UnknownVerbIsMisuseWithAHint) {
  const Answer r = linka({"statsu"});
  EXPECT_EQ(r.code, 2);
  EXPECT_NE(r.err.find("'status'"), std::string::npos) << r.err;
}

TEST(Cli, MissingArgumentIsNamed) {
  const Answer r = linka({"status"});
  EXPECT_EQ(r.code, 2);
  EXPECT_NE(r.err.find("needs BATCH"), std::string::npos) << r.err;
  EXPECT_EQ(linka({"profile"}).code, 2);
  EXPECT_EQ(linka({"run", "scans", "--jobs", "many"}).code, 2);
  EXPECT_EQ(linka({"run", "scans", "--jobs", "0"}).code, 2);
}

TEST(Cli, MisuseUnderJsonIsOneJsonDocument) {
  const Answer r = linka({"status", "--json", "--frobnicate"});
  EXPECT_EQ(r.code, 2);
  const json document = json::parse(r.out, nullptr, false);
  ASSERT_FALSE(document.is_discarded()) << r.out;
  EXPECT_EQ(document["error"]["kind"], "usage");
}

TEST(Cli, ErrorsUnderJsonAreOneJsonDocumentNamingTheFile) {
  const Folder folder;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status", folder / "none", "--json"},
        {"retry", folder / "none", "--json"},
        {"package", folder / "none", "--json"},
        {"validate", folder / "none", "--json"},
        {"explain", "0001.tif", "--batch", folder / "none", "--json"},
        {"exclude", folder / "none", "0001.tif", "--reason", "chart", "--json"},
        {"run", folder / "none", "--no-package", "--json"},
        {"decode", folder / "none", folder / "out.png", "--json"}}) {
    const Answer r = linka(words);
    EXPECT_EQ(r.code, 4) << words.front() << r.err;
    const json document = json::parse(r.out, nullptr, false);
    ASSERT_FALSE(document.is_discarded()) << words.front() << r.out;
    EXPECT_EQ(document["error"]["kind"], "bad_input") << words.front();
    EXPECT_NE(document["error"]["message"].get<std::string>().find("none"), std::string::npos)
        << document;
    EXPECT_NE(r.err.find("none"), std::string::npos) << words.front();
  }
}

TEST(Cli, SpeaksCzechWhereTheLocaleWasNeverGenerated) {
  const Answer r = linka({"--help"}, czech);
  EXPECT_EQ(r.code, 0);
  EXPECT_NE(r.out.find("Použití: linka"), std::string::npos) << r.out;
  EXPECT_NE(linka({"status"}, {{"LC_ALL", "cs_CZ.utf8"}}).err.find("linka"), std::string::npos);
  EXPECT_NE(linka({"--help"}, {{"LC_ALL", "C"}, {"LANG", "cs_CZ.UTF-8"}}).out.find("Usage:"),
            std::string::npos);
  EXPECT_NE(linka({"--help"}, {{"LANG", "de_DE.UTF-8"}}).out.find("Usage:"), std::string::npos);
}

TEST(Cli, EveryVerbsHelpIsTranslated) {
  for (const std::string& verb : verbs) {
    const Answer r = linka({verb, "--help"}, czech);
    EXPECT_NE(r.out.find("Použití:"), std::string::npos);
    EXPECT_EQ(r.out.find("say this and stop"), std::string::npos) << r.out;
    EXPECT_EQ(r.out.find("answer with one JSON"), std::string::npos) << r.out;
  }
}

// A translation with a lost or added {} would stop the sentence from being said at all.
TEST(Translation, KeepsEveryPlaceholder) {
  std::map<std::string, std::vector<std::string>> entry;
  std::string last;
  std::size_t checked = 0;
  const auto unquoted = [](const std::string& line) {
    const std::size_t from = line.find('"'), to = line.rfind('"');
    return from == std::string::npos || to <= from ? std::string()
                                                   : line.substr(from + 1, to - from - 1);
  };
  const auto placeholders = [](const std::string& text) {
    static const std::regex place("\\{[^}]*\\}");
    std::vector<std::string> all(std::sregex_token_iterator(text.begin(), text.end(), place), {});
    // Numbered ones may stand in the order that the language wants.
    if (!all.empty() && all.front().size() > 2 && std::isdigit(all.front()[1]) != 0)
      std::sort(all.begin(), all.end());
    return all;
  };
  const auto check = [&] {
    if (!entry["msgid"].empty())
      for (const auto& [key, texts] : entry) {
        if (!key.starts_with("msgstr")) continue;
        const std::string& original = entry["msgid"].front();
        EXPECT_EQ(placeholders(texts.front()), placeholders(original)) << original;
        EXPECT_FALSE(texts.front().empty()) << original << " is not translated";
        ++checked;
      }
    entry.clear();
  };
  std::ifstream file(LINKA_CATALOGUE);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("msgid ")) check();
    if (line.starts_with('"'))
      entry[last].front() += unquoted(line);
    else if (const std::size_t space = line.find(' '); line.starts_with("msg")) {
      last = line.substr(0, space);
      entry[last] = {unquoted(line)};
    }
  }
  check();
  EXPECT_GT(checked, 100u);
}

TEST(Manual, HasNoRoffWarnings) {
  if (run_command({"groff", "--version"}).code != 0) GTEST_SKIP() << "groff is not installed";
  const Folder folder;
  for (const Environment& language : {Environment{}, czech}) {
    const Answer man = linka({"help", "--man"}, language);
    ASSERT_EQ(man.code, 0);
    write(folder / "linka.1", man.out);
    const Answer formatted =
        run_command({"groff", "-man", "-ww", "-k", "-Tutf8", "-z", folder / "linka.1"});
    EXPECT_EQ(formatted.code, 0);
    EXPECT_EQ(formatted.err, "");
    for (const std::string& verb : verbs)
      EXPECT_NE(man.out.find("linka " + verb), std::string::npos) << verb;
    EXPECT_NE(man.out.find("\\fB143\\fR"), std::string::npos);
  }
}

TEST(Completion, IsBashAndKnowsVerbsAndOptions) {
  const Folder folder;
  const Answer completion = linka({"help", "--bash-completion"});
  ASSERT_EQ(completion.code, 0);
  write(folder / "linka", completion.out);
  EXPECT_EQ(run_command({"bash", "-n", folder / "linka"}).code, 0);
  const auto completed = [&](const std::string& words, int at) {
    const std::string script = "source " + (folder / "linka").string() + "; COMP_WORDS=(" + words +
                               "); COMP_CWORD=" + std::to_string(at) +
                               "; compopt() { :; }; _linka; echo \" ${COMPREPLY[*]} \"";
    return run_command({"bash", "-c", script}).out;
  };
  EXPECT_NE(completed("linka st", 1).find(" status "), std::string::npos);
  EXPECT_NE(completed("linka run --pro", 2).find(" --profile "), std::string::npos);
  EXPECT_NE(completed("linka profile sh", 2).find(" show "), std::string::npos);
  EXPECT_NE(completed("linka profile list --na", 3).find(" --names "), std::string::npos);
  EXPECT_NE(completed("linka help ex", 2).find(" explain "), std::string::npos);
  EXPECT_EQ(completed("linka status --ju", 2).find("--"), std::string::npos);
}

TEST(Profile, ListShowAndCheckAgree) {
  EXPECT_NE(linka({"profile", "list"}).out.find("monograph"), std::string::npos);
  EXPECT_NE(("\n" + linka({"profile", "list", "--names"}).out).find("\nmonograph\n"),
            std::string::npos);
  const Folder folder;
  const Answer shown = linka({"profile", "show", "monograph"});
  ASSERT_EQ(shown.code, 0);
  write(folder / "my.toml", shown.out);
  EXPECT_EQ(linka({"profile", "check", folder / "my.toml"}).code, 0);
  const json document = json::parse(linka({"profile", "show", "monograph", "--json"}).out);
  EXPECT_EQ(document["settings"]["deskew"]["max_angle_deg"]["preset"], "15");
}

TEST(Profile, WrongOneIsAConfigurationError) {
  const Folder folder;
  write(folder / "bad.toml", "[deskew]\nmax_angel_deg = 3\n");
  const Answer r = linka({"profile", "check", folder / "bad.toml"});
  EXPECT_EQ(r.code, 3);
  EXPECT_NE(r.err.find("bad.toml"), std::string::npos);
  EXPECT_NE(r.err.find("max_angel_deg"), std::string::npos);
  EXPECT_EQ(linka({"profile", "show", "nonesuch"}).code, 3);
  EXPECT_EQ(linka({"run", folder.path(), "--profile", "nonesuch"}).code, 3);
}

TEST(Decode, WritesThePictureUpright) {
  const Folder folder;
  ASSERT_TRUE(write_atomically(folder / "scan.png", ByteView(grey_png(70, 50))));
  const Answer r = linka({"decode", folder / "scan.png", folder / "out.png"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_GT(fs::file_size(folder / "out.png"), 50u);
}

TEST(Decode, RefusesWhatIsNoPictureAndLeavesNothing) {
  const Folder folder;
  write(folder / "scan.tif", "this is text");
  write(folder / "empty.tif", "");
  Bytes half = grey_png(400, 300);
  half.resize(half.size() / 2);
  ASSERT_TRUE(write_atomically(folder / "half.png", ByteView(half)));
  for (const char* name : {"scan.tif", "empty.tif", "half.png", "none.tif", ""}) {
    const Answer r = linka({"decode", folder / name, folder / "out.png"});
    EXPECT_EQ(r.code, 4) << name << r.err;
    EXPECT_NE(r.err.find(name), std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "out.png")) << name;
  }
  ASSERT_TRUE(write_atomically(folder / "scan.png", ByteView(grey_png(70, 50))));
  EXPECT_EQ(linka({"decode", folder / "scan.png", folder / "out.png", "--frame", "2"}).code, 4);
  EXPECT_EQ(linka({"decode", folder / "scan.png", folder / "no/where/out.png"}).code, 4);
}

TEST(Run, FolderWithoutScansIsUnusable) {
  const Folder folder;
  fs::create_directory(folder / "scans");
  write(folder / "scans/readme.txt", "no scan");
  const Answer r = linka({"run", folder / "scans", "--no-package", "--out", folder / "out"});
  EXPECT_EQ(r.code, 4);
  EXPECT_NE(r.err.find("scans"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST(Run, AsksForTheRecordBeforeItStarts) {
  const Folder folder;
  fs::create_directory(folder / "scans");
  ASSERT_TRUE(write_atomically(folder / "scans/0001.png", ByteView(grey_png(70, 50))));
  const Answer none = linka({"run", folder / "scans", "--out", folder / "out"});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("--record"), std::string::npos);
  write(folder / "bad.toml", "this is no record");
  const Answer bad =
      linka({"run", folder / "scans", "--record", folder / "bad.toml", "--out", folder / "out"});
  EXPECT_EQ(bad.code, 4) << bad.err;
  EXPECT_NE(bad.err.find("bad.toml"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST(Run, DryRunNamesTheScansAndWritesNothing) {
  const Folder folder;
  fs::create_directory(folder / "scans");
  for (const char* name : {"2.png", "10.png", "1.png"})
    ASSERT_TRUE(write_atomically(folder / "scans" / name, ByteView(grey_png(70, 50))));
  const Answer r =
      linka({"run", folder / "scans", "--no-package", "--dry-run", "--json"}, {}, folder.path());
  ASSERT_EQ(r.code, 0) << r.err;
  const json document = json::parse(r.out);
  EXPECT_EQ(document["scans"], json({"1.png", "2.png", "10.png"}));
  EXPECT_EQ(document["batch"], "./scans.batch");
  EXPECT_FALSE(fs::exists(folder / "scans.batch"));
  const Answer some =
      linka({"run", folder / "scans", "--no-package", "--dry-run", "--json", "--pages", "2..9"}, {},
            folder.path());
  EXPECT_EQ(json::parse(some.out)["scans"], json({"2.png", "10.png"}));
  EXPECT_EQ(linka({"run", folder / "scans", "--no-package", "--dry-run", "--pages", "4..9"}).code,
            2);
}

TEST(Validate, SchemasThatAreNotThereAreAConfigurationError) {
  const Folder folder;
  EXPECT_EQ(linka({"validate", folder.path(), "--schemas", folder / "none"}).code, 3);
}

TEST(Validate, AFolderWithoutPagesProvesNothing) {
  const Folder folder;
  EXPECT_EQ(linka({"validate", folder.path()}).code, 10);
  write(folder / "letter.txt", "dear");
  EXPECT_EQ(linka({"validate", folder.path(), "--json"}).code, 10);
}

// A batch of two small scans, its pages made without OCR.
class SmallBatch : public testing::Test {
 protected:
  SmallBatch() {
    fs::create_directory(folder_ / "scans");
    scan("1.png", 310);
    scan("2.png", 320);
    write(folder_ / "fast.toml", "[ocr]\nenabled = false\n");
  }
  void scan(const std::string& name, int width) {
    EXPECT_TRUE(write_atomically(folder_ / "scans" / name, ByteView(grey_png(width, 400))));
  }
  Answer run(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"run", folder_ / "scans", "-p", folder_ / "fast.toml", "-o",
                               folder_ / "batch", "--no-package", "-q"});
    return linka(std::move(more));
  }
  json status() { return json::parse(linka({"status", folder_ / "batch", "--json"}).out)["sums"]; }
  Folder folder_;
};

TEST_F(SmallBatch, EveryAnswerInJsonHoldsItsExitCode) {
  ASSERT_EQ(run().code, 0);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status", folder_ / "batch"},
        {"explain", "1.png", "--batch", folder_ / "batch"},
        {"exclude", folder_ / "batch", "1.png", "--undo"},
        {"retry", folder_ / "batch", "-q"},
        {"package", folder_ / "batch"},
        {"package", folder_ / "batch", "--dry-run"},
        {"validate", folder_ / "batch"},
        {"validate", folder_.path()},
        {"decode", folder_ / "scans/1.png", folder_ / "out.png"},
        {"profile", "list"},
        {"profile", "show", "monograph"},
        {"profile", "check", folder_ / "fast.toml"},
        {"run", folder_ / "scans", "--no-package", "--dry-run", "-p", folder_ / "fast.toml"},
        {"run", folder_ / "scans", "--pages", "x", "--no-package"},
        {"version"}}) {
    std::vector<std::string> with_json = words;
    with_json.push_back("--json");
    const Answer r = linka(with_json);
    const json document = json::parse(r.out, nullptr, false);
    ASSERT_TRUE(document.is_object()) << words.front() << r.out;
    EXPECT_EQ(document.value("exit_code", -1), r.code) << words.front() << document;
  }
}

TEST_F(SmallBatch, WithoutAPackageThereIsNothingToCheck) {
  ASSERT_EQ(run().code, 0);
  const Answer r = linka({"validate", folder_ / "batch"});
  EXPECT_EQ(r.code, 10);
  EXPECT_NE(r.err.find("no package yet"), std::string::npos) << r.err;
}

TEST_F(SmallBatch, RetryTakesAScanThatWasReplaced) {
  write(folder_ / "scans/2.png", "no picture");
  EXPECT_EQ(run().code, 1);
  scan("1.png", 330);
  scan("2.png", 350);
  EXPECT_EQ(linka({"status", folder_ / "batch"}).code, 1);
  EXPECT_EQ(linka({"retry", folder_ / "batch", "-q"}).code, 0);
  EXPECT_EQ(status()["done"], 2);
}

TEST_F(SmallBatch, PackageLooksAtTheScansAsTheyAreNow) {
  ASSERT_EQ(run().code, 0);
  scan("3.png", 330);
  const Answer r = linka({"package", folder_ / "batch"});
  EXPECT_EQ(r.code, 1) << r.out << r.err;
  EXPECT_NE(r.out.find("3.png"), std::string::npos) << r.out;
}

TEST_F(SmallBatch, ALostPageIsExplainedAndMadeAgain) {
  ASSERT_EQ(run().code, 0);
  fs::remove_all(folder_ / "batch/pages/1.png-single");
  const Answer r = linka({"explain", "1.png", "--batch", folder_ / "batch"});
  EXPECT_EQ(r.code, 1) << r.err;
  EXPECT_NE(r.out.find("no longer"), std::string::npos) << r.out;
  EXPECT_EQ(run().code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "batch/pages/1.png-single/facts.json"));
}

TEST_F(SmallBatch, ExplainTakesPagesAndScansByAnyOfTheirNames) {
  write(folder_ / "scans/3.png", "no picture");
  ASSERT_EQ(run().code, 1);
  for (const char* name : {"1.png", "1", "1.png-single"})
    EXPECT_EQ(linka({"explain", name, "--batch", folder_ / "batch"}).code, 0) << name;
  EXPECT_EQ(linka({"explain", folder_ / "batch/pages/2.png-single/"}).code, 0);
  for (const char* name : {"3.png", "3", "3.png-single"}) {
    const Answer r = linka({"explain", name, "--batch", folder_ / "batch"});
    EXPECT_EQ(r.code, 1) << name;
    EXPECT_NE(r.out.find("linka retry"), std::string::npos) << r.out;
  }
  EXPECT_EQ(linka({"explain", "4.png", "--batch", folder_ / "batch"}).code, 4);
}

TEST_F(SmallBatch, AScanIsLeftOutAndTakenBack) {
  ASSERT_EQ(run().code, 0);
  const Answer out = linka({"exclude", folder_ / "batch", "1.png", "--reason", "colour chart"});
  EXPECT_EQ(out.code, 0) << out.err;
  EXPECT_NE(out.out.find("linka package"), std::string::npos) << out.out;
  EXPECT_EQ(status()["excluded"], 1);
  EXPECT_EQ(linka({"exclude", folder_ / "batch", "1.png", "--undo"}).code, 0);
  EXPECT_EQ(status()["done"], 2);
  EXPECT_EQ(linka({"exclude", folder_ / "batch", "9.png", "--reason", "x"}).code, 4);
}

TEST_F(SmallBatch, ADamagedBatchIsNamedAndMended) {
  ASSERT_EQ(run().code, 0);
  write(folder_ / "batch/batch.json", "{");
  for (const Answer& r : {run(), linka({"status", folder_ / "batch"})}) {
    EXPECT_EQ(r.code, 4);
    EXPECT_NE(r.err.find("batch.json"), std::string::npos) << r.err;
  }
  fs::remove(folder_ / "batch/batch.json");
  EXPECT_EQ(run().code, 0);
}

TEST_F(SmallBatch, TheRecordThatWasWorkedOnLastCounts) {
  const auto record = [](const std::string& title) {
    return "title = \"" + title +
           "\"\nlanguage = \"cze\"\nyear = 1927\nsigla = \"ABA001\"\n"
           "urnnbn = \"urn:nbn:cz:tst001-00000a\"\n";
  };
  const fs::path beside = folder_ / "scans/title.toml", kept = folder_ / "batch/record.toml";
  write(beside, record("First"));
  ASSERT_EQ(run().code, 0);
  EXPECT_EQ(read(kept), record("First"));
  write(beside, record("Second"));
  fs::last_write_time(beside, fs::last_write_time(kept) + std::chrono::seconds(5));
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(read(kept), record("Second"));
  write(kept, record("Third"));
  fs::last_write_time(beside, fs::last_write_time(kept) - std::chrono::seconds(5));
  const Answer r = run();
  EXPECT_EQ(read(kept), record("Third"));
  EXPECT_NE(r.err.find("title.toml"), std::string::npos) << r.err;
}

TEST_F(SmallBatch, ADamagedPackageIsBuiltAnew) {
  write(folder_ / "scans/title.toml",
        "title = \"T\"\nlanguage = \"cze\"\nyear = 1927\nsigla = \"ABA001\"\n"
        "urnnbn = \"urn:nbn:cz:tst001-00000a\"\n");
  ASSERT_EQ(run().code, 0);
  ASSERT_EQ(linka({"package", folder_ / "batch"}).code, 0);
  const fs::path alto = folder_ / "batch/packages/tst001-00000a/alto/alto_tst001-00000a_0002.xml";
  const std::string good = read(alto);
  ASSERT_FALSE(good.empty());
  fs::remove(alto);
  EXPECT_EQ(linka({"package", folder_ / "batch"}).code, 0);
  EXPECT_EQ(read(alto), good);
}

TEST_F(SmallBatch, MisuseIsToldBeforeAnythingIsWritten) {
  write(folder_ / "letter.txt", "dear");
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--pages", "x"},
                                                {"--pages", "9.."},
                                                {"--memory", "4"},
                                                {"--jobs", "x"},
                                                {"--out"},
                                                {"--out", folder_.path()}})
    EXPECT_EQ(run(wrong).code, 2) << wrong.front();
  EXPECT_FALSE(fs::exists(folder_ / "batch"));
  write(folder_ / "xyz.toml", "[ocr]\nmodels = \"xyz\"\n");
  const Answer r = linka({"run", folder_ / "scans", "-p", folder_ / "xyz.toml", "-o",
                          folder_ / "batch", "--no-package", "--dry-run"});
  EXPECT_EQ(r.code, 7);
  EXPECT_NE(r.err.find("tesseract-ocr-xyz"), std::string::npos) << r.err;
}

TEST(Exclude, NeedsAReason) {
  const Folder folder;
  EXPECT_EQ(linka({"exclude", folder.path(), "0001.tif"}).code, 2);
}

TEST(Version, NamesTheLibraries) {
  const Answer r = linka({"version", "--json"});
  EXPECT_EQ(r.code, 0);
  const json document = json::parse(r.out);
  EXPECT_FALSE(document["linka"].get<std::string>().empty());
  EXPECT_FALSE(document["libraries"]["OpenJPEG"].get<std::string>().empty());
  EXPECT_EQ(linka({"--version"}).out, "linka " + document["linka"].get<std::string>() + "\n");
}

TEST(ExitCodes, AreTheSameInTheDocumentation) {
  const std::string document = read(LINKA_EXIT_CODES_PAGE);
  for (const ExitMeaning& meaning : exit_meanings())
    EXPECT_NE(document.find("| " + std::to_string(static_cast<int>(meaning.code)) + " |"),
              std::string::npos)
        << meaning.meaning;
}

TEST(ExitCodes, SayTheWorst) {
  EXPECT_EQ(worse(ExitCode::done, ExitCode::parked), ExitCode::parked);
  EXPECT_EQ(worse(ExitCode::rules_broken, ExitCode::parked), ExitCode::rules_broken);
  EXPECT_EQ(worse(ExitCode::no_space, ExitCode::rules_broken), ExitCode::no_space);
}

TEST(Positions, ReadsRangesAndLists) {
  EXPECT_EQ(*positions_of("3..5,8", 10), (std::set<std::size_t>{3, 4, 5, 8}));
  EXPECT_EQ(*positions_of("9..20", 10), (std::set<std::size_t>{9, 10}));
  for (const char* bad : {"", "0", "0..3", "5..3", "a", "..", "3...", "0..", "11..", "..0", "3-5",
                          "1,,2", "11", "99999999999999999999"})
    EXPECT_FALSE(positions_of(bad, 10)) << bad;
  EXPECT_EQ(*positions_of("9..", 10), (std::set<std::size_t>{9, 10}));
  EXPECT_EQ(*positions_of("..2, 10..", 10), (std::set<std::size_t>{1, 2, 10}));
  EXPECT_EQ(positions_of("1..99999999999", 3)->size(), 3u);
}

TEST(Visible, KeepsALineALine) {
  EXPECT_EQ(visible("žluťoučký kůň.tif"), "žluťoučký kůň.tif");
  EXPECT_EQ(visible("a\nb\x1b[2Jc\x7f"), "a\\x0Ab\\x1B[2Jc\\x7F");
  EXPECT_EQ(visible("\xe8 \xc2\x9b \xc5"), "\\xE8 \\xC2\\x9B \\xC5");
}

TEST(Memory, IsReadWithItsUnit) {
  EXPECT_EQ(*memory_of("4G"), 4ull << 30);
  EXPECT_EQ(*memory_of("512M"), 512ull << 20);
  EXPECT_EQ(*memory_of("1.5 GiB"), 3ull << 29);
  for (const char* bad : {"", "4", "G", "-4G", "4X", "1M", "nan G", "1e30G"})
    EXPECT_FALSE(memory_of(bad)) << bad;
}

TEST(ProgressLine, SaysWhatItDoesNotKnow) {
  Progress p;
  p.scans_total = 120;
  p.scans_ended = 3;
  p.pages_done = 6;
  EXPECT_EQ(progress_line(p, 200), "3/120 scans, 6 pages, time left not known yet");
  p.left_s = 250;
  p.scans_parked = 1;
  p.pages_per_minute = 14.25;
  EXPECT_EQ(progress_line(p, 200),
            "3/120 scans, 6 pages, 1 parked, about 4 min left, 14.2 pages a minute");
  EXPECT_EQ(progress_line(p, 40), "3/120 scans, 6 pages, 1 parked");
  p.left_s = 42;
  EXPECT_EQ(left_in_words(p), "about 40 s left");
  p.left_s = 7900;
  EXPECT_EQ(left_in_words(p), "about 2 h 10 min left");
}

TEST(Nearest, GuessesATypoAndNothingElse) {
  EXPECT_EQ(nearest("--profil", {"--profile", "--pages", "--out"}), "--profile");
  EXPECT_EQ(nearest("--frobnicate", {"--profile", "--pages", "--out"}), "");
}

TEST_F(SmallBatch, ReviewOfAnEmptyBatchSawNothing) {
  write(folder_ / "scans/1.png", "no picture");
  write(folder_ / "scans/2.png", "no picture");
  EXPECT_EQ(run().code, 1);
  EXPECT_EQ(linka({"review", folder_ / "batch"}).code, 10);
}

TEST_F(SmallBatch, ACorrectedPageIsMadeAgainAndExplained) {
  ASSERT_EQ(run().code, 0);
  const std::string at = folder_ / "batch";
  const Answer dry =
      linka({"correct", "1.png", "--angle", "2", "--batch", at, "--dry-run", "--json"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_EQ(json::parse(dry.out)["page_correction"]["angle_deg"], 2);
  const Answer done = linka({"correct", "1.png", "--angle", "2", "--batch", at, "-q"});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const json facts =
      json::parse(linka({"explain", "1.png", "--batch", at, "--json"}).out)["pages"][0]["facts"];
  EXPECT_EQ(facts["angle_deg"], 2);
  EXPECT_EQ(facts["decided"]["angle"], "person");
  EXPECT_EQ(linka({"correct", "1.png", "--reset", "--batch", at, "-q"}).code, 0);
  const json again =
      json::parse(linka({"explain", "1.png", "--batch", at, "--json"}).out)["pages"][0]["facts"];
  EXPECT_TRUE(again["decided"].empty()) << again["decided"];
}

TEST_F(SmallBatch, WrongCorrectionsAreRefusedInWords) {
  ASSERT_EQ(run().code, 0);
  const std::string at = folder_ / "batch";
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"--angle", "fast"},
                                                {"--angle", "90"},
                                                {"--box", "1,2,3"},
                                                {"--box", "9,9,1,1"},
                                                {"--grow", "1"},
                                                {"--gutter", "x"},
                                                {"--turn", "45"}}) {
    std::vector<std::string> all{"correct", "1.png", "--batch", at};
    all.insert(all.end(), words.begin(), words.end());
    const Answer r = linka(all);
    EXPECT_EQ(r.code, 2) << (words.empty() ? "" : words.front()) << r.out << r.err;
  }
  EXPECT_EQ(linka({"correct", "77.png", "--accept", "--batch", at}).code, 4);
}

TEST_F(SmallBatch, PagesAreReadAgainByReasonAndTheirImagesStay) {
  ASSERT_EQ(run().code, 0);
  const std::string at = folder_ / "batch";
  const fs::path master = folder_ / "batch/pages/1.png-single/master.jp2";
  const std::string before = read(master);
  for (const std::vector<std::string>& reason :
       {std::vector<std::string>{"--ocr-below", "0.8"}, {"--model-older-than", "2999-01-01"}}) {
    std::vector<std::string> words{"retry", at, "--dry-run", "--json"};
    words.insert(words.end(), reason.begin(), reason.end());
    const json plan = json::parse(linka(words).out);
    EXPECT_EQ(plan["read_again"].size(), reason.front() == "--ocr-below" ? 0u : 2u) << plan;
  }
  EXPECT_EQ(linka({"retry", at, "--model-older-than", "soon"}).code, 2);
  EXPECT_EQ(linka({"retry", at, "--dry-run"}).code, 2);
  const Answer r =
      linka({"retry", at, "1.png", "--model-older-than", "2999-01-01", "-q", "--json"});
  EXPECT_EQ(json::parse(r.out)["run"]["pages_done"], 1) << r.out;
  EXPECT_EQ(read(master), before);
}

// What review --ocr lists is what retry --ocr-below reads again, and nothing else is touched.
TEST_F(SmallBatch, BadlyReadPagesAreListedAndReadAgainWithoutTouchingTheirCopies) {
  ASSERT_EQ(run().code, 0);
  const std::string at = folder_ / "batch";
  const fs::path pages = folder_ / "batch/pages";
  json facts = json::parse(read(pages / "1.png-single/facts.json"));
  facts["estimated_word_error"] = 0.4;
  facts["words"] = 12;
  facts["is_blank"] = false;
  write(pages / "1.png-single/facts.json", facts.dump());
  const Answer listed = linka({"review", at, "--ocr", "--json"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  const json list = json::parse(listed.out);
  EXPECT_EQ(list["good_from"], 0.8);
  ASSERT_EQ(list["pages"].size(), 1u) << list;
  EXPECT_EQ(list["pages"][0]["page"], "1.png-single");
  EXPECT_EQ(list["pages"][0]["quality"], 0.6);
  const Answer words = linka({"review", at, "--ocr"});
  EXPECT_NE(words.out.find("1.png-single: about 60 of 100"), std::string::npos) << words.out;
  EXPECT_NE(words.out.find("--ocr-below 0.8"), std::string::npos) << words.out;

  const json plan =
      json::parse(linka({"retry", at, "--ocr-below", "0.8", "--dry-run", "--json"}).out);
  EXPECT_EQ(plan["read_again"], json::array({"1.png-single"}));
  std::map<std::string, std::string> before;
  for (const char* file :
       {"1.png-single/master.jp2", "1.png-single/user.jp2", "2.png-single/master.jp2",
        "2.png-single/user.jp2", "2.png-single/text.json", "2.png-single/facts.json"})
    before[file] = read(pages / file);
  const Answer again = linka({"retry", at, "--ocr-below", "0.8", "-q", "--json"});
  EXPECT_EQ(json::parse(again.out)["run"]["pages_done"], 1) << again.out;
  for (const auto& [file, bytes] : before) EXPECT_EQ(read(pages / file), bytes) << file;
  const json now = json::parse(read(pages / "1.png-single/facts.json"));
  EXPECT_NE(now.value("estimated_word_error", 0.0), 0.4);
  EXPECT_EQ(json::parse(linka({"review", at, "--ocr", "--json"}).out)["pages"].size(), 0u);
}

TEST_F(SmallBatch, AHeldPageKeepsThePackageUntilSomebodyHasLooked) {
  ASSERT_EQ(run().code, 0);
  const fs::path facts_file = folder_ / "batch/pages/1.png-single/facts.json";
  json facts = json::parse(read(facts_file));
  facts["findings"] = json::array({{{"check", "cut-text"}, {"urgency", "hold"}, {"score", 3}}});
  write(facts_file, facts.dump());
  const Answer review = linka({"review", folder_ / "batch", "--json"});
  EXPECT_EQ(review.code, 1) << review.err;
  EXPECT_EQ(json::parse(review.out)["held"], 1);
  EXPECT_EQ(json::parse(review.out)["pages"][0]["page"], "1.png-single");
  const Answer package = linka({"package", folder_ / "batch", "--dry-run"});
  EXPECT_EQ(package.code, 1);
  EXPECT_NE(package.out.find("held"), std::string::npos) << package.out;
  EXPECT_EQ(linka({"correct", "1.png", "--accept", "--batch", folder_ / "batch"}).code, 0);
  EXPECT_EQ(linka({"review", folder_ / "batch"}).code, 0);
}

}  // namespace
}  // namespace linka
