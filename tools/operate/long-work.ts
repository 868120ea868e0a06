export interface LongWork {
  /** Aborted by Ctrl+C and by signals that end a process. */
  signal: AbortSignal;
  /** Replaces the line on a terminal; says nothing elsewhere. */
  show(line: string): void;
  /** Clears the line and takes signals as before. */
  end(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EVERY_MS = 100;

/** For work that takes long enough to be watched and to be broken off, which then tidies up behind itself. */
export function beginLongWork(stopped: string): LongWork {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error(stopped));
  for (const name of SIGNALS) process.on(name, stop);
  let shownAt = 0;
  const write = (text: string) => process.stderr.isTTY && process.stderr.write(`\r${text}\u001b[K`);
  return {
    signal: stopping.signal,
    show(line) {
      if (performance.now() - shownAt < EVERY_MS) return;
      shownAt = performance.now();
      write(line);
    },
    end() {
      write('');
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}

/** Bytes for people: `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
