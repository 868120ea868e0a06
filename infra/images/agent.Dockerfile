# What an agent's container runs, as two users: the supervisor, and the agent with everything it starts. The supervisor, the Claude Agent SDK with Claude Code's own binary, and the tools a
# coding agent reaches for. Nothing here is secret, and nothing is fetched when a container starts.
# A team that needs compilers or browsers builds on top of it and names the result in CODEX_AGENT_IMAGE.
ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /opt/codex
COPY . /context
RUN node /context/infra/images/manifests.mjs /context /manifests

FROM ${NODE_IMAGE} AS bundled
WORKDIR /opt/codex
COPY --from=packages /manifests ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
  npm ci --workspace worker --no-audit --no-fund --loglevel=error
COPY libs/contracts ./libs/contracts
COPY tsconfig.base.json ./
COPY worker ./worker
# One file starts faster than hundreds and takes half the memory; Claude Code itself is a binary beside it.
RUN npm sbom --sbom-format cyclonedx --package-lock-only --omit dev --workspace worker >sbom.cdx.json \
  && npm run --silent build --workspace worker \
  && mkdir -p out/node_modules/@anthropic-ai out/worker/build \
  && cp -a node_modules/@anthropic-ai/claude-agent-sdk-linux-* out/node_modules/@anthropic-ai/ \
  && cp -a worker/package.json out/worker/ && cp -a worker/build/. out/worker/build/ \
  && install -m 0755 worker/agent-side.sh out/agent-side \
  # A program that may be executed but not read cannot be dumped: its descriptors, memory and environment are closed to
  # every other process, even one of the same user. So nobody speaks for Claude Code or for what runs it.
  && chmod 0111 out/node_modules/@anthropic-ai/claude-agent-sdk-linux-*/claude \
  && install -D -m 0111 "$(readlink -f "$(command -v node)")" out/bin/node

FROM ${NODE_IMAGE}
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends \
    git tmux ripgrep bash ca-certificates procps less jq patch python3 \
  && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/debconf/* \
  # The official Node images call uid 1000 "node" as well; agents are uid 1000 whatever its name, supervisors 1001.
  && (getent passwd 1000 >/dev/null || useradd --uid 1000 --create-home node) \
  && useradd --uid 1001 --no-create-home --home-dir /run/supervisor --shell /usr/sbin/nologin supervisor \
  && install -d -o 1000 -g 1000 /workspace
WORKDIR /opt/codex
COPY --from=bundled /opt/codex/out ./
# What the image holds, for scanners: packages of npm, packages of Debian.
COPY --from=bundled /opt/codex/sbom.cdx.json /usr/share/sbom/npm.cdx.json
RUN dpkg-query --show >/usr/share/sbom/debian.txt
# `claude --resume` for taking over a session in the terminal.
RUN ln -s "$(ls -d /opt/codex/node_modules/@anthropic-ai/claude-agent-sdk-linux-*/claude | head -1)" /usr/local/bin/claude
ENV LANG=C.UTF-8 \
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
  DISABLE_AUTOUPDATER=1 \
  TERM=xterm-256color
# What Node compiled of the two files, each as its user and with its flags: 6 MB less in each container.
RUN install -d -m 1777 /opt/codex/compiled
USER 1000:1000
RUN /opt/codex/agent-side </dev/null && test -n "$(find /opt/codex/compiled -type f -user 1000)"
USER 1001:1001
# Nobody gives it a start command, so it ends as an orphan; what counts is that it loaded.
RUN CODEX_START_TIMEOUT_MS=100 CODEX_AGENT_SIDE='["true"]' NODE_COMPILE_CACHE=/opt/codex/compiled \
    /opt/codex/bin/node --max-semi-space-size=1 --optimize-for-size /opt/codex/worker/build/main.mjs </dev/null >/dev/null; \
  test -n "$(find /opt/codex/compiled -type f -user 1001)"
WORKDIR /workspace
# The supervisor mostly waits: a small heap instead of a fast one. The two variables are its own, not the agent's.
ENTRYPOINT ["/usr/bin/env", "NODE_COMPILE_CACHE=/opt/codex/compiled", "MALLOC_ARENA_MAX=1", \
  "/opt/codex/bin/node", "--max-semi-space-size=1", "--optimize-for-size", "/opt/codex/worker/build/main.mjs"]
