/**
 * A package may run a program of its own while it is installed, as the person who installs. None does, but those that
 * `allowScripts` of our package.json names with `true`: `.npmrc` switches scripts off for every npm there is, and
 * `ensureInstalled` runs the listed ones afterwards. `false` says: looked at, and not needed.
 */

/** The package's name, from a path of the lock file. */
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * What the lock file and the list say differently, as lines for people: a new script has to be looked at by somebody.
 * @param {{ packages: Record<string, { version?: string, hasInstallScript?: boolean }> }} lock
 * @param {Record<string, boolean>} allowed `name@version`, as npm writes it (`npm help install-scripts`)
 */
export function unlistedScripts(lock, allowed) {
  const scripts = new Set(
    Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path, { version }]) => `${nameOf(path)}@${version}`),
  );
  return [
    ...[...scripts]
      .filter((name) => !(name in allowed))
      .map((name) => `${name} has an install script: look at it, then list it in allowScripts of package.json`),
    ...Object.keys(allowed)
      .filter((name) => !scripts.has(name))
      .map((name) => `allowScripts of package.json lists ${name}, which has no install script here any more`),
  ];
}

/** Packages of the lock file whose download nobody could check, as lines for people. */
export function withoutIntegrity(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { link, integrity }]) => path.includes('node_modules/') && !link && integrity === undefined)
    .map(([path, { version }]) => `${nameOf(path)}@${version} has no integrity in package-lock.json; run npm run lock`);
}

/** The packages whose scripts run, of those that are there: names without versions, for `npm rebuild`. */
export function scriptsToRun(allowed, isInstalled) {
  return Object.entries(allowed)
    .filter(([, runs]) => runs)
    .map(([name]) => name.slice(0, name.lastIndexOf('@')))
    .filter(isInstalled);
}
