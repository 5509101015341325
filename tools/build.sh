#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# build.sh [--tuned] [CMAKE-OPTION ...] : builds the release preset, or the one whose libraries are built for this
# machine (docs/tuned.md), in build/release or build/tuned; the whole output only when it fails.
set -eu
cd "$(dirname "$0")/.."
preset=release
if [ "${1-}" = --tuned ]; then
  preset=tuned
  shift
fi
if command -v ccache >/dev/null 2>&1; then
  LINKA_COMPILER_LAUNCHER=ccache
  export LINKA_COMPILER_LAUNCHER
fi
mkdir -p build
log=build/build.log
echo "Building (the first time takes some minutes; log: $log) ..."
if ! { cmake --preset "$preset" "$@" && cmake --build --preset "$preset"; } >"$log" 2>&1; then
  grep -E -A5 'error|Error' "$log" | head -n 40 >&2
  echo "The build failed; the whole log is $log" >&2
  exit 70
fi
