#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.sh PROGRAM TARGET SECONDS SEEDS REGRESSIONS [CORPUS] : lets libFuzzer loose on one target. What
# it learns stays in CORPUS (beside the program: corpus/TARGET); a finding is left there, too.
set -eu
program=$1 target=$2 seconds=$3 seeds=$4 regressions=$5
corpus=${6:-$(dirname "$program")/corpus/$target}
mkdir -p "$corpus"
set -- "$corpus"
for more in "$seeds" "$regressions"; do
  if [ -d "$more" ]; then set -- "$@" "$more"; fi
done
export LINKA_FUZZ_TARGET="$target"
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0:max_allocation_size_mb=2048
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
exec nice -n 15 "$program" "$@" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=3000 -max_len=65536 \
  -artifact_prefix="$corpus-" -print_final_stats=1
