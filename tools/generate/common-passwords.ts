import { createHash } from 'node:crypto';
import { dictionary } from '@zxcvbn-ts/language-common';
import type { GeneratedFile } from './output.ts';

const MIN_LENGTH = 10;

/**
 * The passwords most people chose elsewhere, as the first 4 bytes of their SHA-256, sorted: 6 KB that say yes or no, where
 * the list itself would cost the server 20 MB. Shorter ones are refused by their length.
 */
export function commonPasswords(): GeneratedFile {
  const long = dictionary['passwords-common'].filter((password) => password.length >= MIN_LENGTH);
  const prefixes = long.map((password) => createHash('sha256').update(password).digest().subarray(0, 4));
  const bytes = Buffer.concat(prefixes.toSorted(Buffer.compare));
  const content = `// Made by \`npm run generate\` from @zxcvbn-ts/language-common. Do not edit.

/** ${long.length} prefixes of 4 bytes, sorted, in base64. */
export const COMMON_PASSWORDS =
  '${bytes.toString('base64')}';
`;
  return { path: 'services/gateway/src/accounts/common-passwords.generated.ts', content };
}
