#!/usr/bin/env bash
# Chromium from Debian, for the end-to-end tests in a browser. Does nothing when it is there; needs root otherwise.
set -euo pipefail
. "$(dirname "$0")/lib/apt.sh"

command -v chromium >/dev/null || apt_install chromium fonts-liberation
echo "browser: $(chromium --version 2>/dev/null)"
