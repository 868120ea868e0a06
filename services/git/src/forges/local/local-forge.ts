import type { Forge, Wish } from '@claude-codex/forges/forge';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { personSignature, type Signature } from '../../merging/identities.ts';
import { updateFromBase } from '../../merging/update-from-base.ts';
import type { Mirrors } from '../../mirrors/mirrors.ts';
import type { SourceSettings } from '../../sources/source-access.ts';
import { mergePullRequest } from './merge-pull-request.ts';

/** For repositories without a forge: changes are merged in our mirror, and what comes of it is pushed to the source. */
export function createLocalForge(parts: { mirrors: Mirrors; blobs: BlobStore }, settings: SourceSettings): Forge {
  return {
    provider: 'local',
    merge: (change, { strategy, ...wish }) =>
      mergePullRequest(parts.mirrors, settings, { ...change, strategy, author: authorOf(wish) }),
    update: (change, wish) => updateFromBase(parts, { ...change, author: authorOf(wish) }),
  };
}

function authorOf({ personId, at }: Wish): Signature {
  return personSignature(personId, at);
}
