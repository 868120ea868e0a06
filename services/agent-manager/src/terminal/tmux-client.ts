import type { RuntimeExec } from '../runtimes/runtime.ts';
import { parseControlLine } from './control-lines.ts';
import { linesFrom } from './raw-lines.ts';

export interface Screen {
  readonly cols: number;
  readonly rows: number;
  /** Scrollback, screen and cursor as bytes for a terminal that was just cleared. */
  readonly snapshot: Buffer;
}

/** A tmux session seen through control mode: no PTY is needed, and what panes print comes in one ordered stream. */
export interface TmuxClient {
  screen(): Promise<Screen>;
  /** Bytes as if typed into the active pane. */
  type(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  command(line: string): Promise<string[]>;
  readonly ended: Promise<void>;
  close(): void;
}

export interface TmuxEvents {
  /** What the active pane printed. */
  output(bytes: Buffer): void;
  /** Another window or pane became the active one: what was on the screen is stale. */
  changed(): void;
}

const SCROLLBACK_LINES = 2_000;
/** tmux reads a command as one line; the keys of a paste go in pieces. */
const KEYS_PER_COMMAND = 512;

export function createTmuxClient(exec: RuntimeExec, events: TmuxEvents): TmuxClient {
  const waiting: { resolve: (lines: Buffer[]) => void; reject: (error: Error) => void }[] = [];
  let insideReply = false;
  let asked = false;
  let lines: Buffer[] = [];
  let pane: string | null = null;

  const ended = (async () => {
    for await (const line of linesFrom(exec.output)) read(line);
  })()
    .catch(() => undefined)
    .then(() => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the terminal ended'));
    });

  function read(line: Buffer): void {
    const control = parseControlLine(line, insideReply);
    switch (control.type) {
      case 'output':
        if (control.pane === pane) events.output(control.bytes);
        return;
      case 'begin':
        insideReply = true;
        asked = control.asked;
        lines = [];
        return;
      case 'end':
      case 'error':
        insideReply = false;
        reply(control.type === 'error');
        return;
      case 'text':
        if (insideReply) lines.push(control.bytes);
        return;
      case 'window-changed':
        void refreshPane().then(events.changed, () => undefined);
        return;
      case 'exit':
        exec.close();
    }
  }

  function reply(failed: boolean): void {
    if (!asked) return;
    const first = waiting.shift();
    if (first === undefined) return;
    if (failed) first.reject(new Error(Buffer.concat(lines).toString('utf8')));
    else first.resolve(lines);
  }

  function ask(line: string): Promise<Buffer[]> {
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      exec.write(Buffer.from(`${line}\n`));
    });
  }

  async function refreshPane(): Promise<void> {
    const [first] = await ask("display-message -p '#{pane_id}'");
    pane = first?.toString('latin1') ?? null;
  }

  async function screen(): Promise<Screen> {
    if (pane === null) await refreshPane();
    // Asked for together: tmux answers them one after the other, with nothing printed in between.
    const [content, facts] = await Promise.all([
      ask(`capture-pane -p -e -J -S -${SCROLLBACK_LINES} -t ${pane}`),
      ask(`display-message -p -t ${pane} '#{pane_width} #{pane_height} #{cursor_x} #{cursor_y}'`),
    ]);
    const [cols = 80, rows = 24, x = 0, y = 0] = (facts[0]?.toString('latin1') ?? '').split(' ').map(Number);
    const parts = content.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\r\n'), line]));
    const snapshot = Buffer.concat([
      Buffer.from('\x1b[0m\x1b[H\x1b[2J\x1b[3J'),
      ...parts,
      Buffer.from(`\x1b[0m\x1b[${y + 1};${x + 1}H`),
    ]);
    return { cols, rows, snapshot };
  }

  function type(bytes: Uint8Array): void {
    if (pane === null) return;
    for (let at = 0; at < bytes.length; at += KEYS_PER_COMMAND) {
      const keys = [...bytes.subarray(at, at + KEYS_PER_COMMAND)].map((byte) => byte.toString(16).padStart(2, '0'));
      ignoringEnd(ask(`send-keys -t ${pane} -H ${keys.join(' ')}`));
    }
  }

  return {
    screen,
    type,
    resize: (cols, rows) => ignoringEnd(ask(`refresh-client -C ${Math.trunc(cols)}x${Math.trunc(rows)}`)),
    command: async (line) => (await ask(line)).map((one) => one.toString('utf8')),
    ended,
    close: () => exec.close(),
  };
}

/** Keys for a pane that has just gone have nobody to reach; `ended` tells the rest. */
function ignoringEnd(asked: Promise<unknown>): void {
  asked.catch(() => undefined);
}
