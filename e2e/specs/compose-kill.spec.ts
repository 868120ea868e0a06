import type { EventView } from '@claude-codex/contracts';
import { SERVICES } from '@claude-codex/contracts/services';
import { beforeAll, expect, it } from 'vitest';
import { type ComposeServer, composeServer } from '../src/compose.ts';
import { runMainFlow } from '../src/main-flow.ts';
import type { Person } from '../src/person.ts';

/** In this order, so that those the flow goes through most are killed while it does. */
const FIRST = [
  'event-store',
  'orchestrator',
  'git',
  'agent-manager',
  'postgres',
  'gateway',
  'mcp',
  'nats',
  'egress',
  'projector',
  'valkey',
];
const VICTIMS = [...FIRST, ...SERVICES.filter((name) => !FIRST.includes(name))];
/** Between the steps of the flow. There are more services: the first ones go two at a time. */
const PAUSES = 11;
const ONCE = ['TaskCreated', 'QuestionAsked', 'DependencyProvided', 'PullRequestMerged', 'TaskCompleted'];

let server: ComposeServer;
let person: Person;
beforeAll(async () => {
  server = composeServer();
  person = await server.owner();
});

it('kill -9 of every service, between its steps: the flow still completes, nothing is lost and nothing happens twice', async () => {
  const left = [...VICTIMS];
  let pauses = PAUSES;
  const task = await runMainFlow(person, async (step) => {
    const several = left.length > pauses ? 2 : 1;
    pauses -= 1;
    for (const victim of left.splice(0, several)) {
      const from = performance.now();
      await server.crash(victim);
      console.info(`after "${step}": ${victim} killed, back in ${Math.round(performance.now() - from)} ms`);
    }
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
