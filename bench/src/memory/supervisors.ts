import { fileURLToPath } from 'node:url';
import { startWorkerProcess } from '@claude-codex/testing/worker/worker-process';
import { openWorkerStage, phasePrompt } from '@claude-codex/testing/worker/worker-stage';
import { pssMb } from '../first-load/memory.ts';

const source = fileURLToPath(new URL('../../../worker/src/main.ts', import.meta.url));
const bundle = fileURLToPath(new URL('../../../worker/build/main.mjs', import.meta.url));
const SMALL = ['--max-semi-space-size=1', '--optimize-for-size'];
/** As the `process` runtime starts it, as the image does, and with one thing left out at a time. */
const PROGRAMS = [
  [source],
  [...SMALL, source],
  [bundle],
  [...SMALL, bundle],
  [...SMALL, '--max-lazy', bundle],
  [...SMALL, '--v8-pool-size=0', bundle],
];

/** A supervisor whose Claude Code has an open session and waits for a person's answer. */
export async function measureSupervisors(restMs: number, say: (what: string, mb: number) => void): Promise<void> {
  for (const program of PROGRAMS) {
    const stage = await openWorkerStage({
      mcp: ({ tool }) => (tool === 'ask_question' ? new Promise(() => undefined) : 'ok'),
    });
    const worker = startWorkerProcess({}, program);
    try {
      worker.send(stage.startCommand({ prompt: phasePrompt('develop') }));
      await worker.waitFor('tool_call', (call) => call.tool === 'mcp__codex__ask_question');
      await new Promise((resolve) => setTimeout(resolve, restMs));
      say(`supervisor: ${program.join(' ').replaceAll(/\S*\/worker\//g, '')}`, await pssMb(worker.pid));
      worker.send({ type: 'stop', id: 'stop', reason: 'measured' });
      await worker.exited;
    } finally {
      worker.kill('SIGKILL');
      await stage.close();
    }
  }
}
