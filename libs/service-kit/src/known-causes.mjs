// JavaScript, because `npm start` also says these words where nothing is installed yet and Node is older than ours.

/** What helps against these is done to the machine or its settings: our code could not have done otherwise. */
const OF_THE_MACHINE = {
  ENOSPC: ({ path, dest }) => `the disk is full${at(dest ?? path)}; make room there`,
  EDQUOT: ({ path, dest }) => `the quota of this user is used up${at(dest ?? path)}; make room there`,
  EROFS: ({ path, dest }) => `nothing can be written${at(dest ?? path)}: it is mounted read-only; name another place`,
  EIO: ({ path }) => `the disk gives errors${at(path)}; the log of the system says more`,
  EACCES: (error) => refusedTo(error),
  EPERM: (error) => refusedTo(error),
  EMFILE: () => 'too many files are open; raise the limit (ulimit -n)',
  ENFILE: () => 'too many files are open on this machine; raise the limit (sysctl fs.file-max)',
  ENOMEM: () => 'the memory of this machine is used up; end something, or give it more',
  EADDRINUSE: ({ address, port }) => `another program uses port ${port} of ${address}; stop it, or choose another port`,
  EADDRNOTAVAIL: ({ address }) => `${address} is no address of this machine; name one that is`,
};

const OF_PLACES = {
  ENOENT: ({ path, syscall }) =>
    syscall?.startsWith('spawn')
      ? `the program ${path} is not installed, or not on the PATH; install it`
      : `there is no ${path ?? 'such file'}; make it, or name another one`,
  EISDIR: ({ path }) => `${path ?? 'it'} is a directory; name a file`,
  ENOTDIR: ({ path }) => `a part of ${path ?? 'the path'} is a file and no directory; name another place`,
  EEXIST: ({ path, dest }) => `${dest ?? path ?? 'it'} exists already; remove it, or name another one`,
  ENAMETOOLONG: ({ path }) => `the name ${path ?? 'of the file'} is longer than this disk takes; give a shorter one`,
  ELOOP: ({ path }) => `the links of ${path ?? 'the path'} lead in a circle; put them right`,
  EXDEV: ({ dest }) => `${dest ?? 'it'} lies on another disk; name a place on the same one`,
};

const OF_THE_NETWORK = {
  ECONNREFUSED: ({ address, port }) =>
    `nothing answers${address === undefined ? ' there' : ` at ${address}:${port}`}; start it, or put its address right`,
  ENOTFOUND: (error) => noHost(error),
  EAI_AGAIN: (error) => noHost(error),
  ETIMEDOUT: (error) => unreachable(error),
  EHOSTUNREACH: (error) => unreachable(error),
  ENETUNREACH: (error) => unreachable(error),
  ECONNRESET: () => 'the connection was cut by the other side; is it restarting? Try again in a moment',
  EPIPE: () => 'the other side does not listen any more; is it restarting? Try again in a moment',
  DEPTH_ZERO_SELF_SIGNED_CERT: () => untrusted(),
  SELF_SIGNED_CERT_IN_CHAIN: () => untrusted(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => untrusted(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => untrusted(),
};

/** SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const OF_POSTGRES = {
  '28P01': () => 'the password is not the right one; put DATABASE_URL right',
  28000: ({ message }) => `the login is not let in (${message}); put DATABASE_URL right`,
  '3D000': ({ message }) => `${message}; create it, or put DATABASE_URL right`,
  42501: ({ message }) => `${message}; use a login that owns the database`,
  '42P01': ({ message }) => `${message}; start the server once, which makes its tables, or put DATABASE_URL right`,
  '3F000': ({ message }) => `${message}; start the server once, which makes its tables, or put DATABASE_URL right`,
  25006: () => 'the database takes no writes: it is a copy that only reads; name the one that leads',
  53100: () => 'the disk of the database is full; make room there',
  53200: () => 'the memory of the database is used up; give it more',
  53300: () => 'the database has no connection left; end something that holds some, or raise max_connections',
  '57P01': () => 'the database is being stopped; start it again',
  '57P03': () => 'the database is still starting, or being stopped; try again in a moment',
};

const TABLE = { ...OF_THE_MACHINE, ...OF_PLACES, ...OF_THE_NETWORK, ...OF_POSTGRES };
/** Every code there are words for. */
export const KNOWN_CODES = Object.keys(TABLE);

/**
 * What an error with a code means and what helps, as a part of a sentence that ends with the code; null for a code that
 * says nothing to an operator.
 * @param {unknown} error
 * @returns {string | null}
 */
export function knownCause(error) {
  const code = codeOf(error);
  const say = Object.hasOwn(TABLE, code) ? TABLE[code] : undefined;
  return say === undefined ? null : `${say(error)} (${code})`;
}

/**
 * The error among `error` and its causes that the machine or its settings are to blame for, or null.
 * @param {unknown} error
 * @returns {Error | null}
 */
export function machineCause(error) {
  if (!(error instanceof Error)) return null;
  return Object.hasOwn(OF_THE_MACHINE, codeOf(error)) ? error : machineCause(error.cause);
}

function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function at(path) {
  return path === undefined ? '' : ` at ${path}`;
}

function refusedTo({ path, dest, syscall, address, port }) {
  if (syscall === 'listen') return `this user may not use port ${port} of ${address}; choose one above 1023`;
  const user = process.getuid?.();
  const who = user === undefined ? 'this user' : `this user (${user})`;
  return `${who} may not use ${dest ?? path ?? 'it'}; give that user the right to, or name another place`;
}

function noHost({ hostname }) {
  const host = hostname === undefined ? 'such a host' : `host ${hostname}`;
  return `there is no ${host} to be found from here; is the server up, and the name right?`;
}

function unreachable({ address, port }) {
  const place = address === undefined ? 'it' : `${address}:${port}`;
  return `${place} does not answer; put the address or the network between right`;
}

function untrusted() {
  return 'its certificate is signed by nobody this machine trusts; name the right authority in NODE_EXTRA_CA_CERTS';
}
