// SPDX-License-Identifier: GPL-3.0-or-later
// LINKA_FUZZ_TARGET=tiff linka_fuzz CORPUS -max_total_time=600
#include "fuzz/targets.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const linka::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("LINKA_FUZZ_TARGET");
  for (const auto& target : linka::fuzz::targets())
    if (name != nullptr && std::strcmp(target.name, name) == 0) chosen = &target;
  if (chosen != nullptr) return 0;
  std::fputs("LINKA_FUZZ_TARGET must be one of:", stderr);
  for (const auto& target : linka::fuzz::targets()) std::fprintf(stderr, " %s", target.name);
  std::fputc('\n', stderr);
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->run({data, size});
  return 0;
}
