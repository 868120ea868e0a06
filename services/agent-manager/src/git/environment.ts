/** What a git command may reach. Nothing is allowed that is not named here. */
export interface GitPermissions {
  /** Transports it may use. Default none: such a command works on local objects only. */
  readonly protocols?: readonly ('file' | 'https' | 'ssh')[];
  /** Proxy, certificate and ssh agent variables of the operator, for network transports. */
  readonly network?: Readonly<Record<string, string>>;
  /** A configuration file to read instead of none: see `trusting-configuration.ts`. */
  readonly globalConfig?: string;
}

/** Variables an operator sets for every program that goes to the network. */
export const NETWORK_VARIABLES = [
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'SSH_AUTH_SOCK',
] as const;

/** The whole environment of a git process: nothing of the manager's own is inherited. */
export function gitEnvironment({ protocols = [], network = {}, globalConfig }: GitPermissions): Record<string, string> {
  const remote = protocols.some((protocol) => protocol !== 'file');
  return {
    ...(remote ? network : {}),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: globalConfig ?? '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new -oConnectTimeout=10',
    GIT_ALLOW_PROTOCOL: protocols.join(':') || 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
    GIT_ADVICE: '0',
  };
}

/** Flaws that old, widely used repositories have in commits nobody can change any more. */
const TOLERATED = ['badTimezone', 'missingSpaceBeforeDate', 'zeroPaddedFilemode'];

/** `-c` settings that hold for every command and win over any configuration file. */
export function gitConfiguration({ protocols = [] }: GitPermissions): string[] {
  const settings = [
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.attributesFile=/dev/null',
    'core.untrackedCache=false',
    'credential.helper=',
    'protocol.allow=never',
    ...protocols.map((protocol) => `protocol.${protocol}.allow=always`),
    'transfer.fsckObjects=true',
    ...TOLERATED.map((flaw) => `fetch.fsck.${flaw}=ignore`),
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
