#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.sh PROGRAM TARGET SECONDS SEEDS REGRESSIONS [CORPUS] : lets libFuzzer loose on one target. What
# it learns stays in CORPUS (beside the program: corpus/TARGET); a finding is left there, too.
set -eu
corpus=${6:-$(dirname "$1")/corpus/$2}
mkdir -p "$corpus" "$4" "$5"
export LINKA_FUZZ_TARGET="$2"
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0:max_allocation_size_mb=2048
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
exec nice -n 15 "$1" "$corpus" "$4" "$5" -max_total_time="$3" -timeout=25 -rss_limit_mb=3000 -max_len=65536 \
  -artifact_prefix="$corpus-" -print_final_stats=1 -verbosity=1
