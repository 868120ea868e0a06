import type { ReadPosition } from '../reads/positions.ts';
import type { EventFrames } from './feed.ts';
import { idFrame } from './frames.ts';

/** Everything between two positions for one audience: those who watch the same workspace or the same task. */
export interface Part {
  readonly from: number;
  readonly to: ReadPosition;
  readonly patches: string;
  readonly events: readonly EventFrames[];
  readonly instanceIds: readonly string[];
  /** All of it, made once: the very same bytes go to everybody. */
  readonly bytes: Buffer;
}

export function createPart(of: Omit<Part, 'bytes'>): Part {
  return { ...of, bytes: Buffer.from(textAfter(of, of.from)) };
}

/**
 * What a part says to somebody who has seen the events up to `sent`. Patches come before the id that covers them: a cut
 * behind them repeats them, and a whole row twice does no harm.
 */
export function textAfter({ to, patches, events }: Omit<Part, 'bytes'>, sent: number): string {
  const fresh = events.filter(({ position }) => position > sent);
  const end = fresh.at(-1)?.position === to.position ? '' : idFrame(to.epoch, to.position);
  return patches + fresh.map(({ text }) => text).join('') + end;
}

/** Parts of one audience that follow each other. Shared by everybody who waits for the same ones. */
export class Batch {
  readonly parts: readonly Part[];
  #bytes: Buffer | null = null;
  #next: Batch | null = null;

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  get from(): number {
    return this.parts[0]?.from ?? 0;
  }

  /** The parts joined: one write, however many there are. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.concat(this.parts.map(({ bytes }) => bytes));
    return this.#bytes;
  }

  /** The same batch for everybody who had this one and is to get `part` as well. */
  with(part: Part): Batch {
    if (this.#next?.parts.at(-1) !== part) this.#next = new Batch([...this.parts, part]);
    return this.#next;
  }
}
