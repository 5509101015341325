// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/target_history.h"

#include "base/files.h"
#include "base/text.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace linka {
namespace fs = std::filesystem;
namespace {

// A third of next to nothing is nothing: 8 bits alone make some hundredths of L*.
constexpr double least_noise_rise = 0.1;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

fs::path usual_history_folder() {
  // The XDG base directory specification wants relative paths to be ignored.
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && data[0] == '/')
    return fs::path(data) / "linka/targets";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return fs::path(home) / ".local/share/linka/targets";
  return {};
}

Result<fs::path> history_file(const fs::path& folder, const std::string& device) {
  std::string name;
  for (const char c : clean_utf8(device)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') || c == '_' || c == '.';
    if (plain)
      name += c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  name.erase(0, name.find_first_not_of(".-"));
  if (name.empty() || name.size() > 200)
    return fail(ErrorKind::configuration, "\"{}\" is no name for a device", device);
  return folder / (name + ".jsonl");
}

Result<History> read_history(const fs::path& file, const std::string& target) {
  History history;
  std::error_code code;
  if (!fs::exists(file, code)) return history;
  const Result<std::string> text = read_text(file);
  if (!text) return pass(text);
  for (const std::string& line : split_text(*text, '\n')) {
    if (trimmed(line).empty()) continue;
    nlohmann::json entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_object() || !entry.contains("figures") || !entry["figures"].is_object())
      ++history.damaged;
    else if (entry.contains("target") && entry["target"] == target)
      history.lines.push_back(std::move(entry));
  }
  return history;
}

Result<void> append_history(const fs::path& file, const nlohmann::json& line) {
  if (const Result<void> made = make_folders(file.parent_path()); !made) return made;
  std::error_code code;
  const bool is_new = !fs::exists(file, code);
  const Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  const auto failed = [&] {
    const int e = errno;
    return fail(kind_of_errno(e), "{}: cannot be written: {}", file.string(), std::strerror(e));
  };
  if (fd.get() < 0) return failed();
  std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  // A line that a power failure cut off must not swallow this one.
  char last = '\n';
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  if (size > 0 && ::pread(fd.get(), &last, 1, size - 1) == 1 && last != '\n')
    text.insert(text.begin(), '\n');
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed();
    done += static_cast<std::size_t>(n);
  }
  if (::fsync(fd.get()) != 0) return failed();
  return is_new ? flush_path(file.parent_path()) : Result<void>{};
}

std::vector<Drift> drift_of(const nlohmann::json& figures,
                            const std::vector<nlohmann::json>& earlier, const DriftLimits& limits) {
  std::vector<Drift> drifts;
  const auto look = [&](const char* name, auto&& limit_of, bool more_is_worse) {
    if (!figures.contains(name) || !figures[name].is_number()) return;
    std::vector<double> values;
    for (const nlohmann::json& line : earlier)
      if (const auto it = line["figures"].find(name);
          it != line["figures"].end() && it->is_number())
        values.push_back(it->get<double>());
    if (values.empty()) return;
    const double before = median(values), value = figures[name].get<double>();
    const double limit = limit_of(before);
    if (more_is_worse ? value > limit : value < limit)
      drifts.push_back({name, value, before, limit});
  };
  look(
      "colour_mean", [&](double m) { return m + limits.colour; }, true);
  look(
      "mtf10", [&](double m) { return m * (1 - limits.sharpness / 100); }, false);
  look(
      "noise_max",
      [&](double m) { return std::max(m * (1 + limits.noise / 100), m + least_noise_rise); }, true);
  return drifts;
}

}  // namespace linka
