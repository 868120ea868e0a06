import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What declares dependencies, and where their installer puts them beside it. */
const INSTALLERS = [
  { manifest: 'package.json', installed: ['node_modules', '.pnp.cjs'], declares: declaresPackages },
  { manifest: 'requirements.txt', installed: ['.venv', 'venv'], declares: () => true },
  {
    manifest: 'pyproject.toml',
    installed: ['.venv', 'venv'],
    declares: (text: string) => /^dependencies\s*=/m.test(text),
  },
  { manifest: 'composer.json', installed: ['vendor'], declares: (text: string) => text.includes('"require"') },
  { manifest: 'Gemfile', installed: ['vendor/bundle'], declares: () => true },
] as const;
const MAX_BYTES = 1024 * 1024;

/**
 * Why a check may have failed that is not the work's fault: a commit holds no installed packages, and without a network
 * none can be fetched. A sentence for people, or null. Reads the checkout after a check had it, so it follows no link.
 */
export async function missingDependencies(checkout: string): Promise<string | null> {
  for (const { manifest, installed, declares } of INSTALLERS) {
    const text = await smallFile(join(checkout, manifest));
    if (text === null || !declares(text)) continue;
    const there = await Promise.all(installed.map((path) => exists(join(checkout, path))));
    if (there.includes(true)) continue;
    return `${manifest} names dependencies, and none are installed where checks run: the commit holds none, and there is no network.`;
  }
  return null;
}

const Manifest = z.looseObject({
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
});

function declaresPackages(text: string): boolean {
  try {
    const { dependencies = {}, devDependencies = {} } = Manifest.parse(JSON.parse(text));
    return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  } catch {
    return false; // no manifest that npm could read either
  }
}

async function smallFile(path: string): Promise<string | null> {
  const info = await lstat(path).catch(() => null);
  return info?.isFile() === true && info.size <= MAX_BYTES ? readFile(path, 'utf8') : null;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
