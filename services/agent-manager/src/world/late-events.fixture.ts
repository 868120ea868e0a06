import { type EventType, idOf, type RecordedDomainEvent, type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { idFrom } from '@claude-codex/service-kit/ids';

type Choose = (bound: number) => number;
type Late = Pick<RecordedEvent, 'stream' | 'type' | 'data'>;

const ENDS_INSTANCE = new Set<EventType>(['InstanceCompleted', 'InstanceFailed', 'InstanceStopped']);

/**
 * A history with what may come late: a cancelled task is started again, a person provides what an ended agent asked for,
 * an ended agent's last words arrive, a merge of a cancelled task fails or ends. Positions and versions are counted anew.
 */
export function withLateEvents(history: readonly RecordedEvent[], choose: Choose): RecordedDomainEvent[] {
  const past: Past = { tasks: new Map(), ended: new Set(), choose, made: 0 };
  const woven: RecordedEvent[] = [];
  for (const event of history as readonly RecordedDomainEvent[]) {
    woven.push(event);
    remember(past, event);
    if (choose(4) > 0) continue;
    for (const late of pickLate(past)) {
      const full = { ...event, ...late } as RecordedDomainEvent;
      woven.push(full);
      remember(past, full);
    }
  }
  return numbered(woven) as RecordedDomainEvent[];
}

interface PastTask {
  readonly id: string;
  readonly workspaceId: string;
  status: 'open' | 'failed' | 'cancelled' | 'over';
  readonly first: Map<EventType, Late>;
  readonly streams: Map<string, Late>;
}

interface Past {
  readonly tasks: Map<string, PastTask>;
  readonly ended: Set<string>;
  readonly choose: Choose;
  made: number;
}

function remember({ tasks, ended }: Past, event: RecordedDomainEvent): void {
  const { stream, type, data } = event;
  if (ENDS_INSTANCE.has(type)) ended.add(stream);
  const taskId = taskNamedBy(event);
  if (taskId === null || stream.startsWith('counter-')) return;
  const { workspaceId } = event.meta;
  const task = tasks.get(taskId) ?? { id: taskId, workspaceId, status: 'open', first: new Map(), streams: new Map() };
  tasks.set(taskId, task);
  if (!task.first.has(type)) task.first.set(type, { stream, type, data });
  if (!task.streams.has(stream)) task.streams.set(stream, { stream, type, data });
  if (type === 'TaskFailed') task.status = 'failed';
  if (type === 'TaskCancelled') task.status = 'cancelled';
  if (type === 'TaskRetried' || type === 'TaskResumed') task.status = 'open';
  if (type === 'TaskCompleted' || type === 'TaskDeleted') task.status = 'over';
}

/** Of any task, in whatever state it is: a world must not need to be told only what makes sense. */
function pickLate(past: Past): Late[] {
  const { choose, tasks } = past;
  const all = [...tasks.values()];
  const task = all[choose(all.length)];
  if (task === undefined) return [];
  const streams = [...task.streams.values()];
  const one = streams[choose(streams.length)];
  switch (choose(4)) {
    case 0:
      return task.status === 'failed' || task.status === 'cancelled' ? startAgain(past, task) : [];
    case 1:
      return askLate(past, task);
    default:
      return one === undefined ? [] : lateIn(past, one);
  }
}

function startAgain(past: Past, task: PastTask): Late[] {
  const stream = streamOf('task', task.id);
  if (task.status === 'cancelled' && past.choose(3) === 0) return [{ stream, type: 'TaskResumed', data: {} }];
  const retried: Late = { stream, type: 'TaskRetried', data: {} };
  const started = task.first.get('AttemptStarted');
  const queued = task.first.get('InstanceQueued');
  if (started === undefined || queued === undefined || past.choose(4) === 0) return [retried];
  past.made += 1;
  const instanceId = idFrom('again', past.made);
  return [
    retried,
    { ...started, data: { ...(started.data as object), instanceId } },
    { ...queued, stream: streamOf('instance', instanceId) },
  ];
}

function askLate(past: Past, { first }: PastTask): Late[] {
  const asked = first.get(past.choose(2) === 0 ? 'DependencyRequested' : 'QuestionAsked');
  if (asked === undefined) return [];
  past.made += 1;
  const id = idFrom('late', past.made);
  return [{ ...asked, stream: streamOf(asked.type === 'QuestionAsked' ? 'question' : 'dependency', id) }];
}

function lateIn({ ended, choose }: Past, { stream }: Late): Late[] {
  const pick = (...types: [type: EventType, data: object][]): Late[] => {
    const found = types[choose(types.length)];
    return found === undefined ? [] : [{ stream, type: found[0], data: found[1] }];
  };
  switch (stream.slice(0, stream.indexOf('-'))) {
    case 'instance':
      return ended.has(stream) ? pick(['ErrorReported', { errorType: 'late', message: 'Its last words.' }]) : [];
    case 'dependency':
      return pick(
        ['DependencyProvided', { secretId: idFrom('secret', idOf(stream)), remember: 'task' }],
        ['DependencyDeclined', { reason: 'no' }],
        ['DependencyValueLost', { secretId: idFrom('secret', idOf(stream)) }],
      );
    case 'pullrequest':
      return pick(
        ['PullRequestMergeRequested', { strategy: 'squash' }],
        ['PullRequestMergeFailed', { code: 'CONFLICT', detail: '', conflicts: [] }],
        ['PullRequestClosed', { reason: 'late', atForge: 'closed' }],
        ['PullRequestReopened', { why: null }],
      );
    case 'review':
      return pick(['ReviewWithdrawn', { reason: 'late' }]);
    default:
      return [];
  }
}

function numbered(events: readonly RecordedEvent[]): RecordedEvent[] {
  const versions = new Map<string, number>();
  return events.map((event, index) => {
    const version = (versions.get(event.stream) ?? 0) + 1;
    versions.set(event.stream, version);
    return { ...event, position: index + 1, version, eventId: idFrom('event', index) };
  });
}
