import { setTimeout as sleep } from 'node:timers/promises';
import { subjects, TerminalAttach, type TerminalAttached, TerminalClientMessage } from '@claude-codex/contracts';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson, subscribeJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';
import type { z } from 'zod';
import type { Runtime, RuntimeHandle } from '../runtimes/runtime.ts';
import { createOutputFilter } from './filter-output.ts';
import { createTmuxClient, type TmuxClient } from './tmux-client.ts';
import { createWindowKeys } from './window-keys.ts';

type Attached = z.infer<typeof TerminalAttached>;

export interface ServedTerminal {
  close(): void;
}

/** Output is gathered so long: a screen that scrolls makes hundreds of pieces a second. */
const GATHER_MS = 4;
const MAX_MESSAGE_BYTES = 64 * 1024;
const START_MS = 3_000;
/** A window another client holds larger keeps its size; waiting longer would not help. */
const RESIZE_MS = 500;
const MISSING = 'This agent has no terminal at the moment: tmux is not there, or not yet.';

/**
 * tmux answers a resize before it has done it, and forgets one that comes while the attach is under way; the first
 * screen should already have the viewer's width.
 */
async function resized(client: TmuxClient, cols: number, rows: number): Promise<void> {
  const until = performance.now() + RESIZE_MS;
  while (performance.now() < until) {
    client.resize(cols, rows);
    const size = await client.command("display-message -p '#{pane_width}x#{pane_height}'");
    if (size[0] === `${cols}x${rows}`) return;
    await sleep(20);
  }
}

/**
 * Serves one worker's tmux session on the bus, to any number of viewers through any gateway. tmux is attached when the
 * first viewer comes, and stays attached until the worker ends.
 */
export function serveTerminal(options: {
  bus: Bus;
  runtime: Pick<Runtime, 'exec'>;
  handle: RuntimeHandle;
  /** Home directory as the worker sees it: its tmux listens there. */
  home: string;
  log: Logger;
}): ServedTerminal {
  const { bus, runtime, handle, home, log } = options;
  const { terminal } = subjects;
  const { instanceId } = handle;
  let client: Promise<TmuxClient> | null = null;
  let filter = createOutputFilter();
  let keys = createWindowKeys();
  const gathered: Buffer[] = [];
  let flushing: NodeJS.Timeout | null = null;

  function publish(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += MAX_MESSAGE_BYTES) {
      bus.publish(terminal.output(instanceId), bytes.subarray(at, at + MAX_MESSAGE_BYTES));
    }
  }

  function gather(bytes: Buffer): void {
    gathered.push(filter.pass(bytes));
    // Later than the answer to an attach that was just made: its snapshot must arrive before what follows it.
    flushing ??= setTimeout(() => {
      flushing = null;
      publish(Buffer.concat(gathered.splice(0)));
    }, GATHER_MS);
  }

  async function connect(cols: number, rows: number): Promise<TmuxClient> {
    const exec = await runtime.exec(handle, ['tmux', '-u', '-S', `${home}/tmux.sock`, '-C', 'attach', '-t', 'agent']);
    filter = createOutputFilter();
    keys = createWindowKeys();
    const made = createTmuxClient(exec, { output: gather, changed: () => void redraw(made) });
    void made.ended.then(() => {
      client = null;
    });
    await resized(made, cols, rows);
    return made;
  }

  /** Everybody who watches gets the screen of the window that became the active one. */
  async function redraw(made: TmuxClient): Promise<void> {
    try {
      gather((await made.screen()).snapshot);
    } catch (error) {
      log.debug({ err: error, instanceId }, 'a terminal ended while it was redrawn');
    }
  }

  async function attach({ cols, rows }: z.infer<typeof TerminalAttach>): Promise<Attached> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('tmux does not answer')), START_MS);
    try {
      client ??= connect(cols, rows);
      const screen = await Promise.race([client.then((made) => made.screen()), late]);
      return {
        available: true,
        code: '',
        detail: '',
        cols: screen.cols,
        rows: screen.rows,
        snapshot: screen.snapshot.toString('base64'),
      };
    } catch (error) {
      log.info({ err: error, instanceId }, 'a terminal is not available');
      void client?.then(
        (made) => made.close(),
        () => undefined,
      );
      client = null;
      return { available: false, code: 'TERMINAL_UNAVAILABLE', detail: MISSING, cols, rows, snapshot: '' };
    } finally {
      clearTimeout(timer);
    }
  }

  async function type(bytes: Uint8Array): Promise<void> {
    const made = await client;
    if (made === null) return;
    for (const typed of keys(bytes)) {
      if ('bytes' in typed) made.type(typed.bytes);
      else await made.command(typed.command);
    }
  }

  function problem(error: unknown): void {
    log.debug({ err: error, instanceId }, 'a terminal message could not be used');
  }

  const stops = [
    serveJson(bus, terminal.attach(instanceId), TerminalAttach, attach),
    bus.subscribe(terminal.input(instanceId), (bytes) => void type(bytes).catch(problem)),
    subscribeJson(
      bus,
      terminal.resize(instanceId),
      TerminalClientMessage.def.options[0].pick({ cols: true, rows: true }),
      ({ cols, rows }) => void client?.then((made) => made.resize(cols, rows), problem),
      problem,
    ),
  ];
  return {
    close() {
      for (const stop of stops) stop();
      if (flushing !== null) clearTimeout(flushing);
      void client?.then(
        (made) => made.close(),
        () => undefined,
      );
    },
  };
}
