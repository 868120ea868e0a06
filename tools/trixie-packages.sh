#!/usr/bin/env bash
# Downloads packages of Debian 13 into a folder, on any Debian, without touching the system's own package lists.
#   tools/trixie-packages.sh FOLDER PACKAGE...        leaves FOLDER/*.deb
# Why: Debian 12 ships no compose v2, no buildx and a NATS server too old for us (first_seq needs 2.10); the binaries
# of Debian 13 need only libc >= 2.34 and run on both.
set -euo pipefail

folder=$1; shift
mkdir -p "$folder"
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT
mkdir -p "$lists/parts" "$lists/lists/partial"

# The system's own mirror, with the suite's name replaced.
if [ -f /etc/apt/sources.list.d/debian.sources ]; then
  sed -E '/^Suites:/ s/(bullseye|bookworm|trixie|forky|sid)/trixie/g' \
    /etc/apt/sources.list.d/debian.sources >"$lists/parts/debian.sources"
else
  sed -E 's/\b(bullseye|bookworm|trixie|forky|sid)\b/trixie/g' /etc/apt/sources.list >"$lists/parts/debian.list"
fi

options=(-oDir::Etc::sourcelist=/dev/null "-oDir::Etc::sourceparts=$lists/parts/" "-oDir::State::Lists=$lists/lists"
  -oAPT::Sandbox::User=root -oAcquire::Retries=3)
apt-get "${options[@]}" update -qq >&2
cd "$folder"
apt-get "${options[@]}" download -qq "$@" >&2
