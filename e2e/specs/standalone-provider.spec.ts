import type { EventView } from '@claude-codex/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MOODS, type MoodyProvider, startMoodyProvider } from '../src/moody-provider.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

let provider: MoodyProvider;
let server: StandaloneServer;
let person: Person;
beforeAll(async () => {
  provider = await startMoodyProvider();
  server = await startStandalone({ ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'sk-ant-canary-e2e' });
  person = await setUpOwner(server.url, SETUP_TOKEN);
});
afterAll(async () => {
  await server?.remove();
  await provider?.close();
});

it('names what is wrong with the provider, asks for a person where one is needed, and goes on by itself', async () => {
  provider.mood = MOODS.refusesKey;
  const repository = await person.connectSample();
  const taskId = await person.createTask({
    title: 'Greet visitors by the time of day',
    description: 'Greet visitors by the time of day: morning, afternoon and evening.',
    repositoryId: repository.id,
    workflow: 'plan-design-develop',
  });
  const held = (cause: string) =>
    person.waitForTask(taskId, `held back: ${cause}`, (task) => (task.held?.cause === cause ? task : null));

  const refused = await held('model_credential_refused');
  expect(refused.activity).toContain('the model provider refuses its credential (401: invalid x-api-key)');
  const [item] = await person.attention();
  expect(item).toMatchObject({ kind: 'held', taskId, failure: { code: 'MODEL_CREDENTIAL_REFUSED' } });
  expect(item?.failure?.detail).toContain('ANTHROPIC_API_KEY');

  provider.mood = MOODS.signInPage;
  expect((await held('model_address_wrong')).activity).toContain('Please sign in');
  provider.mood = MOODS.overloaded;
  const overloaded = await held('model_overloaded');
  expect(overloaded.held?.needsPerson).toBe(false);
  // Nobody has to do anything about it, so nobody is asked.
  expect(await person.attention()).toEqual([]);

  provider.mood = null;
  await person.openReview(taskId, 'plan', 1);
  const { events } = await person.api.get<{ events: EventView[] }>(`/api/tasks/${taskId}/events?limit=500`);
  const types = new Set(events.map(({ type }) => type));
  for (const type of ['InstanceFailed', 'InstanceLost', 'TaskFailed', 'ErrorReported'])
    expect(types).not.toContain(type);
  expect(JSON.stringify(events)).not.toContain('canary');
}, 300_000);
