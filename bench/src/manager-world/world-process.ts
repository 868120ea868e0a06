// What a service knows of the log as a process of its own:
// node world-process.ts <postgres url> <data directory> <forgets|remembers|git|orchestrator>
// Says in one line of JSON how long it took to know all of the log, from when its program was loaded.
import { join } from 'node:path';
import { followWorld, worldFile } from '@claude-codex/agent-manager/world/follow-world';
import { RememberingWorld } from '@claude-codex/agent-manager/world/remembering-world.fixture';
import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { type FollowedLog, followLog } from '@claude-codex/eventing';
import { createDirectories } from '@claude-codex/git/directories';
import { followUnfinished } from '@claude-codex/git/unfinished/follow-unfinished';
import { followQuestions } from '@claude-codex/orchestrator/questions/follow-questions';
import { systemClock } from '@claude-codex/service-kit';
import { log, openOurStore, realEvents } from '../eventing/ours.ts';
import { pssMb } from '../first-load/memory.ts';

const [connectionString, root, kind] = process.argv.slice(2);
if (connectionString === undefined || root === undefined) throw new Error('world-process.ts <url> <directory> <kind>');
const { store, close } = openOurStore(connectionString, realEvents());
const loadedMs = performance.now();
const loadedCpu = process.cpuUsage();
const KINDS: Record<string, () => Promise<FollowedLog & { tasks(): number }>> = {
  remembers: async () => remembering(),
  forgets: () => forgetting(root),
  git: async () => ({
    ...followUnfinished({ store, directories: createDirectories(root), clock: systemClock, log }),
    tasks: () => 0,
  }),
  orchestrator: async () => ({
    ...followQuestions({ store, directory: root, clock: systemClock, log }),
    tasks: () => 0,
  }),
};
const world = await KINDS[kind ?? '']?.();
if (world === undefined) throw new Error(`no such kind: ${kind}`);
await world.caughtUp();
const readyMs = performance.now() - loadedMs;
const { user, system } = process.cpuUsage(loadedCpu);
// What was only needed to get there is not what it costs to stand there.
await systemClock.sleep(2_000);
const facts = {
  loadedMs,
  readyMs,
  cpuMs: (user + system) / 1_000,
  pssMb: await pssMb(process.pid),
  tasks: world.tasks(),
};
await world.stop();
await close();
process.stdout.write(`${JSON.stringify(facts)}\n`);

async function forgetting(directory: string) {
  const directories = { root: directory, temporary: join(directory, 'tmp') };
  const keeps = worldFile(directories, log);
  const followed = await followWorld({ store, keeps, clock: systemClock, log, onChange: () => undefined });
  return { ...followed, tasks: () => followed.world.tasks.size };
}

function remembering() {
  const whole = new RememberingWorld();
  const followed = followLog({
    ...{ store, clock: systemClock, log },
    take(events) {
      for (const event of events as readonly RecordedDomainEvent[]) whole.apply(event);
    },
  });
  return { ...followed, tasks: () => whole.tasks.size };
}
