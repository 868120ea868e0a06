import { type RefusalParams, type RepositoryRefusal, refusalSentence } from '@claude-codex/contracts';
import { GitError } from '@claude-codex/service-kit/git/git-error';

/** The source cannot be used; `code` and `message` are for the person who connected it. */
export class SourceUnavailable extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceUnavailable';
    this.code = code;
  }
}

/** A refusal in the words of the contract: what is wrong with which thing, and what helps. */
export function refusal<Code extends RepositoryRefusal>(
  code: Code,
  params: RefusalParams<Code>,
  options?: ErrorOptions,
): SourceUnavailable {
  return new SourceUnavailable(code, refusalSentence(code, params), options);
}

const LOCK = /Unable to create '(.+\.lock)': File exists/;
/** As a fetch and as `git fsck` say it. */
const FLAW = /(?:object|error in \w+) ([0-9a-f]{40,64}): (\w+): (.+)/;
const MISSING =
  /(?:unable to read|missing (?:blob|tree|commit)(?: object)?|bad (?:tree|blob|commit) object|Could not read|could not parse commit|unable to parse commit|not our ref) '?([0-9a-f]{40,64})/i;
const NO_OBJECTS = /did not send all necessary objects|bad pack header|possible repository corruption/i;
/** A name that did not resolve, a host that refused, one that may not be dialed: nobody learns which. */
const UNREACHED =
  /could not resolve|name or service not known|connection (?:refused|timed out|reset|closed)|failed to connect|couldn't connect|CONNECT tunnel failed|from proxy after CONNECT|Proxy CONNECT aborted|kex_exchange_identification|no route to host|network is unreachable/i;
/** As GnuTLS and as OpenSSL say it. */
const UNTRUSTED = /(server certificate verification failed|SSL certificate problem: [^\n]*)/i;
const DENIED =
  /authentication failed|could not read (?:username|password)|permission denied|terminal prompts disabled|host key verification failed/i;
const COLLISION = /cannot lock ref '([^']+)': '([^']+)' exists; cannot create|there are still refs under/i;

export const lockNamedIn = (text: string): string | null => LOCK.exec(text)?.[1] ?? null;

/** Git's words as a refusal that names the object and the remedy. What is no failure of git is thrown on. */
export function unavailable(error: unknown, address: string): SourceUnavailable {
  if (error instanceof SourceUnavailable) return error;
  if (!(error instanceof GitError)) throw error;
  const cause = { cause: error };
  const { stderr } = error;
  if (error.code === 'GIT_TIMEOUT') return refusal('FETCH_TIMEOUT', { address }, cause);
  const flaw = FLAW.exec(stderr);
  if (flaw !== null) {
    const [, object = '', name = '', words = ''] = flaw;
    return refusal('OBJECT_REFUSED', { object, flaw: name, words }, cause);
  }
  const untrusted = UNTRUSTED.exec(stderr)?.[1];
  if (untrusted !== undefined) {
    return refusal('CERTIFICATE_UNTRUSTED', { host: hostOf(address), words: untrusted }, cause);
  }
  if (UNREACHED.test(stderr)) return refusal('HOST_UNREACHABLE', { host: hostOf(address) }, cause);
  if (DENIED.test(stderr)) return refusal('ACCESS_DENIED', { address }, cause);
  const missing = MISSING.exec(stderr);
  if (missing !== null || NO_OBJECTS.test(stderr)) {
    return refusal('OBJECT_MISSING', { object: missing?.[1] ?? 'of unknown name' }, cause);
  }
  if (COLLISION.test(stderr)) return refusal('REFS_COLLIDE', { words: lastWords(error) }, cause);
  if (/not a git repository|does not appear to be a git repo/i.test(stderr)) {
    return refusal('NOT_A_REPOSITORY', { address }, cause);
  }
  if (/not found|not valid: is this a git repository/i.test(stderr))
    return refusal('REPOSITORY_MISSING', { address }, cause);
  return refusal('FETCH_FAILED', { address, words: lastWords(error) }, cause);
}

/** The line in which git says why it ended. */
export function lastWords({ stderr, code }: GitError): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.findLast((line) => /^(?:fatal|error|remote):/.test(line)) ?? lines.findLast((line) => line !== '');
  return (said ?? code).replace(/^(?:fatal|error|remote): */, '');
}

function hostOf(address: string): string {
  return /^(?:\w+:\/\/)?(?:[^@/]+@)?([^:/]+)/.exec(address)?.[1] ?? address;
}
