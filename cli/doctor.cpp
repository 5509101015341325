// SPDX-License-Identifier: GPL-3.0-or-later
// linka doctor: is everything here that a run needs, and what does this machine offer?
#include "cli/doctor.h"

#include "base/files.h"
#include "base/scratch_folder.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/findings.h"
#include "cli/language.h"
#include "cli/verb.h"
#include "pipeline/budget.h"
#include "pipeline/sandbox.h"
#include "profiles/profile.h"
#include "stages/encode/encode.h"
#include "stages/metadata/metadata.h"
#include "stages/ocr/dictionary.h"
#include "stages/ocr/ocr.h"

#include <langinfo.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <sstream>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
namespace {

const char* name_of(LookState state) {
  switch (state) {
    case LookState::good:
      return "good";
    case LookState::remark:
      return "remark";
    case LookState::lacking:
      return "lacking";
  }
  return "";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

Look versions() {
  utsname system{};
  ::uname(&system);
  const std::string kernel = std::string(system.sysname) + " " + system.release;
  return {"version",
          LookState::good,
          say(tr("linka {}, OpenJPEG {}, Exiv2 {}; {} on {}"), LINKA_VERSION, openjpeg_build(),
              exiv2_version(), kernel, system.machine),
          {{"linka", LINKA_VERSION}, {"kernel", kernel}, {"machine", system.machine}}};
}

// SandboxProbe::name, for a person.
std::string in_words(const std::string& probe) {
  if (probe == "network") return tr("opening network connections");
  if (probe == "write") return tr("writing elsewhere");
  if (probe == "read") return tr("reading elsewhere");
  if (probe == "rights") return tr("changing the rights of files");
  if (probe == "program") return tr("running programs");
  if (probe == "process") return tr("starting processes");
  if (probe == "trace") return tr("looking into other processes");
  if (probe == "signal") return tr("ending other processes");
  return probe;
}

// Each thing is really tried, in a process of its own.
std::vector<Look> sandbox() {
  std::vector<std::string> refused, allowed;
  nlohmann::json value = {{"landlock", landlock_version()}, {"seccomp", has_seccomp()}};
  for (const SandboxProbe& probe : try_sandbox()) {
    (probe.refused ? refused : allowed).push_back(in_words(probe.name));
    value["refuses"][probe.name] = probe.refused;
  }
  if (allowed.empty())
    return {{"sandbox", LookState::good,
             say(tr("the process that opens scans is kept from: {}"), joined(refused)), value}};
  return {{"sandbox", LookState::remark,
           say(tr("this kernel does not keep the process that opens scans from: {}; a newer kernel "
                  "with Landlock and seccomp does"),
               joined(allowed)),
           value}};
}

Look models(const Profile& profile) {
  if (!profile.ocr.enabled)
    return {"models", LookState::good, tr("the profile reads no text; no models are needed"),
            nullptr};
  const Result<OcrEngines> engines = OcrEngines::make(profile.ocr);
  if (!engines) return {"models", LookState::lacking, engines.error().message, nullptr};
  return {"models",
          LookState::good,
          say(tr("Tesseract {} and its models for \"{}\" can be read"), engines->version(),
              profile.ocr.models),
          {{"tesseract", engines->version()}, {"models", profile.ocr.models}}};
}

Look word_lists() {
  const std::vector<std::string> lists = Dictionaries().installed();
  if (lists.empty())
    return {"word-lists", LookState::remark,
            tr("there are no word lists (hunspell-cs and the like): how many words of a text are "
               "right cannot be estimated"),
            nlohmann::json::array()};
  return {"word-lists", LookState::good, say(tr("word lists: {}"), joined(lists)), lists};
}

Look schemas() {
  const fs::path folder = schemas_folder({});
  std::error_code code;
  if (!folder.empty() && fs::is_directory(folder, code))
    return {"schemas", LookState::good, say(tr("XML schemas are in {}"), folder.string()),
            folder.string()};
  return {"schemas", LookState::remark,
          tr("there are no XML schemas (LINKA_SCHEMAS): packages are checked without them"),
          nullptr};
}

struct FileSystem {
  long type;
  const char* name;
  bool far;  // on another machine
};
constexpr std::array file_systems{
    FileSystem{0xEF53, "ext4", false},      FileSystem{0x58465342, "XFS", false},
    FileSystem{0x9123683E, "Btrfs", false}, FileSystem{0x2FC12FC1, "ZFS", false},
    FileSystem{0x01021994, "tmpfs", false}, FileSystem{0x794C7630, "overlay", false},
    FileSystem{0x4D44, "FAT", false},       FileSystem{0x5346544E, "NTFS", false},
    FileSystem{0x2011BAB0, "exFAT", false}, FileSystem{0x65735546, "FUSE", true},
    FileSystem{0x6969, "NFS", true},        FileSystem{0xFF534D42, "CIFS", true},
    FileSystem{0xFE534D42, "SMB", true},    FileSystem{0x00C36400, "Ceph", true},
    FileSystem{0x0BD00BD0, "Lustre", true}, FileSystem{0x01021997, "9p", true}};

std::vector<Look> disk(const fs::path& folder) {
  struct statfs st {};
  if (::statfs(folder.c_str(), &st) != 0)
    return {{"disk", LookState::lacking, say(tr("{}: its disk cannot be asked"), folder.string()),
             nullptr}};
  const auto known = std::find_if(file_systems.begin(), file_systems.end(), [&](const auto& f) {
    return f.type == static_cast<long>(st.f_type);
  });
  const std::string kind = known == file_systems.end()
                               ? fmt::format("0x{:X}", static_cast<unsigned long>(st.f_type))
                               : std::string(known->name);
  const std::uint64_t room =
      static_cast<std::uint64_t>(st.f_bavail) * static_cast<std::uint64_t>(st.f_bsize);
  const nlohmann::json value{
      {"folder", folder.string()}, {"free_bytes", room}, {"file_system", kind}};
  std::vector<Look> out;
  constexpr std::uint64_t little = 5ull << 30;
  out.push_back({"disk", room < little ? LookState::remark : LookState::good,
                 say(tr("{}: {} free ({})"), folder.string(), size_in_words(room), kind), value});
  if (known != file_systems.end() && known->far)
    out.push_back(
        {"far-disk", LookState::remark,
         say(tr("{}: lies on another machine ({}); a batch there is slower, and safe only "
                "as far as that machine keeps what it says is written"),
             folder.string(), kind),
         kind});
  if (const std::string problem = try_to_write(folder).problem; !problem.empty())
    out.push_back({"writing", LookState::remark, problem, nullptr});
  return out;
}

Look locale() {
  const char* given = "";
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') {
      given = value;
      break;
    }
  const std::string charset = ::nl_langinfo(CODESET);
  return {"locale",
          LookState::good,
          say(tr("language {}: {}"), speaks_czech() ? "cs" : "en", *given == '\0' ? "C" : given),
          {{"locale", given}, {"charset", charset}, {"language", speaks_czech() ? "cs" : "en"}}};
}

Look time() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M %z", &local);
  timex kernel{};
  const bool kept = ::adjtimex(&kernel) != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0;
  constexpr int first_sane_year = 2024 - 1900;
  if (local.tm_year < first_sane_year)
    return {"time", LookState::lacking,
            say(tr("the clock says {}, which cannot be: packages would carry a wrong date"), text),
            text};
  return {"time",
          LookState::good,
          kept ? say(tr("{}, kept right over the network"), text)
               : say(tr("{}; nobody sets this clock over the network"), text),
          {{"now", text}, {"synchronized", kept}}};
}

Look machine() {
  const unsigned cores = std::thread::hardware_concurrency();
  const std::uint64_t memory = default_memory_budget();
  constexpr std::uint64_t little = 2ull << 30;
  return {"machine",
          memory < little ? LookState::remark : LookState::good,
          say(trn("{} processor, {} of memory for a run", "{} processors, {} of memory for a run",
                  cores),
              cores, size_in_words(memory)),
          {{"processors", cores}, {"memory_bytes", memory}}};
}

struct Options {
  fs::path folder = ".", shelf;
  std::string profile;
  bool json = false;
};

ExitCode examine(const Options& options) {
  Profile profile;
  if (!options.profile.empty()) {
    Result<Profile> loaded = load_profile(options.profile);
    if (!loaded) return explain_failure(loaded.error(), options.json);
    profile = *std::move(loaded);
  }
  std::vector<Look> looks{versions(), machine()};
  const auto add = [&](std::vector<Look> more) {
    looks.insert(looks.end(), more.begin(), more.end());
  };
  add(disk(options.folder));
  add({models(profile), word_lists(), schemas()});
  add(sandbox());
  add({locale(), time()});
  if (!options.shelf.empty()) add(look_at_shelf(options.shelf));
  const bool lacking = std::any_of(looks.begin(), looks.end(),
                                   [](const Look& l) { return l.state == LookState::lacking; });
  const ExitCode code = lacking ? ExitCode::missing : ExitCode::done;
  if (options.json) {
    nlohmann::json all = nlohmann::json::array();
    for (const Look& look : looks)
      all.push_back({{"name", look.name},
                     {"state", name_of(look.state)},
                     {"words", look.words},
                     {"value", look.value}});
    return print_json({{"looked_at", all}}, code);
  }
  for (const Look& look : looks) {
    const char* sign = look.state == LookState::good     ? "+"
                       : look.state == LookState::remark ? "-"
                                                         : "!";
    std::istringstream lines(wrapped(std::string(sign) + " " + look.words, 100, 2));
    for (std::string line; std::getline(lines, line);) print(line);
  }
  print(lacking ? tr("Something is missing or wrong: see the lines with \"!\".")
                : tr("Nothing that a run needs is missing."));
  return code;
}

}  // namespace

WriteTrial try_to_write(const fs::path& folder) {
  const auto scratch = ScratchFolder::in(folder, ".linka-doctor");
  if (!scratch) return {false, tr("nothing can be written there")};
  const fs::path& own = scratch->path();
  std::error_code code;
  if (const auto written = write_atomically(own / "file", std::string_view("x")); !written)
    return {false, written.error().message};
  if (const auto lock = FileLock::take(own / "lock"); !lock) return {false, lock.error().message};
  if (fs::create_hard_link(own / "file", own / "second", code); code)
    return {true, tr("files cannot be linked there; packages take their space a second time")};
  return {};
}

void declare_doctor(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "doctor",
      tr("look whether this machine has all that a run needs\n"
         "Says what is here and what is missing: models and word lists, schemas, disk, memory, "
         "clock, and what the kernel does to keep hostile scans in their place. \"+\" is good, "
         "\"-\" worth knowing, \"!\" missing; with a \"!\" the exit code is 7."));
  const auto o = std::make_shared<Options>();
  takes(verb->add_option(tr("FOLDER"), o->folder,
                         tr("where batches are to be made; else the working folder")),
        Value::folder);
  takes(verb->add_option("--profile,-p", o->profile,
                         tr("look whether the models of this profile are here")),
        Value::profile);
  takes(verb->add_option("--shelf", o->shelf,
                         tr("look at this shelf, too: room, audits, timer, mirror")),
        Value::folder);
  add_json(verb, o->json);
  verb->footer(
      "linka doctor\n"
      "linka doctor /data/batches --profile monograph --json\n"
      "linka doctor --shelf /srv/shelf");
  verb->callback([o, &chosen] { chosen.action = [o] { return examine(*o); }; });
}

}  // namespace linka
