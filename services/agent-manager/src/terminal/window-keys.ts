/** What a person typed: bytes for the pane, or a wish to see another window. */
export type Typed = { readonly bytes: Buffer } | { readonly command: string };

const PREFIX = 0x02;
const COMMANDS: Readonly<Record<string, string>> = {
  n: 'next-window -t agent',
  p: 'previous-window -t agent',
  c: 'new-window -t agent',
  l: 'last-window -t agent',
};

/**
 * Control mode sends keys past tmux's own bindings, so the few that change the window are read here: Ctrl-b and then
 * n, p, c, l or a digit. Ctrl-b twice is Ctrl-b for the program.
 */
export function createWindowKeys(): (bytes: Uint8Array) => Typed[] {
  let prefixed = false;
  return (bytes) => {
    const typed: Typed[] = [];
    let plain: number[] = [];
    const flush = () => {
      if (plain.length > 0) typed.push({ bytes: Buffer.from(plain) });
      plain = [];
    };
    for (const byte of bytes) {
      if (!prefixed) {
        if (byte === PREFIX) prefixed = true;
        else plain.push(byte);
        continue;
      }
      prefixed = false;
      const key = String.fromCharCode(byte);
      const command = /[0-9]/.test(key) ? `select-window -t agent:${key}` : COMMANDS[key];
      if (command !== undefined) {
        flush();
        typed.push({ command });
      } else if (byte === PREFIX) plain.push(PREFIX);
    }
    flush();
    return typed;
  };
}
