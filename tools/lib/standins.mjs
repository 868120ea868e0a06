import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { withProgress } from './progress.mjs';
import { node24, root } from './root.mjs';
import { runQuietly, ToolError } from './run.mjs';

const recipes = join(root, 'infra', 'images', 'standins');
const PREFIX = 'claude-codex-standin';
const ROOTFS = `${PREFIX}/rootfs:trixie`;
const LABEL = 'dev.claude-codex.recipe';

/** Variable of the compose file → Dockerfile target and the stand-in's own name; never an official one. */
const STANDINS = {
  NODE_IMAGE: { target: 'node', image: `${PREFIX}/node:24` },
  POSTGRES_IMAGE: { target: 'postgres', image: `${PREFIX}/postgres:17` },
  NATS_IMAGE: { target: 'nats', image: `${PREFIX}/nats:2.10.27` },
  VALKEY_IMAGE: { target: 'valkey', image: `${PREFIX}/valkey:8.1` },
};

/**
 * Builds the stand-in images that are missing or made by an older recipe. Needs Debian's mmdebstrap, Debian's archive
 * and npm's registry, and an engine that answers.
 * @returns {Promise<Record<string, string>>} the variables that make compose use them, with the npm settings of this
 *   user for the builds on top (a build secret, never part of a layer)
 */
export async function buildStandins() {
  // Node and npm of the images are the packages of this checkout.
  await ensureInstalled({ dev: false });
  const recipe = recipeHash();
  const missing = [];
  for (const standin of Object.values(STANDINS)) {
    if ((await labelOf(standin.image)) !== recipe) missing.push(standin);
  }
  if (missing.length > 0) {
    if ((await labelOf(ROOTFS)) === null) await withProgress('Stand-in: Debian', buildRootfs);
    const context = await prepareContext();
    try {
      for (const { target, image } of missing) {
        await withProgress(`Stand-in: ${image}`, () =>
          runQuietly(
            'docker',
            ['build', '-q', '--target', target, '--label', `${LABEL}=${recipe}`, '-t', image, context],
            {
              env: { ...process.env, DOCKER_BUILDKIT: '1' },
            },
          ),
        );
      }
    } finally {
      rmSync(context, { recursive: true, force: true });
    }
  }
  const npmrc = join(process.env.HOME ?? '/root', '.npmrc');
  return {
    ...Object.fromEntries(Object.entries(STANDINS).map(([name, { image }]) => [name, image])),
    ...(existsSync(npmrc) ? { NPMRC_FILE: npmrc } : {}),
  };
}

/** null when there is no such image, '' when it has no label. */
async function labelOf(image) {
  try {
    const format = `{{index .Config.Labels "${LABEL}"}}`;
    return (await runQuietly('docker', ['image', 'inspect', '--format', format, image])).trim();
  } catch (error) {
    if (error instanceof ToolError && /no such image/i.test(error.message)) return null;
    throw error;
  }
}

async function buildRootfs() {
  await runQuietly('mmdebstrap', ['--version']).catch((cause) => {
    throw new ToolError('No image registry answers, and the stand-ins need mmdebstrap: apt-get install mmdebstrap', {
      cause,
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'claude-codex-rootfs-'));
  try {
    const tar = join(folder, 'rootfs.tar');
    const sources = join(folder, 'trixie.sources');
    writeFileSync(sources, debianSources());
    const include = '--include=ca-certificates';
    await runQuietly('mmdebstrap', ['--variant=minbase', include, 'trixie', tar, sources]);
    await runQuietly('docker', ['import', tar, ROOTFS]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** This machine's own mirror, with the suite of Debian 13. */
function debianSources() {
  const own = '/etc/apt/sources.list.d/debian.sources';
  if (existsSync(own)) {
    const suites = /\b(bullseye|bookworm|trixie|forky|sid)\b/g;
    return readFileSync(own, 'utf8').replace(/^Suites:.*$/gm, (line) => line.replace(suites, 'trixie'));
  }
  const keyring = 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg';
  return `Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie trixie-updates\nComponents: main\n${keyring}\n`;
}

async function prepareContext() {
  const context = mkdtempSync(join(tmpdir(), 'claude-codex-standins-'));
  cpSync(recipes, context, { recursive: true });
  cpSync(realpathSync(node24), join(context, 'node'));
  writeFileSync(join(context, 'host-ca.crt'), hostCertificates());
  const packed = await runQuietly('npm', ['pack', '--silent', `npm@${npmVersion()}`], { cwd: context });
  await runQuietly('tar', ['-xzf', packed.trim(), '--transform', 's,^package,npm,'], { cwd: context });
  return context;
}

function hostCertificates() {
  const candidates = [process.env.NODE_EXTRA_CA_CERTS, process.env.SSL_CERT_FILE, '/etc/ssl/certs/ca-certificates.crt'];
  const found = candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
  return found === undefined ? '' : readFileSync(found, 'utf8');
}

function npmVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.replace('npm@', '');
}

function recipeHash() {
  const hash = createHash('sha256').update(hostCertificates()).update(npmVersion());
  hash.update(readFileSync(join(root, 'node_modules', 'node', 'package.json')));
  for (const name of ['Dockerfile', 'postgres-entrypoint.sh']) hash.update(readFileSync(join(recipes, name)));
  return hash.digest('hex').slice(0, 16);
}
