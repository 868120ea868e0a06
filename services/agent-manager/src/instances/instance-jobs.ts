import { idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { answerText, instanceDecider, questionDecider } from '@claude-codex/domain';
import { DomainError, handleTransaction, type ProcessManager } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Job, JobQueue, JobWorker } from '@claude-codex/service-kit/jobs';
import { z } from 'zod';
import { metaOf } from './commands.ts';
import type { ManagerParts } from './parts.ts';

export const INSTANCE_QUEUE = 'instances';

const AnswerData = z.object({ questionId: z.string(), position: z.number() });

/** The tool call that waits for the answer gets it first; after this it goes as a message. */
const ANSWER_DELAY_MS = 2_000;

/** Turns events about instances into jobs. What a running worker needs is not here: its own manager sees it. */
export function createInstanceProcess(parts: ManagerParts): ProcessManager {
  const { jobs } = parts;

  async function handle(event: RecordedDomainEvent): Promise<void> {
    const id = idOf(event.stream);
    switch (event.type) {
      case 'QuestionAnswered':
        return jobs.enqueue({
          queue: INSTANCE_QUEUE,
          name: 'deliver-answer',
          jobId: idFrom(event.eventId, 'deliver-answer'),
          data: { questionId: id, position: event.position },
          delayMs: ANSWER_DELAY_MS,
        });
      default:
        return;
    }
  }

  return { name: 'agent-manager', handle: (event) => handle(event as RecordedDomainEvent) };
}

export function workInstanceJobs(parts: ManagerParts, jobs: JobQueue): JobWorker {
  async function handle({ name, data }: Job): Promise<void> {
    if (name !== 'deliver-answer') return;
    const { questionId, position } = AnswerData.parse(data);
    await parts.followed.reached(position);
    await deliverAnswer(parts, questionId);
  }

  return jobs.work(INSTANCE_QUEUE, handle, {
    concurrency: 8,
    onParked: async ({ id, name, reason }) => parts.log.error({ jobId: id, job: name, reason }, 'a job was given up'),
  });
}

/**
 * Claims an answer that no tool call took and sends it as a message, in one write: the agent hears it exactly once. An
 * answer that was taken, or an instance that ended, refuses.
 */
export async function deliverAnswer(parts: ManagerParts, questionId: string): Promise<void> {
  const question = parts.world.questions.get(questionId);
  if (question === undefined || question.aboutHandOver || question.state.status !== 'answered') return;
  const { asked, answer } = question.state;
  const instance = parts.world.instances.get(asked.instanceId);
  if (instance === undefined) return;
  const text = `Answer to your question "${asked.question}":\n\n${answerText(answer)}`;
  try {
    await handleTransaction(parts.store, {
      commandId: idFrom('deliver-answer', questionId),
      meta: metaOf(instance),
      decide: async (load) => {
        const stream = streamOf('question', questionId);
        const claimed = questionDecider.decide(
          { type: 'ClaimDelivery', via: 'message' },
          (await load(stream, questionDecider)).state,
        );
        const target = streamOf('instance', instance.id);
        const message = {
          type: 'SendMessage' as const,
          messageId: idFrom('answer', questionId),
          text,
          interrupt: false,
        };
        const sent = instanceDecider.decide(message, (await load(target, instanceDecider)).state);
        return [
          { stream, events: claimed },
          { stream: target, events: sent },
        ];
      },
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    parts.log.debug({ questionId, code: error.code }, 'the answer was delivered another way');
  }
}
