import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Packages with native parts list one optional package per platform. A registry mirror that carries only some of them
 * makes `npm install` drop the others from the lock file without a word, and `npm ci` then refuses the lock file
 * everywhere ("Missing: … from lock file", npm/cli#4828).
 * @returns {{ path: string, entry: object }[]} what is missing: no integrity, since nobody could download it here
 */
function missingPlatforms(lock) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const candidates = [`${path}/node_modules/${name}`, `node_modules/${name}`];
      if (candidates.some((candidate) => candidate in lock.packages) || !/^\d+\.\d+\.\d+/.test(version)) continue;
      missing.set(`node_modules/${name}`, platformEntry(name, version, entry.dev === true));
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }));
}

/** Adds what is missing to a lock file, keeping npm's order. Returns how many entries that were. */
export function completeLockFile(path) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = missingPlatforms(lock);
  if (missing.length === 0) return 0;
  for (const { path: key, entry } of missing) lock.packages[key] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  return missing.length;
}

const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
};
const CPUS = {
  arm64: 'arm64',
  x64: 'x64',
  64: 'x64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
};

function platformEntry(name, version, dev) {
  const words = name.replace(/^@?[^/]*\//, '').split('-');
  const os = words.map((word) => SYSTEMS[word]).find(Boolean);
  const cpu = words.map((word) => CPUS[word]).find(Boolean);
  if (cpu === undefined) throw new Error(`${name}: not known for which platform this package is`);
  const libc = os === 'linux' ? libcOf(words) : null;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

function libcOf(words) {
  if (words.some((word) => word.startsWith('musl'))) return 'musl';
  return words.some((word) => word.startsWith('gnu')) ? 'glibc' : null;
}

/** Null, or what is missing from the lock file: behind a full registry it never is. */
export function lockFileGaps(path) {
  const missing = missingPlatforms(JSON.parse(readFileSync(path, 'utf8')));
  if (missing.length === 0) return null;
  return `npm ci would refuse package-lock.json: ${missing.length} platform packages are missing; run npm run lock`;
}
