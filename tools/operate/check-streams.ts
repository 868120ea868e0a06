import { type BoardView, formatStreamId, parseStreamId } from '@claude-codex/contracts';
import { reasonOf } from '@claude-codex/service-kit/operator-error';
import type { Finding } from '@claude-codex/service-kit/pg/audit/finding';
import type { Pool } from '@claude-codex/service-kit/pg/pool';

/** Where the pages are served, and an API token of a member (Settings > API tokens). */
export interface StreamAccess {
  url: string;
  token: string;
}

const TASKS = 3;
const CUTS = 3;
/** Below what a stream still continues (5,000), so that a busy log does not outrun the check. */
const REACH = 4_000;
const PATIENCE_MS = 20_000;

/**
 * I8: reads the streams of the tasks that changed last as a browser does, cuts each some times and resumes at the last
 * id, and compares what came with the events of the task in the database.
 */
export async function checkStreams(db: Pick<Pool, 'query'>, access: StreamAccess | null): Promise<Finding> {
  const about = { id: 'I8', title: 'a browser sees every event it may see once and in order' };
  if (access === null) {
    const detail = 'CODEX_API_TOKEN is not set: with an API token the streams are opened, cut and resumed to see';
    return { ...about, ok: null, detail };
  }
  const board = await readBoard(access);
  if (typeof board === 'string') return { ...about, ok: null, detail: board };
  const after = Math.max(board.position - REACH, 0);
  const newest = board.tasks.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt)).slice(0, TASKS);
  const problems: string[] = [];
  let events = 0;
  let connections = 0;
  for (const { id, number } of newest) {
    const { rows } = await db.query<{ position: number }>(
      'select position from read.task_event where task_id = $1 and position > $2 and position <= $3 order by position',
      [id, after, board.position],
    );
    const expected = rows.map(({ position }) => position);
    const read = await readWithCuts(access, { taskId: id, epoch: board.epoch, after, expected });
    events += expected.length;
    connections += read.connections;
    problems.push(...read.problems.map((problem) => `task ${number}: ${problem}`));
  }
  const detail = `${events} events of ${newest.length} tasks over ${connections} connections`;
  return { ...about, ok: problems.length === 0, detail: problems.length === 0 ? detail : problems.join('; ') };
}

/** The board, or why it cannot be read. */
async function readBoard({ url, token }: StreamAccess): Promise<BoardView | string> {
  try {
    const response = await fetch(new URL('/api/board', url), { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) return `${url} answers ${response.status} to this API token`;
    return (await response.json()) as BoardView;
  } catch (error) {
    return `${url} does not answer (CODEX_API_URL): ${reasonOf(error)}`;
  }
}

interface Reading {
  taskId: string;
  epoch: string;
  after: number;
  /** Positions that have to come, in order. */
  expected: readonly number[];
}

/** Reads until the last expected event came, or until a connection brought nothing more for a while. */
async function readWithCuts(
  { url, token }: StreamAccess,
  { taskId, epoch, after, expected }: Reading,
): Promise<{ problems: string[]; connections: number }> {
  const goal = expected.at(-1) ?? 0;
  const atOnce = Math.max(Math.ceil(expected.length / CUTS), 1);
  const seen: number[] = [];
  const problems: string[] = [];
  let at = after;
  let connections = 0;
  while (at < goal && problems.length === 0 && connections <= CUTS + 1) {
    connections += 1;
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': formatStreamId(epoch, at) };
    const upTo = seen.length + atOnce;
    for await (const { event, position, hasData } of readFrames(new URL(`/api/tasks/${taskId}/stream`, url), headers)) {
      if (event === 'reset') problems.push(`told to start over at ${position} instead of going on after ${at}`);
      const isEvent = hasData && event !== 'hello' && event !== 'reset';
      if (position < at || (isEvent && position === at)) problems.push(`id ${position} came after ${at}`);
      at = position;
      if (isEvent && position <= goal) seen.push(position);
      if (problems.length > 0 || seen.length >= upTo || at >= goal) break;
    }
  }
  const came = new Set(seen);
  const wanted = new Set(expected);
  const missed = expected.filter((position) => !came.has(position));
  const foreign = seen.filter((position) => !wanted.has(position));
  if (missed.length > 0) problems.push(`${missed.length} events did not come, such as ${missed[0]}`);
  if (foreign.length > 0) problems.push(`${foreign.length} events are not of this task, such as ${foreign[0]}`);
  return { problems, connections };
}

/** Frames with an id: the others repeat what the next id covers, or have no place in the log. */
async function* readFrames(
  url: URL,
  headers: Record<string, string>,
): AsyncGenerator<{ event: string; position: number; hasData: boolean }> {
  const cut = new AbortController();
  try {
    const signal = AbortSignal.any([cut.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await fetch(url, { headers, signal });
    if (response.status !== 200 || response.body === null) throw new Error(`${url} answers ${response.status}`);
    const decoder = new TextDecoder();
    let buffer = '';
    for await (const chunk of response.body) {
      const blocks = (buffer + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      buffer = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line]));
        const position = parseStreamId(fields.get('id')?.slice('id: '.length) ?? '')?.position;
        if (position === undefined) continue;
        yield { event: fields.get('event')?.slice('event: '.length) ?? '', position, hasData: fields.has('data') };
      }
    }
  } catch (error) {
    // Nothing came any more: what is missing is reported by whoever reads.
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
  } finally {
    cut.abort();
  }
}
