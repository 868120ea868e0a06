import { idOf, type Priority, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { answerText, instanceDecider, questionDecider } from '@claude-codex/domain';
import { DomainError, handleTransaction, type ProcessManager } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Job, JobQueue, JobWorker } from '@claude-codex/service-kit/jobs';
import { z } from 'zod';
import { metaOf } from './commands.ts';
import type { Fleet } from './fleet.ts';
import type { ManagerParts } from './parts.ts';
import { shouldRun } from './start-instance.ts';

export const INSTANCE_QUEUE = 'instances';

const StartData = z.object({ instanceId: z.string(), position: z.number(), asked: z.number() });
const AnswerData = z.object({ questionId: z.string(), position: z.number() });

/** Lower runs first. */
const PRIORITY: Record<Priority, number> = { urgent: 10, high: 50, normal: 100, low: 200 };
/** The tool call that waits for the answer gets it first; after this it goes as a message. */
const ANSWER_DELAY_MS = 2_000;
const ASK_AGAIN_MS = 500;
/** After a loss: 0.5 s, 1 s, 2 s, 4 s. */
const RESTART_MS = 500;

export async function enqueueStart(
  { jobs, world }: Pick<ManagerParts, 'jobs' | 'world'>,
  instanceId: string,
  reason: string,
  { delayMs = 0, asked = 0 }: { delayMs?: number; asked?: number } = {},
): Promise<void> {
  const task = world.tasks.get(world.instances.get(instanceId)?.state.taskId ?? '');
  await jobs.enqueue({
    queue: INSTANCE_QUEUE,
    name: 'start-instance',
    jobId: idFrom('start-instance', instanceId, reason, asked),
    data: { instanceId, position: world.position, asked },
    priority: PRIORITY[task?.priority ?? 'normal'],
    delayMs,
  });
}

/** Turns events about instances into jobs. What a running worker needs is not here: its own manager sees it. */
export function createInstanceProcess(parts: ManagerParts): ProcessManager {
  const { jobs, followed, world } = parts;

  async function handle(event: RecordedDomainEvent): Promise<void> {
    const id = idOf(event.stream);
    switch (event.type) {
      case 'InstanceQueued':
        await followed.reached(event.position);
        return enqueueStart(parts, id, event.eventId);
      case 'InstanceLost': {
        await followed.reached(event.position);
        const losses = world.instances.get(id)?.losses ?? 0;
        return enqueueStart(parts, id, event.eventId, { delayMs: losses === 0 ? 0 : RESTART_MS * 2 ** (losses - 1) });
      }
      case 'MessageSent':
      case 'FeedbackSent':
      case 'InstanceResumed':
        await followed.reached(event.position);
        if (world.instances.get(id)?.state.status === 'lost') await enqueueStart(parts, id, event.eventId);
        return;
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

export function workInstanceJobs(parts: ManagerParts, fleet: Fleet, jobs: JobQueue): JobWorker {
  async function start(data: z.infer<typeof StartData>): Promise<void> {
    await parts.followed.reached(data.position);
    const instance = parts.world.instances.get(data.instanceId);
    if (instance === undefined || !shouldRun(instance)) return;
    if (instance.state.status !== 'queued' && instance.state.status !== 'lost') return;
    if (await fleet.start(data.instanceId)) return;
    // No room here: back into the queue, where a manager with room may take it.
    const reason = `full:${instance.lastEventId}`;
    await enqueueStart(parts, data.instanceId, reason, { delayMs: ASK_AGAIN_MS, asked: data.asked + 1 });
  }

  async function handle({ name, data }: Job): Promise<void> {
    if (name === 'start-instance') await start(StartData.parse(data));
    else if (name === 'deliver-answer') {
      const { questionId, position } = AnswerData.parse(data);
      await parts.followed.reached(position);
      await deliverAnswer(parts, questionId);
    }
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
