#!/bin/sh
# Runs everything of the agent for the supervisor behind the socket $1. It mostly waits, like the supervisor: a small heap.
exec env NODE_COMPILE_CACHE=/opt/codex/compiled MALLOC_ARENA_MAX=1 \
  /opt/codex/bin/node --max-semi-space-size=1 --optimize-for-size /opt/codex/worker/build/agent-side.mjs "$@"
