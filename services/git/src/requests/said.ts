import type { EventStore } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { isDiskFull } from '@claude-codex/service-kit/disk-full';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Directories } from '../directories.ts';
import { BundleInvalid } from '../mirrors/bundle-header.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import type { SourceSettings } from '../sources/source-access.ts';
import { SourceUnavailable } from '../sources/source-refusal.ts';
import type { GivenPacks } from './given-packs.ts';

export interface RequestParts {
  readonly bus: Bus;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly mirrors: Mirrors;
  readonly packs: GivenPacks;
  readonly directories: Directories;
  readonly sources: SourceSettings;
  readonly bundleMaxBytes: number;
  readonly log: Logger;
}

/** Our refusals cross the bus with their sentence: it is for a person, and names no more than that person typed. */
export async function said<Answer>({ log }: Pick<RequestParts, 'log'>, work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SourceUnavailable || error instanceof BundleInvalid) {
      throw new BusRemoteError(error.code, error.message);
    }
    if (isDiskFull(error)) throw new BusRemoteError('DISK_FULL', null);
    log.error({ err: error }, 'a request could not be done');
    throw error;
  }
}
