import { z } from 'zod';

/** Git itself has no limit; a file name has one, and every part of a branch's name can become one, with `.lock`. */
const PART_BYTES = 250;
const NAME_BYTES = 1_000;

/** What `git check-ref-format` refuses anywhere in a name: controls, blank, and what has a meaning in revisions. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/;

/**
 * Whether git allows a branch of this name: the rules of `git check-ref-format --branch`, and nothing of our own but a
 * limit of length. A test compares it with git.
 */
export function isBranchName(name: string): boolean {
  if (FORBIDDEN.test(name) || !name.isWellFormed()) return false;
  // Both are short for something else wherever git expects a revision; a dash begins an option.
  if (name === 'HEAD' || name === '@' || name.startsWith('-') || name.endsWith('.')) return false;
  if (bytesOf(name) > NAME_BYTES) return false;
  return name.split('/').every(isPart);
}

function isPart(part: string): boolean {
  return part !== '' && !part.startsWith('.') && !part.endsWith('.lock') && bytesOf(part) <= PART_BYTES;
}

/** Web pages use this too, so no `Buffer`. */
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** The one rule for names of branches: API, domain and git ask here. */
export const BranchName = z
  .string()
  .min(1)
  .max(NAME_BYTES)
  .refine(isBranchName, 'is not a name that git allows for a branch');
