const SECRET = /(KEY|TOKEN|SECRET|PASSWORD)(_PREVIOUS)?$/;
/** Keys and tokens that were put into a wrong variable are one long word; a wrong path or address is not. */
const LONG_WORD = /[^\s/:,.]{30,}/;

/** A value as its owner recognises it, without what may be secret about it. */
export function given(name: string, value: string): string {
  // A login stands before the last @ of an address, and some put a password behind its question mark.
  const shown = value.replace(/^.*@/s, '…@').replace(/\?.*$/s, '?…');
  if (SECRET.test(name) || LONG_WORD.test(shown)) return 'set to a value not shown here';
  return JSON.stringify(shown);
}
