#!/usr/bin/env bash
# Chromium from Debian, for the end-to-end tests in a browser. Does nothing when it is there; needs root otherwise.
set -euo pipefail

if ! command -v chromium >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
fi
echo "browser: $(chromium --version 2>/dev/null)"
