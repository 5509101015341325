#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# test.sh [--nightly] : installs what is missing, builds and runs the tests; --nightly runs the long
# ones too (kills by the dozen, damage by the thousand).
set -eu
cd "$(dirname "$0")"
case "${1-}" in
  "") only="-LE ^(long|bench)\$" ;;
  --nightly) only="-LE ^bench\$" ;;
  *)
    sed -n '3,4s/^# //p' "$0"
    exit 2
    ;;
esac
tools/install_packages.sh build run test
tools/build.sh -DBUILD_TESTING=ON
# Each test is single-threaded but for whole batches, which are serial.
exec ctest --test-dir build/release --output-on-failure -j "$(nproc)" $only
