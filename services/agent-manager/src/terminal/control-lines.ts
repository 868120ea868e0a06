/** What tmux says in control mode (`tmux -C`), one line each. Everything is bytes: a pane may print any encoding. */
export type ControlLine =
  | { readonly type: 'output'; readonly pane: string; readonly bytes: Buffer }
  /** `asked`: the reply to a command of this client, not to the attach itself or to a hook. */
  | { readonly type: 'begin'; readonly asked: boolean }
  | { readonly type: 'end' | 'error' }
  | { readonly type: 'window-changed' }
  | { readonly type: 'exit' }
  | { readonly type: 'text'; readonly bytes: Buffer };

/** `insideReply` is true between `%begin` and `%end`, where every line is the output of a command. */
export function parseControlLine(line: Buffer, insideReply: boolean): ControlLine {
  const head = line.subarray(0, 64).toString('latin1');
  if (insideReply) {
    if (/^%end \d+ \d+ \d+$/.test(head)) return { type: 'end' };
    if (/^%error \d+ \d+ \d+$/.test(head)) return { type: 'error' };
    return { type: 'text', bytes: line };
  }
  if (head.startsWith('%begin ')) return { type: 'begin', asked: head.endsWith(' 1') };
  const output = /^%output (%\d+) /.exec(head);
  if (output?.[1] !== undefined)
    return { type: 'output', pane: output[1], bytes: unescapeOctal(line.subarray(output[0].length)) };
  if (head.startsWith('%session-window-changed ') || head.startsWith('%window-pane-changed '))
    return { type: 'window-changed' };
  if (head === '%exit' || head.startsWith('%exit ')) return { type: 'exit' };
  return { type: 'text', bytes: line };
}

const BACKSLASH = 0x5c;

/** tmux writes bytes below 32 and the backslash as `\` and three octal digits. */
export function unescapeOctal(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes.readUInt8(at);
    const digits = byte === BACKSLASH ? bytes.subarray(at + 1, at + 4).toString('latin1') : '';
    if (/^[0-3][0-7]{2}$/.test(digits)) {
      result[length] = Number.parseInt(digits, 8);
      at += 3;
    } else result[length] = byte;
    length += 1;
  }
  return result.subarray(0, length);
}
