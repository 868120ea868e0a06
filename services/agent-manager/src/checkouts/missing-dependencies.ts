import { z } from 'zod';
import type { FreshCheckout } from '../runtimes/places.ts';

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
 * none can be fetched. A sentence for people, or null. Looks at the checkout after a check had it.
 */
export async function missingDependencies(
  checkout: Pick<FreshCheckout, 'readFile' | 'exists'>,
): Promise<string | null> {
  for (const { manifest, installed, declares } of INSTALLERS) {
    const text = await checkout.readFile(manifest, MAX_BYTES);
    if (text === null || !declares(text)) continue;
    const there = await Promise.all(installed.map((path) => checkout.exists(path)));
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
