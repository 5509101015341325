#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh [--tuned] [SCANS [OUT]] : installs what is missing, builds, and digitizes a folder of scans (or the
# sample batch) into a package. --tuned builds OpenJPEG and Tesseract for this machine (docs/tuned.md).
# Exit codes are those of `linka run`.
set -eu
case "${1-}" in
  -h | --help)
    sed -n '3,5s/^# //p' "$0"
    exit 0
    ;;
esac
build=release
sections="build run"
if [ "${1-}" = --tuned ]; then
  build=tuned
  sections="$sections tuned"
  shift
fi
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2086
"$here/tools/install_packages.sh" $sections
# The tests are another command's business; what they need is not installed here.
if [ $build = tuned ]; then
  "$here/tools/build.sh" --tuned -DBUILD_TESTING=OFF
else
  "$here/tools/build.sh" -DBUILD_TESTING=OFF
fi
linka=$here/build/$build/cli/linka
scans=${1:-$here/build/$build/samples/batch}
case $build in
  release) out=${2:-$here/build/sample.batch} ;;
  *) out=${2:-$here/build/sample.$build.batch} ;;
esac
if [ $# -eq 1 ]; then
  out=$(basename "$scans").batch
fi
record=
if [ $# -gt 0 ]; then
  for candidate in "$scans/title.toml" "$scans/record.toml" "$scans/record.xml" "$scans"/*.mods.xml "$scans"/*mods*.xml; do
    if [ -f "$candidate" ]; then
      record=$candidate
      break
    fi
  done
  if [ -z "$record" ]; then
    # Without the sample's page labels and scanner, which say nothing of these scans.
    record=$here/build/title-of-the-sample.toml
    sed '/^\[pages\]/,$d' "$here/samples/title.toml" >"$record"
    echo "There is no title.toml or MODS record in $scans: the sample's title is used, with a TEST identifier."
  fi
else
  record=$here/samples/title.toml
fi
code=0
"$linka" run "$scans" --profile monograph --record "$record" --out "$out" || code=$?
echo
for package in "$out"/packages/*/; do
  if [ -d "$package" ]; then echo "Package: ${package%/}"; fi
done
if [ -f "$out/report.html" ]; then echo "Report:  $out/report.html"; fi
exit $code
