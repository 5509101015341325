#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install_packages.sh SECTION ... : installs what is missing of packages.txt, and says what. A line
# "PACKAGE unless COMMAND" is for a command that may come from elsewhere, too.
set -eu
list=$(dirname "$0")/../packages.txt
missing=
for section in "$@"; do
  lines=$(sed -n "/^\[$section\]/,/^\[/p" "$list" | grep -v '^[[#]' | grep . | sed 's/ unless /=/')
  for line in $lines; do
    package=${line%%=*} command=${line#"${line%%=*}"}
    if [ -n "$command" ] && command -v "${command#=}" >/dev/null; then continue; fi
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) in
      ii*) ;;
      *) missing="$missing $package" ;;
    esac
  done
done
[ -n "$missing" ] || exit 0

echo "These Debian packages are missing and will be installed:"
printf '%s\n' $missing | sed 's/^/  /'
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1; then
  as_root=sudo
else
  echo "Installing needs root: run this as root, install sudo, or ask your administrator for the list above." >&2
  exit 7
fi
log=$(mktemp)
if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
       apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "The packages could not be installed; the whole log is $log" >&2
  exit 7
fi
rm -f "$log"
echo "Installed."
