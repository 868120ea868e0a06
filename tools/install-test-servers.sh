#!/usr/bin/env bash
# What the integration tests run besides npm's packages: git, tmux, bubblewrap, ripgrep, sshd, a Redis and a NATS server,
# and GitHub's description of its API, which is too large to be one of everybody's packages. Idempotent.
set -euo pipefail
cd "$(dirname "$0")"
. ./lib/apt.sh

missing=()
command -v git >/dev/null || missing+=(git)
command -v tmux >/dev/null || missing+=(tmux)
command -v bwrap >/dev/null || missing+=(bubblewrap)
command -v rg >/dev/null || missing+=(ripgrep)
command -v sshd >/dev/null || [ -x /usr/sbin/sshd ] || missing+=(openssh-server)
command -v ip >/dev/null || missing+=(iproute2)
command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
command -v redis-server >/dev/null || command -v valkey-server >/dev/null || missing+=(redis-server)
[ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
./install-nats.sh
description=../libs/testing/github-description
[ -f $description/node_modules/@octokit/openapi/package.json ] ||
  npm ci --loglevel=error --no-audit --no-fund --ignore-scripts --prefix $description
echo "test servers: $(git --version), $(tmux -V), $(bwrap --version), $( (redis-server --version || valkey-server --version) 2>/dev/null | cut -d' ' -f1-3)"
