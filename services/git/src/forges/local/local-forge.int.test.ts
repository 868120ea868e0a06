import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ForgeHouse, forgeContract } from '@claude-codex/forges/forge.contract';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { newId } from '@claude-codex/service-kit/ids';
import { createDirectories } from '../../directories.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from '../../mirrors/git-fixture.ts';
import { createMirrors } from '../../mirrors/mirrors.ts';
import { createLocalForge } from './local-forge.ts';

const BRANCH = 'codex/1-a1';

async function house(): Promise<ForgeHouse> {
  const root = temporaryDirectory();
  const [source, work, repositoryId] = [join(root, 'source'), join(root, 'work'), newId()];
  createRepository(source, { 'same.txt': 'first\n' });
  const directories = createDirectories(join(root, 'data'));
  const settings = localSources(directories, source);
  const mirrors = createMirrors(directories, settings);
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const from = { kind: 'path' as const, path: source };

  const handOver = (files: Record<string, string>) => {
    const headSha = commitFiles(work, files, 'Work');
    git(work, 'push', '--quiet', mirrors.gitDir(repositoryId), `HEAD:refs/heads/${BRANCH}`);
    return headSha;
  };
  return {
    forge: createLocalForge({ mirrors, blobs }, settings),
    async open(files) {
      await mirrors.refresh(repositoryId, from);
      git(root, 'clone', '--quiet', source, work);
      const about = { repositoryId, branch: BRANCH, baseBranch: 'main', title: 'Greet', body: '', draft: false };
      return {
        ...about,
        pullRequestId: newId(),
        taskId: newId(),
        number: null,
        source: from,
        headSha: handOver(files),
      };
    },
    goOn: async (_change, files) => void handOver(files),
    moveBase: async (files) => commitFiles(source, files, 'Meanwhile'),
    async base() {
      const names = git(source, 'ls-tree', '-r', '--name-only', 'main').split('\n');
      const files = Object.fromEntries(names.map((name) => [name, git(source, 'show', `main:${name}`)]));
      const commits = Number(git(source, 'rev-list', '--count', 'main'));
      return { headSha: git(source, 'rev-parse', 'main'), files, commits };
    },
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
}

forgeContract('local', house);
