// SPDX-License-Identifier: GPL-3.0-or-later
// linka target as an operator meets it: started as a process on a drawn scan, judged by what it
// prints, by its exit code and by what it keeps.
#include "base/files.h"
#include "cli/target_history.h"
#include "stages/target/drawn_target.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <tiffio.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "linka-target-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code code;
    fs::remove_all(path_, code);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Answer {
  int code = -1;
  std::string out, err;
};

Answer linka_target(std::vector<std::string> words) {
  const Folder outputs;
  words.insert(words.begin(), {LINKA_PROGRAM, "target"});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"}) ::unsetenv(name);
    const int out = ::open((outputs / "out").c_str(), O_WRONLY | O_CREAT, 0600);
    const int err = ::open((outputs / "err").c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(outputs / "out"),
          read(outputs / "err")};
}

const std::string own_reference = LINKA_TARGETS_SOURCE "/linka-target.toml";

void write_scan(const std::string& path, const drawn_target::Drawing& drawing,
                const char* model = nullptr) {
  const Image image =
      drawn_target::draw(*parse_reference(*read_text(own_reference), "own"), drawing);
  TIFF* t = TIFFOpen(path.c_str(), "w");
  TIFFSetField(t, TIFFTAG_IMAGEWIDTH, image.width());
  TIFFSetField(t, TIFFTAG_IMAGELENGTH, image.height());
  TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(t, TIFFTAG_XRESOLUTION, 300.0);
  TIFFSetField(t, TIFFTAG_YRESOLUTION, 300.0);
  TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  if (model != nullptr) {
    TIFFSetField(t, TIFFTAG_MAKE, "Maker");
    TIFFSetField(t, TIFFTAG_MODEL, model);
  }
  if (image.icc())
    TIFFSetField(t, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(image.icc()->size()),
                 image.icc()->data());
  Bytes row(image.row_bytes());
  for (int y = 0; y < image.height(); ++y) {
    std::copy(image.row(y), image.row(y) + row.size(), row.begin());
    TIFFWriteScanline(t, row.data(), static_cast<std::uint32_t>(y));
  }
  TIFFClose(t);
}

std::size_t lines_in(const std::string& path) {
  const std::string text = read(path);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(TargetVerb, SaysTableLevelAndWorstPatches) {
  const Folder folder;
  write_scan(folder / "t.tif", {}, "One");
  const Answer r = linka_target(
      {folder / "t.tif", "--reference", "linka-target", "--history", folder / "history"});
  EXPECT_EQ(r.code, 0) << r.err << r.out;
  for (const char* word :
       {"linka-target", "Maker One", "colour, mean dE2000", "ISO 19264-1", "indicative",
        "worst patches", "76 x 76 pixels an inch; the file says 300 x 300", "first measurement"})
    EXPECT_NE(r.out.find(word), std::string::npos) << word << "\n" << r.out;
  EXPECT_EQ(lines_in(folder / "history/Maker-One.jsonl"), 1U);
}

TEST(TargetVerb, AnswersInJson) {
  const Folder folder;
  write_scan(folder / "t.tif", {});
  const Answer r = linka_target({folder / "t.tif", "--reference", own_reference, "--device", "d",
                                 "--history", folder / "h", "--dry-run", "--json"});
  ASSERT_EQ(r.code, 0) << r.err;
  const json document = json::parse(r.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << r.out;
  EXPECT_EQ(document["exit_code"], 0);
  EXPECT_EQ(document["patches"].size(), 30U);
  EXPECT_EQ(document["edges"].size(), 2U);
  EXPECT_LT(document["figures"]["colour_mean"], 0.3);
  EXPECT_EQ(document["profile"], "embedded");
  EXPECT_EQ(document["level"]["iso"], "A");
  EXPECT_EQ(document["history"]["kept"], false);
  EXPECT_FALSE(fs::exists(folder / "h"));
}

TEST(TargetVerb, WithoutADeviceNothingIsKept) {
  const Folder folder;
  write_scan(folder / "t.tif", {});
  const Answer r = linka_target(
      {folder / "t.tif", "--reference", own_reference, "--history", folder / "h", "--json"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_TRUE(json::parse(r.out)["history"].is_null());
  EXPECT_NE(r.out.find("--device"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "h"));
}

TEST(TargetVerb, BelowTheLevelWantedEndsWith1) {
  const Folder folder;
  write_scan(folder / "t.tif", {});
  const std::vector<std::string> words{folder / "t.tif", "--reference", own_reference,
                                       "--dry-run",      "--device",    "d",
                                       "--history",      folder / "h"};
  const auto with = [&](const std::string& level) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--least", level});
    return linka_target(all);
  };
  EXPECT_EQ(with("A").code, 0);
  const Answer below = with("1");  // 76 pixels an inch are no star
  EXPECT_EQ(below.code, 1);
  EXPECT_NE(below.out.find("BELOW"), std::string::npos) << below.out;
  EXPECT_EQ(with("5").code, 2);
}

TEST(TargetVerb, DriftEndsWith1) {
  const Folder folder;
  drawn_target::Drawing drawing;
  drawing.blur_px = 1;
  drawing.noise = 1;
  write_scan(folder / "good.tif", drawing);
  drawing.noise = 2;
  write_scan(folder / "noisy.tif", drawing);
  drawing.noise = 1;
  drawing.blur_px = 1.3;
  drawing.gain = {1, 1, 0.85};
  write_scan(folder / "bad.tif", drawing);
  const auto measure = [&](const std::string& scan) {
    return linka_target({folder / scan, "--reference", own_reference, "--device", "line 1",
                         "--history", folder / "h"});
  };
  EXPECT_EQ(measure("good.tif").code, 0);
  const Answer again = measure("good.tif");
  EXPECT_EQ(again.code, 0) << again.out;
  EXPECT_NE(again.out.find("no drift"), std::string::npos) << again.out;
  const Answer noisy = measure("noisy.tif");
  EXPECT_EQ(noisy.code, 1);
  EXPECT_NE(noisy.out.find("DRIFT: noise"), std::string::npos) << noisy.out;
  EXPECT_EQ(noisy.out.find("DRIFT: colour"), std::string::npos);
  const Answer bad = measure("bad.tif");
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.out.find("DRIFT: colour"), std::string::npos) << bad.out;
  EXPECT_NE(bad.out.find("DRIFT: sharpness"), std::string::npos) << bad.out;
  EXPECT_EQ(lines_in(folder / "h/line-1.jsonl"), 4U);
}

TEST(TargetVerb, TakesCornersAndEdgesByHand) {
  const Folder folder;
  drawn_target::Drawing drawing;
  drawing.blur_px = 1;
  write_scan(folder / "t.tif", drawing);
  const Homography h = drawn_target::place_of(drawing);
  const auto box = [&](Point centre) {
    const Point p = h(centre);
    return fmt::format("{},{},{},{}", p.x - 15, p.y - 20, p.x + 15, p.y + 20);
  };
  const Point a = h({0.5, 0.5}), b = h({5.5, 0.5}), c = h({5.5, 4.5}), d = h({0.5, 4.5});
  const Answer r =
      linka_target({folder / "t.tif", "--reference", own_reference, "--json", "--corners",
                    fmt::format("{},{},{},{},{},{},{},{}", a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y),
                    "--edge", box({3.55, 6}), "--edge", box({2.45, 6})});
  ASSERT_EQ(r.code, 0) << r.err;
  const json document = json::parse(r.out);
  EXPECT_EQ(document["edges"].size(), 2U) << document["notes"];
  EXPECT_LT(document["figures"]["colour_mean"], 0.3);
}

TEST(TargetVerb, NoTargetNamesTheFile) {
  const Folder folder;
  drawn_target::Drawing empty;
  empty.with_target = false;
  write_scan(folder / "bed.tif", empty);
  const Answer r = linka_target({folder / "bed.tif", "--reference", own_reference, "--json"});
  EXPECT_EQ(r.code, 4);
  const json document = json::parse(r.out, nullptr, false);
  EXPECT_EQ(document["error"]["kind"], "bad_input");
  EXPECT_NE(r.err.find("bed.tif"), std::string::npos) << r.err;
  EXPECT_EQ(linka_target({folder / "none.tif", "--reference", own_reference}).code, 4);
}

TEST(TargetVerb, ABadReferenceIsASettingsMistake) {
  const Folder folder;
  std::ofstream(folder / "bad.toml") << "[target]\ncolumns = 6\n";
  const Answer r = linka_target({folder / "x.tif", "--reference", folder / "bad.toml"});
  EXPECT_EQ(r.code, 3);
  EXPECT_NE(r.err.find("bad.toml:1"), std::string::npos) << r.err;
  EXPECT_EQ(linka_target({folder / "x.tif", "--reference", "no-such-target"}).code, 3);
  EXPECT_EQ(linka_target({folder / "x.tif"}).code, 2);
  EXPECT_EQ(linka_target({folder / "x.tif", "--reference", "r", "--corners", "1,2,3"}).code, 2);
}

TEST(TargetHistory, SurvivesALineCutOff) {
  const Folder folder;
  const fs::path file = folder / "h/d.jsonl";
  const json line{{"target", "t"}, {"figures", {{"colour_mean", 2.0}}}};
  ASSERT_TRUE(append_history(file, line));
  std::ofstream(file, std::ios::app) << "{\"target\": \"t\", \"fig";
  ASSERT_TRUE(append_history(file, line));
  ASSERT_TRUE(append_history(file, {{"target", "another"}, {"figures", json::object()}}));
  const Result<History> history = read_history(file, "t");
  ASSERT_TRUE(history);
  EXPECT_EQ(history->lines.size(), 2U);
  EXPECT_EQ(history->damaged, 1);
}

TEST(TargetHistory, DriftIsAgainstTheMedian) {
  std::vector<json> earlier;
  for (const double v : {1.0, 1.2, 9.0})
    earlier.push_back({{"figures", {{"colour_mean", v}, {"mtf10", 0.4}, {"noise_max", 1.0}}}});
  const auto drifts = [&](double colour, double mtf10, double noise) {
    return drift_of({{"colour_mean", colour}, {"mtf10", mtf10}, {"noise_max", noise}}, earlier, {})
        .size();
  };
  EXPECT_EQ(drifts(2.1, 0.37, 1.25), 0U);
  EXPECT_EQ(drifts(2.3, 0.37, 1.25), 1U);
  EXPECT_EQ(drifts(2.3, 0.35, 1.35), 3U);
  EXPECT_TRUE(drift_of({{"colour_mean", 50}}, {}, {}).empty());
}

TEST(TargetHistory, DeviceNamesBecomeFileNames) {
  const auto name = [](const std::string& device) {
    const Result<fs::path> file = history_file("h", device);
    return file ? file->string() : std::string("none");
  };
  EXPECT_EQ(name("Fujitsu SV600"), "h/Fujitsu-SV600.jsonl");
  EXPECT_EQ(name("../../etc/x"), "h/etc-x.jsonl");
  EXPECT_EQ(name("stůl č. 2"), "h/stůl-č.-2.jsonl");
  EXPECT_EQ(name("///"), "none");
}

}  // namespace
}  // namespace linka
