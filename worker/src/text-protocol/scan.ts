/**
 * Finds the blocks of the text protocol in what an agent says. Pure and line by line: a marker counts only on a line of
 * its own outside code fences, so that an agent may write about the protocol without using it.
 */
export type BlockKind = 'DEPENDENCY_REQUEST' | 'USER_QUESTION' | 'PHASE_COMPLETE' | 'ERROR';

export type Scanned =
  | { readonly kind: BlockKind; readonly body: string }
  | { readonly kind: BlockKind; readonly body: string; readonly problem: string };

export interface Scanner {
  /** The blocks that end in this text. A block may begin in an earlier one. */
  feed(text: string): Scanned[];
  /** The turn is over: a block still open was never closed. */
  end(): Scanned[];
}

type Delimited = Exclude<BlockKind, 'PHASE_COMPLETE'>;

const MAX_BODY_CHARACTERS = 32 * 1024;
const NAMES = 'DEPENDENCY_REQUEST|USER_QUESTION|ERROR';
const OPENING = new RegExp(`^\\s*\\[(${NAMES})\\](.*)$`);
const CLOSING = new RegExp(`^(.*)\\[/(${NAMES})\\]\\s*$`);
const PHASE = /^\s*=== PHASE (\S{1,64}) COMPLETE ===\s*$/;
const FENCE = /^\s*(`{3,}|~{3,})/;

export function createScanner(): Scanner {
  let open: { kind: Delimited; lines: string[]; length: number } | null = null;
  let fence: string | null = null;

  function problem(text: string): Scanned[] {
    if (open === null) return [];
    const { kind, lines } = open;
    open = null;
    return [{ kind, body: lines.join('\n'), problem: text }];
  }

  function add(line: string): Scanned[] {
    if (open === null) return [];
    open.lines.push(line);
    open.length += line.length;
    return open.length > MAX_BODY_CHARACTERS ? problem('the block is longer than 32,768 characters') : [];
  }

  function takeInside(line: string): Scanned[] | null {
    if (open === null) return null;
    const closing = CLOSING.exec(line);
    if (closing?.[2] === open.kind) {
      const { kind, lines } = open;
      open = null;
      return [{ kind, body: [...lines, closing[1] ?? ''].join('\n') }];
    }
    if (OPENING.test(line) || PHASE.test(line)) {
      return [...problem(`[/${open.kind}] is missing before the next block`), ...takeOutside(line)];
    }
    // A fence around the YAML is a habit of models, not part of it.
    return FENCE.test(line) ? [] : add(line);
  }

  function takeOutside(line: string): Scanned[] {
    const fenceMark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (fenceMark?.startsWith(fence)) fence = null;
      return [];
    }
    if (fenceMark !== undefined) {
      fence = fenceMark;
      return [];
    }
    const phase = PHASE.exec(line)?.[1];
    if (phase !== undefined) return [{ kind: 'PHASE_COMPLETE', body: phase }];
    const opening = OPENING.exec(line);
    if (opening === null) return takeStray(line);
    const kind = opening[1] as Delimited;
    const rest = opening[2] ?? '';
    const sameLine = CLOSING.exec(rest);
    if (sameLine?.[2] === kind) return [{ kind, body: sameLine[1] ?? '' }];
    // "[ERROR] handling lives in …" is prose.
    if (rest.trim() !== '') return [];
    open = { kind, lines: [], length: 0 };
    return [];
  }

  return {
    feed(text) {
      // Each text is Markdown of its own: a fence left open in one does not hide the next.
      fence = null;
      return text.split(/\r?\n/).flatMap((line) => takeInside(line) ?? takeOutside(line));
    },
    end: () => (open === null ? [] : problem(`[/${open.kind}] is missing`)),
  };
}

function takeStray(line: string): Scanned[] {
  const closing = CLOSING.exec(line);
  if (closing === null || (closing[1] ?? '').trim() !== '') return [];
  const kind = closing[2] as Delimited;
  return [{ kind, body: '', problem: `[${kind}] is missing before its end` }];
}
