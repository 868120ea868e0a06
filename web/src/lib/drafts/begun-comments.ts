import type { Drafts } from './drafts.ts';
import { places } from './places.ts';

export interface BegunComment {
  readonly path: string;
  readonly side: 'old' | 'new';
  readonly startLine: number;
  readonly endLine: number;
}

/** Comments on a review that somebody began in this browser and did not save, the newest first. */
export function begunComments(reviewId: string, drafts: Drafts): BegunComment[] {
  const prefix = places.commentsOf(reviewId);
  return drafts.under(prefix).flatMap((place) => {
    const [, path, side, startLine, endLine] = /^(.*):(old|new):(\d+)-(\d+)$/s.exec(place.slice(prefix.length)) ?? [];
    if (path === undefined || (side !== 'old' && side !== 'new')) return [];
    return [{ path, side, startLine: Number(startLine), endLine: Number(endLine) }];
  });
}
