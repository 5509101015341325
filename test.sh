#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# test.sh [--nightly | --tuned] : installs what is missing, builds and runs the tests; --nightly runs the long
# ones too (kills by the dozen, damage by the thousand), and then --tuned: that the libraries built for this
# machine (docs/tuned.md) do the same work as the packaged ones.
set -eu
cd "$(dirname "$0")"
case "${1-}" in
  "") only="-LE ^(long|bench)\$" ;;
  --nightly) only="-LE ^bench\$" ;;
  --tuned)
    tools/install_packages.sh build run test tuned
    tools/build.sh --tuned -DBUILD_TESTING=ON
    exec ctest --test-dir build/tuned --output-on-failure -j "$(nproc)" -R tuned
    ;;
  *)
    sed -n '3,5s/^# //p' "$0"
    exit 2
    ;;
esac
tools/install_packages.sh build run test
tools/build.sh -DBUILD_TESTING=ON
# Each test is single-threaded but for whole batches, which are serial.
if [ "${1-}" = "" ]; then
  exec ctest --test-dir build/release --output-on-failure -j "$(nproc)" $only
fi
code=0
ctest --test-dir build/release --output-on-failure -j "$(nproc)" $only || code=$?
"./$(basename "$0")" --tuned || code=$?
exit $code
