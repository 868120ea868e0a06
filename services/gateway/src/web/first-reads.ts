import type { TaskView } from '@claude-codex/contracts';

/** Asks one of our own reads in the name of whoever asked for the page; null for every answer but a good one. */
export type Ask = (read: string) => Promise<string | null>;

const SESSION = '/api/session';
/** What every page of the workspace asks for. */
const WORKSPACE = ['/api/board?perColumn=100', '/api/attention', '/api/repositories'];

interface FirstReads {
  readonly page: RegExp;
  /** In the very words of the web's own requests (web/src/lib/api): another spelling would not be found there. */
  readonly reads: (id: string) => readonly string[];
  /** What the page asks for as soon as it knows the task. */
  readonly next?: (task: TaskView) => readonly string[];
}

const PAGES: readonly FirstReads[] = [
  { page: /^\/(?:attention|repositories|health|settings)?$/, reads: () => WORKSPACE },
  {
    page: /^\/tasks\/([0-9a-z]{26})(?:\/activity)?$/,
    reads: (id) => [...ofTask(id), `/api/tasks/${id}/log?direction=backward&limit=200`],
    next: earlierJournals,
  },
  { page: /^\/tasks\/([0-9a-z]{26})\/changes$/, reads: ofTask, next: newestDiff },
  { page: /^\/tasks\/([0-9a-z]{26})\/[a-z]+$/, reads: ofTask },
];
/** A task may have had many agents; what the older ones said is further up than anybody looks first. */
const MAX_JOURNALS = 6;

/** Whether a page at this path begins with reads of its own. */
export function hasFirstReads(path: string): boolean {
  return PAGES.some(({ page }) => page.test(path));
}

/**
 * The answers a page begins with, by the address each is asked at: the page holds them, so that its first view waits for
 * no request of its own. `session` is the answer already read. What is missing here the page asks for itself.
 */
export async function answersFor(path: string, session: string, ask: Ask): Promise<ReadonlyMap<string, string>> {
  const answers = new Map([[SESSION, session]]);
  const take = async (read: string) => {
    const answer = await ask(read);
    if (answer !== null) answers.set(read, answer);
    return answer;
  };
  const found = PAGES.find(({ page }) => page.test(path));
  if (found === undefined) return answers;
  const [first, ...others] = found.reads(found.page.exec(path)?.[1] ?? '');
  const more = async () => {
    const answer = first === undefined ? null : await take(first);
    // Our own answer, checked where it was made.
    if (answer !== null) await Promise.all((found.next?.(JSON.parse(answer) as TaskView) ?? []).map(take));
  };
  await Promise.all([more(), ...others.map(take)]);
  return answers;
}

/** Who asks, as the page learns it: null for nobody, or when it could not be found out. */
export async function sessionFor(ask: Ask): Promise<string | null> {
  const session = await ask(SESSION);
  return session === null || (JSON.parse(session) as { person: unknown }).person === null ? null : session;
}

function ofTask(id: string): string[] {
  return [`/api/tasks/${id}`, `/api/tasks/${id}/events?after=0&limit=1000`];
}

/** The newest instance's comes with the task's log. */
function earlierJournals({ instances }: TaskView): string[] {
  return instances
    .slice(0, -1)
    .slice(-MAX_JOURNALS)
    .map(({ id }) => `/api/instances/${id}/journal?direction=backward&limit=200`);
}

function newestDiff({ id, reviews, changes }: TaskView): string[] {
  const review = reviews.findLast(({ subject }) => subject === 'changes');
  if ((review?.changes ?? changes) === null) return [];
  return [`/api/tasks/${id}/changes?since=base${review === undefined ? '' : `&round=${review.round}`}`];
}
