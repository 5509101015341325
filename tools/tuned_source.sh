#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tuned_source.sh SOURCE VERSION DOWNLOADS FOLDER [PATCH ...] : a Debian source package of exactly that version,
# with Debian's own patches and then the given ones, unpacked as FOLDER.
# What was fetched before is taken from DOWNLOADS; apt checks what it fetches against the archive's keys.
# The machine's own list of archives is read, never changed; no root is needed.
set -eu
source=$1 version=$2 downloads=$3 folder=$4
shift 4
fail() {
  echo "tuned_source.sh: $1" >&2
  exit 7
}
command -v dpkg-source >/dev/null 2>&1 || fail "dpkg-source is missing (Debian package dpkg-dev)"
dsc=$downloads/${source}_${version#*:}.dsc

mkdir -p "$downloads"
exec 9>"$downloads/lock"
flock 9  # one at a time: two libraries are fetched side by side
if [ ! -f "$dsc" ]; then
  apt=$downloads/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/none"
  # the machine's archives, as sources, in a list of our own
  apt-get indextargets --format '$(SIGNED_BY) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sort -u | while read -r key uri release component; do
    case $key in
      /*) echo "deb-src [signed-by=$key] $uri $release $component" ;;
      *) echo "deb-src $uri $release $component" ;;
    esac
  done >"$apt/sources.list"
  [ -s "$apt/sources.list" ] || fail "apt knows no archive on this machine (run: apt-get update)"
  own="-o Dir::Etc::SourceList=$apt/sources.list -o Dir::Etc::SourceParts=$apt/none -o Dir::State::Lists=$apt/lists
       -o Dir::Cache=$apt/cache -o APT::Sandbox::User="
  (
    cd "$downloads"
    # shellcheck disable=SC2086
    apt-get $own update -q && apt-get $own source -q --download-only --only-source "$source=$version"
  ) || fail "the source of $source $version could not be fetched"
  [ -f "$dsc" ] || fail "apt brought no $dsc"
fi
exec 9>&-

rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
dpkg-source --no-copy -x "$dsc" "$folder" >/dev/null
for patch in "$@"; do
  patch -d "$folder" -p1 --forward --fuzz=0 --no-backup-if-mismatch -s <"$patch" ||
    fail "$patch does not fit $source $version"
done
