const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/**
 * The workspaces whose `package.json` the lock file tells otherwise, as lines for people. `npm ci` takes such a lock file
 * as long as every package is somewhere in it, but whether one is only for development is then what the lock file says:
 * a start without those would miss it.
 * @param {{ packages: Record<string, object> }} lock a parsed package-lock.json
 * @param {(workspace: string) => object} manifestOf the parsed package.json of a folder; '' is the root
 */
export function lockDifferences(lock, manifestOf) {
  return Object.entries(lock.packages)
    .filter(([path, { link }]) => !path.includes('node_modules/') && !link)
    .flatMap(([path, locked]) => {
      const manifest = manifestOf(path);
      return LISTS.filter((list) => !same(locked[list] ?? {}, manifest[list] ?? {})).map(
        (list) => `package-lock.json has other ${list} of ${path || 'the root'} than its package.json; run npm install`,
      );
    });
}

function same(one, other) {
  const sorted = (entries) => JSON.stringify(Object.entries(entries).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return sorted(one) === sorted(other);
}
