/** `name` is for labels that are no words. Keys a phone's keyboard lacks, with the bytes a terminal expects. */
export const PHONE_KEYS: readonly { readonly label: string; readonly name?: string; readonly bytes: string }[] = [
  { label: 'Esc', bytes: '\x1b' },
  { label: 'Tab', bytes: '\t' },
  { label: '↑', name: 'Up', bytes: '\x1b[A' },
  { label: '↓', name: 'Down', bytes: '\x1b[B' },
  { label: '←', name: 'Left', bytes: '\x1b[D' },
  { label: '→', name: 'Right', bytes: '\x1b[C' },
  { label: 'Ctrl C', bytes: '\x03' },
];

/** `a` with Ctrl held is 1, and so on; what has no such code is sent as it is. */
export function withControl(text: string): string {
  const code = text.toUpperCase().charCodeAt(0);
  return text.length === 1 && code >= 64 && code <= 95 ? String.fromCharCode(code - 64) : text;
}
