// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/chaos_program.h"

#include "base/files.h"
#include "base/translate.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* made_at = "1741943700";  // SOURCE_DATE_EPOCH, so that bytes can be compared
constexpr double longest_s = 300;

[[noreturn]] void be_the_program(std::vector<std::string> arguments, const Trouble& trouble,
                                 int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::setenv("SOURCE_DATE_EPOCH", made_at, 1);
  ::unsetenv("LINKA_FAIL_AT");
  ::unsetenv("LINKA_FAIL_LOG");
  if (!trouble.fail_at.empty()) ::setenv("LINKA_FAIL_AT", trouble.fail_at.c_str(), 1);
  if (!trouble.log.empty()) ::setenv("LINKA_FAIL_LOG", trouble.log.c_str(), 1);
  if (trouble.kind == Trouble::Kind::size_limit) {
    const rlimit size{trouble.largest_file, trouble.largest_file};
    ::setrlimit(RLIMIT_FSIZE, &size);
  }
  std::string name = "linka";
  std::vector<char*> argv{name.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execv("/proc/self/exe", argv.data());
  ::_exit(127);
}

// The first child of a process, -1 when it has none.
pid_t worker_of(pid_t program) {
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", program));
  pid_t child = -1;
  return children >> child ? child : -1;
}

bool strike(pid_t program, const Trouble& trouble) {
  switch (trouble.kind) {
    case Trouble::Kind::kill_run:
      return ::kill(program, SIGKILL) == 0;
    case Trouble::Kind::kill_worker: {
      const pid_t worker = worker_of(program);
      return worker > 0 && ::kill(worker, SIGKILL) == 0;
    }
    case Trouble::Kind::fill:
      trouble.disk->fill(0);
      return true;
    case Trouble::Kind::none:
    case Trouble::Kind::size_limit:
      break;
  }
  return true;
}

std::string text_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

}  // namespace

std::string in_words(const Trouble& t) {
  switch (t.kind) {
    case Trouble::Kind::kill_run:
      return say(tr("a kill of the run after {:.3f} s"), t.after_s);
    case Trouble::Kind::kill_worker:
      return say(tr("a kill of the worker after {:.3f} s"), t.after_s);
    case Trouble::Kind::fill:
      return say(tr("the disk was full after {:.3f} s"), t.after_s);
    case Trouble::Kind::size_limit:
      return say(tr("no file could be larger than {} bytes"), t.largest_file);
    case Trouble::Kind::none:
      break;
  }
  return t.fail_at.empty() ? std::string(tr("nothing")) : "LINKA_FAIL_AT=" + t.fail_at;
}

Ended run_program(const std::vector<std::string>& arguments, const Trouble& trouble,
                  const fs::path& log) {
  Ended ended;
  const fs::path said = log.string() + ".last";
  const int out = ::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const auto begun = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begun).count(); };
  const pid_t program = ::fork();
  if (program == 0) be_the_program(arguments, trouble, out);
  if (out >= 0) ::close(out);
  bool struck = trouble.kind == Trouble::Kind::none || trouble.kind == Trouble::Kind::size_limit;
  ended.happened = struck;
  int status = 0;
  while (program > 0 && ::waitpid(program, &status, WNOHANG) == 0) {
    if (!struck && seconds() >= trouble.after_s) {
      ended.happened = strike(program, trouble);
      // A worker that is not there yet is waited for.
      struck = ended.happened || trouble.kind != Trouble::Kind::kill_worker;
    }
    if (seconds() > longest_s) ::kill(program, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ended.seconds = seconds();
  ended.code = program < 0 ? 127 : WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  if (ended.seconds > longest_s) ended.code = 124;
  ended.said = text_of_file(said);
  std::ofstream all(log, std::ios::app);
  all << "$ linka";
  for (const std::string& argument : arguments) all << ' ' << argument;
  all << "   (" << in_words(trouble) << ")\n" << ended.said << "= " << ended.code << '\n';
  return ended;
}

std::map<std::string, std::size_t> visits_in(const fs::path& log) {
  std::map<std::string, std::size_t> out;
  std::ifstream in(log);
  for (std::string name; in >> name;) ++out[name];
  return out;
}

std::string flip_a_bit(const fs::path& batch, std::mt19937_64& random) {
  std::vector<fs::path> files;
  std::error_code code;
  for (const char* below : {"pages", "packages"})
    for (fs::recursive_directory_iterator it(batch / below, code), end; !code && it != end;
         it.increment(code))
      if (it->is_regular_file(code) && it->file_size(code) > 0) files.push_back(it->path());
  if (files.empty()) return {};
  std::sort(files.begin(), files.end());
  const fs::path& file = files[random() % files.size()];
  const auto at = static_cast<std::streamoff>(random() % fs::file_size(file, code));
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(at);
  char byte = 0;
  if (!bytes.get(byte)) return {};
  bytes.seekp(at);
  bytes.put(static_cast<char>(byte ^ (1 << (random() % 8))));
  bytes.close();
  return bytes ? file.lexically_relative(batch).generic_string() : std::string();
}

}  // namespace linka
