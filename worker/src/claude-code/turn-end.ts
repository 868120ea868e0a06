import type { SDKMessage, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Background, Waited } from './background.ts';

/** Claude Code tells the agent at once what came of a task, which begins another part of the turn; usually in 100 ms. */
const RESUMES_WITHIN_MS = 2_000;
const LOOK_MS = 1_000;
/** What was told to end and has not after this is left behind. */
const ENDS_WITHIN_MS = 10_000;

export interface TurnEnd {
  /** A message was given to the agent: whatever it waited for, its turn goes on. */
  begins(): void;
  /** To be called with every message, after `background` has taken it. */
  take(message: SDKMessage): void;
  close(): void;
}

/**
 * Decides when a turn is over: Claude Code's `result` says that the agent has stopped, not that what it started has.
 * `over` is called once per turn with all its results, when nothing runs any more and the agent does not go on by itself.
 */
export function watchTurnEnd(
  background: Background,
  on: {
    over(results: readonly SDKResultMessage[], waited: readonly Waited[]): void;
    /** The agent itself works (true) or waits for what it started (false). */
    working(works: boolean): void;
    stop(taskId: string): Promise<void>;
  },
): TurnEnd {
  let results: SDKResultMessage[] = [];
  let works = false;
  /** Something ended since the agent last began: it will be told, and go on. */
  let news = false;
  let endings = 0;
  let settling: NodeJS.Timeout | undefined;
  let ending: NodeJS.Timeout | undefined;
  const looking = setInterval(endOverdue, LOOK_MS);
  looking.unref();

  function goOn(): void {
    clearTimeout(settling);
    works = true;
    news = false;
    on.working(true);
  }

  function settle(): void {
    clearTimeout(settling);
    if (works || results.length === 0) return;
    if (background.running.length > 0) {
      background.wait();
      return;
    }
    if (news) settling = setTimeout(finish, RESUMES_WITHIN_MS);
    else finish();
  }

  function finish(): void {
    clearTimeout(settling);
    clearTimeout(ending);
    ending = undefined;
    const done = results;
    results = [];
    news = false;
    on.over(done, background.takeWaited());
  }

  function endOverdue(): void {
    if (works || results.length === 0) return;
    for (const id of background.takeOverdue()) void on.stop(id).catch(() => undefined);
    if (background.onlyCutShort) ending ??= setTimeout(giveUp, ENDS_WITHIN_MS);
  }

  function giveUp(): void {
    ending = undefined;
    if (!works && results.length > 0) finish();
  }

  return {
    begins: goOn,
    take(message) {
      if (message.type === 'result') {
        results.push(message);
        works = false;
        settle();
        if (results.length > 0) on.working(false);
      } else if (message.type === 'system' && message.subtype === 'init') goOn();
      else if (message.type === 'assistant' && message.parent_tool_use_id === null) goOn();
      else if (message.type === 'system' && message.subtype === 'background_tasks_changed') {
        if (background.endings > endings) news = true;
        endings = background.endings;
        settle();
      }
    },
    close() {
      clearInterval(looking);
      clearTimeout(settling);
      clearTimeout(ending);
    },
  };
}
