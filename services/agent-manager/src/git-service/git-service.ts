import {
  PackAnswer,
  type PackRequest,
  StartPoint,
  type StartPointRequest,
  subjects,
  TakeInAnswer,
  type TakeInRequest,
} from '@claude-codex/contracts';
import { type Bus, BusNoResponder, BusRemoteError, BusTimeout } from '@claude-codex/service-kit/bus';
import { requestWork, WorkTakesLong } from '@claude-codex/service-kit/bus-work';
import type { z } from 'zod';

/** The service that reaches repositories. This one never does: it gets commits from there and gives bundles back. */
export interface GitService {
  /** The commits a checkout is made from. */
  startPoint(request: StartPointRequest): Promise<StartPoint>;
  /** Commits as a pack in the blob store. */
  pack(request: PackRequest): Promise<PackAnswer>;
  /** Makes a bundle the branch of its instance, and compares it. Doing it again changes nothing. */
  takeIn(request: TakeInRequest): Promise<TakeInAnswer>;
}

/** It refused, and says why in a sentence for a person; `code` is one of a repository's refusals, or of a bundle's. */
export class GitRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GitRefused';
    this.code = code;
  }
}

/** Nobody answers there. What was asked for may be under way all the same. */
export class GitAway extends Error {
  constructor(options?: ErrorOptions) {
    super('the git service does not answer', options);
    this.name = 'GitAway';
  }
}

/** A source that hangs must not hold a place for long: the fetch goes on, and the next try finds what it brought. */
const SOURCE_PATIENCE_MS = 30_000;
/** A large repository for the first time; a large change to compare. */
const LONG_MS = 30 * 60_000;

export function createGitService(bus: Bus): GitService {
  async function ask<Schema extends z.ZodType>(subject: string, body: unknown, schema: Schema, deadlineMs: number) {
    try {
      return await requestWork(bus, subject, body, schema, { deadlineMs });
    } catch (error) {
      if (error instanceof BusNoResponder || error instanceof BusTimeout) throw new GitAway({ cause: error });
      if (error instanceof WorkTakesLong) {
        throw new GitRefused('SOURCE_SLOW', 'The repository takes long to answer.', { cause: error });
      }
      if (!(error instanceof BusRemoteError)) throw error;
      const sentence =
        typeof error.detail === 'string' ? error.detail : `The git service could not do it: ${error.code}.`;
      throw new GitRefused(error.code, sentence, { cause: error });
    }
  }
  return {
    startPoint: (request) => ask(subjects.git.startPoint, request, StartPoint, SOURCE_PATIENCE_MS),
    pack: (request) => ask(subjects.git.pack, request, PackAnswer, LONG_MS),
    takeIn: (request) => ask(subjects.git.takeIn, request, TakeInAnswer, LONG_MS),
  };
}
