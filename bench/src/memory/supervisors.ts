import { fileURLToPath } from 'node:url';
import { startWorkerProcess } from '@claude-codex/testing/worker/worker-process';
import { openWorkerStage, phasePrompt } from '@claude-codex/testing/worker/worker-stage';
import { pssMb } from '../first-load/memory.ts';

const source = fileURLToPath(new URL('../../../worker/src/main.ts', import.meta.url));
const bundle = fileURLToPath(new URL('../../../worker/build/main.mjs', import.meta.url));
const SMALL = ['--max-semi-space-size=1', '--optimize-for-size'];
const AS_IN_THE_IMAGE = [...SMALL, bundle];
/** As it is without any care, as the `process` runtime starts it, in one file, and as the image does. */
const PROGRAMS = [[source], [...SMALL, source], [bundle], AS_IN_THE_IMAGE];
/** Agents at work at once: what one of them costs when the program's pages are shared, as they are on a host. */
const TOGETHER = 3;

interface Working {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Supervisors whose Claude Code has an open session and waits for a person's answer. */
export async function measureSupervisors(restMs: number, say: (what: string, mb: number) => void): Promise<void> {
  for (const program of PROGRAMS) {
    const [only] = await atRest(program, 1, restMs);
    say(`supervisor: ${named(program)}`, only ?? Number.NaN);
  }
  const each = await atRest(AS_IN_THE_IMAGE, TOGETHER, restMs);
  say(`each of ${TOGETHER} supervisors: ${named(AS_IN_THE_IMAGE)}`, each.reduce((sum, mb) => sum + mb, 0) / TOGETHER);
}

function named(program: readonly string[]): string {
  return program.join(' ').replaceAll(/\S*\/worker\//g, '');
}

/** Proportional set size of each in MB. */
async function atRest(program: readonly string[], count: number, restMs: number): Promise<number[]> {
  const working: Working[] = [];
  try {
    for (let nth = 0; nth < count; nth += 1) working.push(await startWorking(program));
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return await Promise.all(working.map(({ pid }) => pssMb(pid)));
  } finally {
    await Promise.all(working.map((one) => one.stop()));
  }
}

async function startWorking(program: readonly string[]): Promise<Working> {
  const stage = await openWorkerStage({
    mcp: ({ tool }) => (tool === 'ask_question' ? new Promise(() => undefined) : 'ok'),
  });
  const worker = startWorkerProcess({}, program);
  const stop = async (): Promise<void> => {
    worker.kill('SIGKILL');
    await stage.close();
  };
  try {
    worker.send(stage.startCommand({ prompt: phasePrompt('develop') }));
    await worker.waitFor('tool_call', (call) => call.tool === 'mcp__codex__ask_question');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: worker.pid,
    async stop() {
      worker.send({ type: 'stop', id: 'stop', reason: 'measured' });
      await worker.exited;
      await stop();
    },
  };
}
