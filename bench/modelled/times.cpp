// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/modelled/times.h"

#include "base/files.h"
#include "samples/random.h"

#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <new>

namespace linka::modelled {
namespace fs = std::filesystem;
namespace {

constexpr std::array<const char*, stage_count> names{"split", "deskew", "crop",   "dewarp",
                                                     "ocr",   "check",  "master", "user"};

// Seen by the worker and by the parent, which tells at the end.
struct Sums {
  std::array<std::atomic<std::uint64_t>, stage_count> calls, micros;
  std::atomic<std::uint64_t> own_ns;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "modelled stages: %s\n", why.c_str());
  std::_Exit(70);
}

Bytes file_in(const fs::path& folder, const char* name) {
  auto bytes = read_file(folder / name);
  if (!bytes) give_up(bytes.error().message);
  return *std::move(bytes);
}

// Read before the worker is forked and gives up most files.
class Model {
 public:
  Model() : process_(::getpid()) {
    void* shared =
        ::mmap(nullptr, sizeof(Sums), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) give_up("no memory");
    sums_ = new (shared) Sums{};
    const fs::path folder = variable("LINKA_MODEL");
    if (folder.empty()) return;
    master = file_in(folder, "master.jp2");
    user = file_in(folder, "user.jp2");
    const std::string pace_given = variable("LINKA_MODEL_PACE");
    pace = pace_given.empty() ? 0 : std::atof(pace_given.c_str());
    const Bytes times = file_in(folder, "times.json");
    const auto json = nlohmann::json::parse(times.begin(), times.end(), nullptr, false);
    for (std::size_t i = 0; i < stage_count; ++i) {
      deciles[i] = json.value(names[i], std::vector<double>{});
      if (deciles[i].size() != 11) give_up(std::string("times.json: eleven times of ") + names[i]);
    }
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model() {
    const std::string report = variable("LINKA_MODEL_REPORT");
    if (report.empty() || ::getpid() != process_) return;
    nlohmann::json out{{"own_cpu_s", static_cast<double>(sums_->own_ns) / 1e9}};
    for (std::size_t i = 0; i < stage_count; ++i)
      out["stages"][names[i]] = {{"calls", sums_->calls[i].load()},
                                 {"modelled_s", static_cast<double>(sums_->micros[i]) / 1e6}};
    std::ofstream(report) << out.dump() << "\n";
  }
  Sums& sums() const { return *sums_; }

  Bytes master, user;
  std::array<std::vector<double>, stage_count> deciles;  // milliseconds
  double pace = 0;

 private:
  pid_t process_;
  Sums* sums_ = nullptr;
};

const Model& model() {
  static const Model made;
  return made;
}
// Made before main(), while every file can still be read.
const Model& at_start = model();

double drawn_ms(const std::vector<double>& deciles, Random random) {
  const double at = random.unit() * 10;
  const auto i = static_cast<std::size_t>(at);
  return deciles[i] + (deciles[i + 1] - deciles[i]) * (at - static_cast<double>(i));
}

std::int64_t thread_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

const Bytes& given(const Bytes& bytes) {
  if (bytes.empty()) give_up("LINKA_MODEL names no folder of model pages");
  return bytes;
}

}  // namespace

PageCard card_of(const Image& page) {
  std::uint64_t word = 0;
  for (int i = 0; i < 16 && i < page.width(); ++i)
    word = (word << 4) | (page.row(0)[i * page.channels()] >> 4);
  return {static_cast<std::uint32_t>(word >> 32), static_cast<int>((word >> 8) & 0xFFFF),
          (word & 1) != 0};
}

const Bytes& master_file() {
  return given(model().master);
}
const Bytes& user_file() {
  return given(model().user);
}

AtWork::AtWork(Stage stage, const PageCard& page) : begun_ns_(thread_ns()) {
  const auto i = static_cast<std::size_t>(stage);
  const std::vector<double>& deciles = model().deciles[i];
  if (deciles.empty()) return;
  const double ms = drawn_ms(deciles, Random(page.seed(), i));
  ++model().sums().calls[i];
  model().sums().micros[i] += static_cast<std::uint64_t>(ms * 1000);
  if (model().pace > 0) ::usleep(static_cast<useconds_t>(ms * 1000 * model().pace));
}

AtWork::~AtWork() {
  model().sums().own_ns += static_cast<std::uint64_t>(thread_ns() - begun_ns_);
}

}  // namespace linka::modelled
