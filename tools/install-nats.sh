#!/bin/sh
# Puts nats-server 2.10 (Debian 13's package) into /usr/local/bin, on any Debian. Does nothing when it is there.
set -eu

target=/usr/local/bin/nats-server

recent() {
  "$1" --version 2>/dev/null | grep -Eq 'v(2\.[1-9][0-9]|[3-9])\.'
}

if recent "$target"; then
  echo "nats-server is installed: $("$target" --version)"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(dirname "$0")"/trixie-packages.sh "$work" nats-server
dpkg -x "$work"/nats-server_*.deb "$work/unpacked"
install -m 755 "$(find "$work/unpacked" -type f -name nats-server -perm -u+x)" "$target"
recent "$target" || { echo "the installed nats-server is too old: $("$target" --version)" >&2; exit 1; }
echo "nats-server was installed: $("$target" --version)"
