import { join } from 'node:path';
import { EVENT_TYPES, type RepositorySource, streamOf } from '@claude-codex/contracts';
import { repositoryDecider } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry, handleCommand } from '@claude-codex/eventing';
import { createDirectories as createGitDirectories, makePrivate } from '@claude-codex/git/directories';
import { localSources } from '@claude-codex/git/mirrors/git-fixture';
import { createMirrors } from '@claude-codex/git/mirrors/mirrors';
import { createGivenPacks } from '@claude-codex/git/requests/given-packs';
import { packFor } from '@claude-codex/git/requests/pack';
import { startPoint } from '@claude-codex/git/requests/start-point';
import { takeIn } from '@claude-codex/git/requests/take-in';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { newId } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import type { GitService } from '../git-service/git-service.ts';
import type { Directories } from './directories.ts';
import { createHostObjects } from './host-objects.ts';

/** The git service without a bus between, on the same disk: what it answers is the real thing. */
export async function gitHere(root: string, directories: Directories) {
  const own = createGitDirectories(directories.root);
  await makePrivate(own);
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const sources = localSources(own);
  const mirrors = createMirrors(own, sources);
  const packs = createGivenPacks(own.packs, blobs);
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const parts = {
    store,
    mirrors,
    blobs,
    packs,
    directories: own,
    bundleMaxBytes: 1e8,
    log: createLogger({ service: 'git', level: 'silent' }),
  };
  const git: GitService = {
    startPoint: (request) => startPoint(parts, request),
    pack: (request) => packFor(parts, request),
    takeIn: (request) => takeIn(parts, request),
  };
  /** As a person connects it. */
  async function connect(repositoryId: string, source: RepositorySource): Promise<void> {
    const actor = { kind: 'person' as const, id: 'ada' };
    await handleCommand(store, {
      commandId: newId(),
      meta: { actor, causedBy: null, correlationId: newId(), causationId: null, workspaceId: newId() },
      stream: streamOf('repository', repositoryId),
      decider: repositoryDecider,
      command: {
        type: 'ConnectRepository',
        name: 'x',
        source,
        baseBranch: null,
        checkCommand: null,
        requireGreen: false,
      },
    });
  }
  return { connect, git, blobs, mirrors, sources, objects: createHostObjects(directories, git, blobs) };
}
