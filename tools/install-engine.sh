#!/usr/bin/env bash
# Makes a Docker engine answer on a Debian machine: installs docker.io, compose v2 and buildx when they are missing,
# starts dockerd when nobody answers, waits, prints versions. Safe to run again; needs root.
#   DOCKERD_LOG   where a dockerd started here writes its log (default /tmp/dockerd.log)
#   DOCKERD_PID   where its process id goes when it was started here (default /tmp/dockerd.pid), so that CI can stop it
set -euo pipefail
cd "$(dirname "$0")"
. ./lib/apt.sh

log=${DOCKERD_LOG:-/tmp/dockerd.log}
pidfile=${DOCKERD_PID:-/tmp/dockerd.pid}
plugins=/usr/libexec/docker/cli-plugins

say() { echo "engine: $*"; }
need_root() { [ "$(id -u)" = 0 ] || { say "needs root to $1" >&2; exit 1; }; }

if ! command -v docker >/dev/null || { ! command -v dockerd >/dev/null && ! docker info >/dev/null 2>&1; }; then
  need_root 'install docker.io'
  say 'installing docker.io'
  apt_install docker.io iptables ca-certificates
  # The client became a package of its own in Debian 13.
  command -v docker >/dev/null || apt_install docker-cli
fi

if ! docker compose version >/dev/null 2>&1 || ! docker buildx version >/dev/null 2>&1; then
  need_root 'install compose and buildx'
  say 'installing compose v2 and buildx'
  debs=$(mktemp -d)
  trap 'rm -rf "$debs"' EXIT
  ./trixie-packages.sh "$debs" docker-compose docker-buildx
  for deb in "$debs"/*.deb; do dpkg -x "$deb" "$debs/unpacked"; done
  mkdir -p "$plugins"
  find "$debs/unpacked" -path '*cli-plugins/docker-*' -type f -exec install -m 755 -t "$plugins" {} +
fi

answers() { docker info >/dev/null 2>&1; }

if ! answers; then
  need_root 'start dockerd'
  say "starting dockerd, log in $log"
  # Containers must not send larger packets than the machine's own way out can carry.
  mtu=$(cat "/sys/class/net/$(ip -o route get 192.0.2.1 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p')/mtu" 2>/dev/null || echo 1500)
  # The engine outlives this script: it must not keep a caller's lock or pipe open.
  (
    for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -gt 2 ] && eval "exec $fd>&-" 2>/dev/null || true; done
    exec setsid nohup dockerd --mtu "$mtu" >"$log" 2>&1 </dev/null
  ) &
  echo $! >"$pidfile"
  for _ in $(seq 120); do
    answers && break
    kill -0 "$(cat "$pidfile")" 2>/dev/null || { tail -5 "$log" >&2; say 'dockerd stopped' >&2; exit 1; }
    sleep 0.5
  done
  answers || { tail -5 "$log" >&2; say 'dockerd did not answer within 60 s' >&2; exit 1; }
fi

say "$(docker version --format 'client {{.Client.Version}}, server {{.Server.Version}}')"
say "$(docker compose version)"
say "$(docker buildx version | awk '{print $1, $2}')"
