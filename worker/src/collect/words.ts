import { reasonOf } from '../reason-of.ts';

/** Folders of an absolute path; the last part of it stays. An address has two slashes and is none. */
const FOLDERS = /(^|[\s'"(=:])\/(?:[^\s'"/]+\/)+/gm;

/**
 * An error in words for agents and people. Git and the system name places of the server, which say nothing to them and
 * are nobody's business: what lies in the checkout is named from there, anything else by its own name.
 */
export function plainWords(error: unknown, { checkout, home }: { checkout: string; home: string }): string {
  return reasonOf(error)
    .replaceAll(`${checkout}/`, '')
    .replaceAll(checkout, 'the checkout')
    .replaceAll(home, '~')
    .replace(FOLDERS, '$1');
}
