import { execFileSync } from 'node:child_process';
import type { EventView } from '@claude-codex/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runMainFlow } from '../src/main-flow.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

let server: StandaloneServer;
let person: Person;
beforeAll(async () => {
  server = await startStandalone();
  person = await setUpOwner(server.url, SETUP_TOKEN);
});
afterAll(() => server?.remove());

const ONCE = [
  'TaskCreated',
  'TaskStarted',
  'QuestionAsked',
  'QuestionAnswered',
  'AnswerDelivered',
  'DependencyProvided',
  'PullRequestOpened',
  'PullRequestMerged',
  'TaskCompleted',
];

it('kill -9 at every step: the flow still completes, nothing is lost and nothing happens twice', async () => {
  let kills = 0;
  const from = performance.now();
  const task = await runMainFlow(person, async (step) => {
    await server.kill();
    kills += 1;
    await server.restart();
    console.info(
      `${Math.round((performance.now() - from) / 1000)} s: killed after "${step}", back in ${Math.round(server.startMs)} ms`,
    );
  });
  expect(kills).toBe(11);

  const { events } = await person.api.get<{ events: EventView[] }>(`/api/tasks/${task.id}/events?limit=500`);
  for (const type of ONCE) {
    expect(
      events.filter((event) => event.type === type),
      type,
    ).toHaveLength(1);
  }
  const delivered = events.filter(({ type }) => type === 'MessageDelivered').map(({ data }) => JSON.stringify(data));
  expect(new Set(delivered).size).toBe(delivered.length);
}, 600_000);

it('ends its agents with itself when its terminal is closed, and they go on at the next start', async () => {
  const repository = await person.connectSample();
  const taskId = await person.createTask({
    title: 'Say what the board shows',
    description: 'Describe the board.',
    repositoryId: repository.id,
    workflow: 'plan-design-develop',
  });
  await person.waitForTask(taskId, 'an agent at work', ({ state }) => state === 'working');
  await server.hangUp();
  expect(processesOf(server.dataDir)).toEqual([]);
  expect(server.output()).toContain('Agents end with the server and go on from where they were at the next start.');
  await server.restart();
  await person.openReview(taskId, 'plan', 1);
}, 180_000);

it('leaves no process behind when it is killed for good', async () => {
  const { pid } = server;
  await server.kill();
  const deadline = Date.now() + 10_000;
  let left = processesOf(server.dataDir);
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    left = processesOf(server.dataDir);
  }
  expect(left, `processes of the server ${pid} after 10 s`).toEqual([]);
});

/** Processes that name the data directory in their command line. */
function processesOf(dataDir: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(dataDir) && !line.includes('ps -eo'));
}
