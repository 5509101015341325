// SPDX-License-Identifier: GPL-3.0-or-later
// linka_fuzz_replay [--changes N] [--only TARGET] FOLDER... : gives each file of FOLDER/TARGET/ to
// that target, once as it is and N times (24) with bytes changed, always the same ones. What was
// tried last is in ./last-tried when the program dies.
#include "base/files.h"
#include "fuzz/targets.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <random>

namespace fs = std::filesystem;

namespace {

// A few bytes become others, often such as lengths and counts are made of; or a piece is cut off,
// doubled or moved.
void change(linka::Bytes& bytes, std::mt19937& random) {
  constexpr std::uint8_t telling[] = {0,   1,   2,   4,   8,   16,  32,  64,
                                      127, 128, 254, 255, '"', '<', '\n'};
  const std::size_t at = random() % bytes.size();
  switch (random() % 12) {
    case 0:
      bytes.resize(at);
      break;
    case 1:
      bytes.insert(bytes.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
      break;
    case 2:
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  bytes.begin() +
                      static_cast<std::ptrdiff_t>(std::min(bytes.size(), at + 1 + random() % 8)));
      break;
    case 3:
      for (std::size_t i = at; i < std::min(bytes.size(), at + 4); ++i)
        bytes[i] = random() % 2 == 0 ? 0xFF : 0;
      break;
    default:
      for (unsigned k = 0; k <= random() % 4 && !bytes.empty(); ++k)
        bytes[random() % bytes.size()] = random() % 2 == 0 ? telling[random() % std::size(telling)]
                                                           : static_cast<std::uint8_t>(random());
  }
}

// Where a debugger, or the caller, finds what the program died of.
linka::Bytes tried;
const char* tried_by = "";

extern "C" void keep_what_was_tried(int signal_number) {
  const int fd = ::open("last-tried", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd >= 0 && ::write(fd, tried.data(), tried.size()) >= 0) ::close(fd);
  const ssize_t said = ::write(STDERR_FILENO, tried_by, std::strlen(tried_by));
  ::signal(signal_number, SIG_DFL);
  if (said >= 0) ::raise(signal_number);
}

void run(const linka::fuzz::Target& target, linka::Bytes bytes) {
  tried = std::move(bytes);
  tried_by = target.name;
  ::alarm(30);
  target.run(tried);
  ::alarm(0);
}

}  // namespace

int main(int argc, char** argv) {
  for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGALRM})
    ::signal(number, keep_what_was_tried);
  int changes = 24;
  std::string only;
  std::vector<fs::path> folders;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--changes" && i + 1 < argc)
      changes = std::atoi(argv[++i]);
    else if (argument == "--only" && i + 1 < argc)
      only = argv[++i];
    else
      folders.emplace_back(argument);
  }
  std::size_t files = 0, runs = 0;
  for (const auto& target : linka::fuzz::targets()) {
    if (!only.empty() && only != target.name) continue;
    std::vector<fs::path> paths;
    for (const fs::path& folder : folders) {
      std::error_code code;
      for (fs::directory_iterator it(folder / target.name, code), end; !code && it != end;
           it.increment(code))
        if (it->is_regular_file()) paths.push_back(it->path());
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
      const auto whole = linka::read_file(path);
      if (!whole) {
        std::fprintf(stderr, "%s\n", whole.error().message.c_str());
        return 1;
      }
      std::fprintf(stderr, "%s\n", path.c_str());
      ++files;
      run(target, *whole);
      ++runs;
      std::mt19937 random(static_cast<unsigned>(whole->size()));
      for (int n = 0; n < changes && !whole->empty() && whole->size() < 100'000; ++n, ++runs) {
        linka::Bytes changed = *whole;
        for (unsigned k = 0; k <= random() % 3 && !changed.empty(); ++k) change(changed, random);
        run(target, std::move(changed));
      }
    }
  }
  std::printf("%zu files, %zu runs\n", files, runs);
  return files == 0 ? 1 : 0;
}
