/**
 * Finds what looks like a credential in text that came from an agent or its tools, and replaces it: an event cannot be
 * taken back. Known token shapes are certain; assignments (`API_KEY=…`) are judged by their name and how random the
 * value is, so that commits, ids and checksums stay readable.
 */
export type SecretKind =
  | 'private-key'
  | 'anthropic'
  | 'openai'
  | 'github'
  | 'gitlab'
  | 'aws'
  | 'slack'
  | 'google'
  | 'stripe'
  | 'npm'
  | 'jwt'
  | 'url-password'
  | 'assignment';

/** The word before must not run into the token: `task-…` holds `sk-…`, and is none. */
const SHAPES: readonly (readonly [SecretKind, RegExp])[] = [
  [
    'private-key',
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ],
  ['anthropic', /(?<![\w-])sk-ant-[\w-]{20,}/g],
  ['openai', /(?<![\w-])sk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|[A-Za-z0-9]{32,})/g],
  ['github', /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/g],
  ['gitlab', /(?<![\w-])glpat-[\w-]{20,}/g],
  ['aws', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g],
  [
    'slack',
    /(?<![\w-])xox[abeoprs]-[A-Za-z0-9-]{10,}|(?<=hooks\.slack\.com\/services\/)[A-Z0-9]+\/[A-Z0-9]+\/\w{16,}/g,
  ],
  ['google', /(?<!\w)AIza[\w-]{35}(?![\w-])/g],
  ['stripe', /(?<!\w)[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g],
  ['npm', /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/g],
  ['jwt', /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g],
  ['url-password', /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/?#]{0,100}:)(?![$<{*%])[^\s:@/?#]{6,}(?=@[\w.-])/gi],
];

const NAME =
  '[\\w.-]{0,40}(?:secret|token|passwo?r?d|passphrase|api[_-]?key|access[_-]?key|auth[_-]?key|credential)[\\w.-]{0,40}';
const ASSIGNMENT = new RegExp(
  `(?<![\\w.-])(${NAME})(["'\`]?\\s{0,3}(?:=>|[:=])\\s{0,3}["'\`]?)([\\w+/=~.!@#$%^&*-]{12,})`,
  'gi',
);
const SECRET_NAME = new RegExp(`^${NAME}$`, 'i');
/** Names that speak about a secret without holding one: `tokenCount`, `secretId`, `password_hash`. */
const HARMLESS_NAME =
  /(?:ids?|count|counts|limit|length|budget|usage|used|total|max|min|hash|sha\d*|digest|checksum|integrity|path|file|dir|name|url|uri|type|kind|env|var|expires?|at|version|tokens)$/i;

const HEX = /^[0-9a-f]+$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ULID = /^[0-9a-hjkmnp-tv-z]{26}$/i;
const INTEGRITY = /^(?:sha\d+|md5)[-:]/i;
const REFERENCE =
  /^(?:process\.env|import\.meta|os\.environ|ENV|secrets?|vault|config|env|self|this)[.[(]|^[$<{%]|[({]$/i;
/** Bits per character. English prose is near 4 only over long texts; words and paths of this length stay below. */
const MIN_ENTROPY = 3.2;

/** Everything `maskText` could find holds one of these; most text holds none and is looked at once. */
const HINT =
  /sk-|gh[pousr]_|github_pat|glpat-|AKIA|ASIA|xox|hooks\.slack|PRIVATE KEY|eyJ|AIza|[rs]k_(?:live|test)|npm_|:\/\/|secret|token|passw|passphrase|key|credential/i;

/** `text` with every secret replaced by «redacted:kind». */
export function maskText(text: string): string {
  if (!HINT.test(text)) return text;
  const shaped = SHAPES.reduce((masked, [kind, shape]) => masked.replace(shape, mark(kind)), text);
  return shaped.replace(ASSIGNMENT, (whole, name: string, between: string, value: string) =>
    isSecretValue(name, value) ? `${name}${between}${mark('assignment')}` : whole,
  );
}

/** The same for every string inside a JSON value; the value itself when there was nothing to mask. */
export function maskSecrets<Value>(value: Value): Value {
  return masked(value, null) as Value;
}

function masked(value: unknown, name: string | null): unknown {
  if (typeof value === 'string') {
    if (name !== null && SECRET_NAME.test(name) && isSecretValue(name, value)) return mark('assignment');
    return maskText(value);
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => masked(item, name));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const safe = entries.map(([key, item]) => [maskText(key), masked(item, key)] as const);
  const same = safe.every(([key, item], index) => key === entries[index]?.[0] && item === entries[index]?.[1]);
  return same ? value : Object.fromEntries(safe);
}

function isSecretValue(name: string, value: string): boolean {
  if (HARMLESS_NAME.test(name) || value.length < 12 || /\s/.test(value)) return false;
  if (UUID.test(value) || ULID.test(value) || INTEGRITY.test(value) || REFERENCE.test(value)) return false;
  if (value.startsWith('«')) return false;
  if (!/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  // Hex has at most 4 bits per character, so its length says more: 128 bits and above is a key.
  return HEX.test(value) ? value.length >= 32 : entropy(value) >= MIN_ENTROPY;
}

/** Shannon entropy of the characters, in bits. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function mark(kind: SecretKind): string {
  return `«redacted:${kind}»`;
}
