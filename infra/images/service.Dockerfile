# One image for every service of the team server, the pages and the first-start steps: the command says which it is.
# Sources run as they are on Node 24; the pages need a build, and the gateway gets one: from 1,300 files it takes half
# as much memory again and three times as long to start (bench/results/memory.md).
ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS packages
COPY . /context
RUN node /context/infra/images/manifests.mjs /context /manifests

FROM ${NODE_IMAGE} AS installed
WORKDIR /app
COPY --from=packages /manifests ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
  parts="$(ls -d services/* | sed 's/^/--workspace /') --workspace demo --workspace infra" \
  && npm ci --omit=dev --no-audit --no-fund --loglevel=error $parts \
  && npm sbom --sbom-format cyclonedx --package-lock-only --omit dev $parts >sbom.cdx.json \
  && find node_modules -name '*.map' -delete && find node_modules -name '*.d.ts' -delete

FROM ${NODE_IMAGE} AS pages
WORKDIR /app
COPY --from=packages /manifests ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
  npm ci --omit=dev --no-audit --no-fund --loglevel=error --workspace web
COPY tsconfig.base.json ./
COPY libs/contracts ./libs/contracts
COPY web ./web
RUN cd web && NODE_ENV=production npx vite build --logLevel warn

FROM ${NODE_IMAGE} AS bundled
WORKDIR /app
COPY --from=packages /manifests ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
  npm ci --workspace services/gateway --no-audit --no-fund --loglevel=error
COPY tsconfig.base.json ./
COPY libs ./libs
COPY services/gateway ./services/gateway
RUN npm run --silent build --workspace services/gateway

FROM ${NODE_IMAGE}
# For the git service, and for checkouts of the manager; nothing else of Debian is needed.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends git openssh-client ca-certificates \
  && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*
WORKDIR /app
COPY --from=installed /app/node_modules ./node_modules
# What the image holds, for scanners: packages of npm, packages of Debian.
COPY --from=installed /app/sbom.cdx.json /usr/share/sbom/npm.cdx.json
RUN dpkg-query --show >/usr/share/sbom/debian.txt
COPY package.json ./
COPY demo ./demo
COPY libs ./libs
COPY infra ./infra
COPY services ./services
# The commands of an operator, for compose's service `operate`.
COPY tools ./tools
COPY --from=pages /app/web/build ./web/build
COPY --from=bundled /app/services/gateway/build ./services/gateway/build
ENV NODE_ENV=production HOME=/tmp NODE_COMPILE_CACHE=/app/compile-cache
RUN install -d -m 1777 "$NODE_COMPILE_CACHE" && node infra/images/fill-compile-cache.mjs && chmod 755 "$NODE_COMPILE_CACHE"
USER 1000:1000
ENTRYPOINT ["node", "--import", "/app/infra/images/settings-from-files.mjs"]
