import { idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { type RepositoryCommand, repositoryDecider } from '@claude-codex/domain';
import { DomainError, type EventStore, handleCommand, loadState, type ProcessManager } from '@claude-codex/eventing';
import { metaFollowing } from '@claude-codex/forges/carry-out';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { JobQueue, JobRequest, JobWorker } from '@claude-codex/service-kit/jobs';
import type { Logger } from '@claude-codex/service-kit/log';
import { z } from 'zod';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { SourceUnavailable } from '../sources/source-access.ts';

const QUEUE = 'repositories';
const MirrorData = z.object({ repositoryId: z.string(), version: z.number() });

/** A repository that was connected, changed its address or should be read again gets a job. */
export function createRepositoryProcess({ jobs }: { jobs: JobQueue }): ProcessManager {
  return {
    name: 'repositories',
    async handle(event) {
      const request = mirrorRequest(event);
      if (request !== null) await jobs.enqueue(request);
    },
  };
}

/** What an event asks for: the same job each time, because its id comes from the event. */
export function mirrorRequest(event: RecordedDomainEvent): JobRequest | null {
  const wanted =
    event.type === 'RepositoryConnected' ||
    event.type === 'RepositoryRefreshRequested' ||
    event.type === 'RepositoryRemoved';
  if (!wanted) return null;
  return {
    queue: QUEUE,
    name: event.type === 'RepositoryRemoved' ? 'remove-mirror' : 'mirror-repository',
    jobId: idFrom(event.eventId, 'mirror'),
    data: { repositoryId: idOf(event.stream), version: event.version },
    attempts: 3,
  };
}

interface Parts {
  readonly store: EventStore;
  readonly mirrors: Mirrors;
  readonly log: Logger;
}

export function workRepositoryJobs(parts: Parts, jobs: JobQueue): JobWorker {
  return jobs.work(
    QUEUE,
    async ({ name, data }) => {
      const { repositoryId, version } = MirrorData.parse(data);
      if (name === 'remove-mirror') await parts.mirrors.remove(repositoryId);
      else await mirrorRepository(parts, repositoryId, version);
    },
    {
      concurrency: 2,
      onParked: async ({ data, reason }) => {
        const { repositoryId, version } = MirrorData.parse(data);
        parts.log.error({ repositoryId, reason }, 'a repository could not be mirrored');
        const detail = 'The repository could not be read because of a fault on our side; see the server log.';
        await record(parts, repositoryId, version, { type: 'RecordUnavailable', code: 'INTERNAL', detail });
      },
    },
  );
}

/** Reads the source into the mirror and says in an event what is there, or why it could not be read. */
async function mirrorRepository(parts: Parts, repositoryId: string, version: number): Promise<void> {
  const state = await loadState(parts.store, streamOf('repository', repositoryId), repositoryDecider);
  if (state.status !== 'connected') return;
  try {
    const mirror = await parts.mirrors.refresh(repositoryId, state.source);
    await record(parts, repositoryId, version, { type: 'RecordMirror', ...mirror });
  } catch (error) {
    const refused = error instanceof SourceUnavailable || error instanceof DomainError;
    if (!refused) throw error;
    const detail = error instanceof DomainError ? 'The address is not allowed.' : error.message;
    await record(parts, repositoryId, version, { type: 'RecordUnavailable', code: error.code, detail });
  }
}

async function record(
  { store, log }: Parts,
  repositoryId: string,
  version: number,
  command: RepositoryCommand,
): Promise<void> {
  const stream = streamOf('repository', repositoryId);
  const [event] = await store.readStream(stream, { fromVersion: version, limit: 1 });
  if (event === undefined) return;
  try {
    await handleCommand(store, {
      commandId: idFrom(event.eventId, command.type),
      meta: metaFollowing(event, 'git'),
      stream,
      decider: repositoryDecider,
      command,
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info({ repositoryId, code: error.code }, 'the repository was removed meanwhile');
  }
}
