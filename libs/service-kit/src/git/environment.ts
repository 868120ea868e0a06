/** What a git command may reach. Nothing is allowed that is not named here. */
export interface GitPermissions {
  /** Transports it may use. Default none: such a command works on local objects only. */
  readonly protocols?: readonly ('file' | 'https' | 'ssh')[];
  /** Variables that lead a network transport to its source: our dialer, certificates, the ssh agent. */
  readonly network?: Readonly<Record<string, string>>;
}

/** Variables of the operator that git itself understands. Proxies are not among them: the dialer uses those. */
export const NETWORK_VARIABLES = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'SSH_AUTH_SOCK'] as const;

/** The whole environment of a git process: nothing of the manager's own is inherited. */
export function gitEnvironment({ protocols = [], network = {} }: GitPermissions): Record<string, string> {
  const remote = protocols.some((protocol) => protocol !== 'file');
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'false',
    GIT_ALLOW_PROTOCOL: protocols.join(':') || 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
    GIT_ADVICE: '0',
    ...(remote ? network : {}),
  };
}

/**
 * Flaws that old, widely used repositories have in commits nobody can change any more. None of them changes what a
 * checkout holds. What does (two entries of one name, `.git` as a name, addresses of submodules that are options) is
 * refused, and the refusal names the object.
 */
const TOLERATED = [
  'badDate',
  'badDateOverflow',
  'badEmail',
  'badName',
  'badTimezone',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'multipleAuthors',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
];

/** The same tolerance for packs that are indexed by themselves: `index-pack --strict=…`. */
export const STRICT_BUT_TOLERANT = `--strict=${TOLERATED.map((flaw) => `${flaw}=ignore`).join(',')}`;

/** `-c` settings that hold for every command and win over any configuration file. */
export function gitConfiguration({ protocols = [] }: GitPermissions): string[] {
  const settings = [
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.attributesFile=/dev/null',
    'core.untrackedCache=false',
    // Tips of a borrowed repository are an optimisation; finding them runs git in that repository.
    'core.alternateRefsCommand=true',
    'credential.helper=',
    'protocol.allow=never',
    ...protocols.map((protocol) => `protocol.${protocol}.allow=always`),
    'transfer.fsckObjects=true',
    ...TOLERATED.flatMap((flaw) => [`fetch.fsck.${flaw}=ignore`, `fsck.${flaw}=ignore`]),
    'fetch.recurseSubmodules=false',
    'submodule.recurse=false',
    'gc.auto=0',
    'maintenance.auto=false',
    'http.followRedirects=initial',
    'http.lowSpeedLimit=1000',
    'http.lowSpeedTime=30',
    'commit.gpgSign=false',
    'tag.gpgSign=false',
    'log.showSignature=false',
    'core.quotePath=false',
  ];
  return ['--no-pager', ...settings.flatMap((setting) => ['-c', setting])];
}
