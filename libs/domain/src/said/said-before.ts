import { streamOf } from '@claude-codex/contracts/ids';
import type { ApprovedDocument } from '@claude-codex/contracts/instance/events';
import { cutText } from '@claude-codex/contracts/text';
import { loadState } from '@claude-codex/eventing/load-state';
import type { StreamReader } from '@claude-codex/eventing/load-stream';
import { readWholeStream } from '@claude-codex/eventing/whole-stream';
import { dependencyDecider } from '../dependency/index.ts';
import { answerText, questionDecider } from '../question/index.ts';
import { reviewDecider } from '../review/index.ts';
import { type Place, phaseHistory } from './phase-history.ts';
import { saidInReview } from './review-words.ts';
import type { Said } from './said.ts';
import { type WordsToAgent, wordsToAgent } from './words-to-agent.ts';

const MAX_QUESTION = 2_000;

export interface SaidBefore {
  /** Oldest first. */
  readonly said: readonly Said[];
  /** What people wrote in place of the phase's documents, the newest of each path. */
  readonly documents: readonly ApprovedDocument[];
}

export interface Beginner {
  readonly taskId: string;
  readonly phase: string;
  /** The agent that begins: what still waits to be delivered to it is left out. */
  readonly instanceId: string;
}

/**
 * What people said about a phase before an agent begins on it that remembers none of it: a retry, or a session that was
 * lost. Their words are in the streams of those they spoke to, some of which ended with them unheard.
 */
export async function saidBefore(store: StreamReader, { taskId, phase, instanceId }: Beginner): Promise<SaidBefore> {
  const places = phaseHistory(await readWholeStream(store, streamOf('task', taskId)), phase);
  const own = wordsToAgent(await readWholeStream(store, streamOf('instance', instanceId)));
  const said: Said[] = [];
  const documents = new Map<string, string>();
  for (const place of places) {
    if (place.kind === 'review') {
      const review = await loadState(store, streamOf('review', place.id), reviewDecider);
      if (review.status === 'none' || own.waitingReviews.has(place.id)) continue;
      said.push(...saidInReview(review));
      // An agent that worked on from them has them, and may have changed them since.
      if (review.phase !== phase || review.instanceId === instanceId) continue;
      for (const { path, blobId } of review.revised) documents.set(path, blobId);
    } else {
      said.push(...(await saidAt(store, place, { instanceId, own })));
    }
  }
  return { said, documents: [...documents].map(([path, blobId]) => ({ path, blobId })) };
}

async function saidAt(
  store: StreamReader,
  place: Exclude<Place, { kind: 'review' }>,
  { instanceId, own }: { instanceId: string; own: WordsToAgent },
): Promise<Said[]> {
  switch (place.kind) {
    case 'agent': {
      const isOwn = place.id === instanceId;
      const words = isOwn ? own : wordsToAgent(await readWholeStream(store, streamOf('instance', place.id)));
      return words.messages
        .filter(({ position, waits }) => position > place.since && !(isOwn && waits))
        .map(({ text }) => ({ about: 'To the agent at work', text: text.trim() }));
    }
    case 'question': {
      const question = await loadState(store, streamOf('question', place.id), questionDecider);
      if (question.status !== 'answered') return [];
      const { asked, answer, delivered } = question;
      if (asked.instanceId === instanceId && !delivered) return [];
      const about = `Answer to the question "${cutText(asked.question.trim(), MAX_QUESTION)}"`;
      return [{ about, text: answerText(answer) }];
    }
    case 'dependency': {
      const dependency = await loadState(store, streamOf('dependency', place.id), dependencyDecider);
      if (dependency.status !== 'declined') return [];
      const { requested, reason, delivered } = dependency;
      if (requested.instanceId === instanceId && !delivered) return [];
      return [{ about: `The request for ${requested.name} was declined`, text: reason.trim() || 'Go on without it.' }];
    }
    case 'words':
      return [{ about: place.about, text: place.text.trim() }];
  }
}
