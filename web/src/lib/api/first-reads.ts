/** Later than this after the page was asked for, what came with it is read anew: it is for the first view. */
const FRESH_MS = 10_000;

type Answers = Map<string, unknown>;
let reading: Promise<Answers> | null = null;

/**
 * The answer of a read that the gateway sent with the page (`services/gateway/src/web/filled-page.ts`), by its address;
 * undefined when it is not there or was taken before, so that nothing is read twice from the past.
 */
export async function firstRead(address: string): Promise<unknown> {
  const answers = await fresh();
  const answer = answers.get(address);
  answers.delete(address);
  return answer;
}

/** Whether a read would be answered at once, so that a page may wait for it and be shown whole. */
export async function hasFirstRead(address: string): Promise<boolean> {
  return (await fresh()).has(address);
}

async function fresh(): Promise<Answers> {
  reading ??= whole().then(parse);
  const answers = await reading;
  if (performance.now() > FRESH_MS) answers.clear();
  return answers;
}

/** After a command the answers may lack what it wrote. */
export function dropFirstReads(): void {
  reading = Promise.resolve(new Map());
}

/** The answers come at the end of the page, and code may be here before them. */
function whole(): Promise<void> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', () => resolve(), { once: true }));
}

function parse(): Answers {
  const block = document.getElementById('first-reads');
  block?.remove();
  const text = block?.textContent;
  return new Map(text ? Object.entries(JSON.parse(text) as Record<string, unknown>) : []);
}
