import { keptFoldContract } from '@claude-codex/service-kit/kept-fold.contract';
import { createDirectories } from '../directories.ts';
import { followUnfinished } from './follow-unfinished.ts';

keptFoldContract('what git has not finished', {
  file: 'git/unfinished',
  async follow({ root, ...place }) {
    const followed = followUnfinished({ ...place, directories: createDirectories(root), forges: new Set(['local']) });
    const unfinished = await followed.begun;
    return { ...followed, known: () => unfinished.kept() };
  },
});
