import type { EventView } from '@claude-codex/contracts';
import { beforeAll, expect, it } from 'vitest';
import { type ComposeServer, composeServer } from '../src/compose.ts';
import { runMainFlow } from '../src/main-flow.ts';
import type { Person } from '../src/person.ts';

/** One for each step of the flow. */
const VICTIMS = [
  'event-store',
  'orchestrator',
  'agent-manager',
  'postgres',
  'gateway',
  'mcp',
  'nats',
  'egress',
  'projector',
  'valkey',
  'github-sync',
  'health-checker',
];
const ONCE = ['TaskCreated', 'QuestionAsked', 'DependencyProvided', 'PullRequestMerged', 'TaskCompleted'];

let server: ComposeServer;
let person: Person;
beforeAll(async () => {
  server = composeServer();
  person = await server.owner();
});

it('kill -9 of every service, one per step: the flow still completes, nothing is lost and nothing happens twice', async () => {
  const left = [...VICTIMS];
  const task = await runMainFlow(person, async (step) => {
    const victim = left.shift();
    if (victim === undefined) return;
    const from = performance.now();
    await server.crash(victim);
    console.info(`after "${step}": ${victim} killed, back in ${Math.round(performance.now() - from)} ms`);
  });
  expect(left).toEqual([]);

  const { events } = await person.api.get<{ events: EventView[] }>(`/api/tasks/${task.id}/events?limit=500`);
  for (const type of ONCE) {
    expect(
      events.filter((event) => event.type === type),
      type,
    ).toHaveLength(1);
  }
}, 900_000);
