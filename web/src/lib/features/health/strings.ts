import type { HealthPart } from '@claude-codex/contracts';
import { count, plural } from '#lib/format/number.ts';
import type { IconName } from '#lib/ui/icons.ts';

const events = (value: number) => `${count(value)} ${value === 1 ? 'event' : 'events'}`;

export const text = {
  title: 'Health',
  checking: 'Checking…',
  works: 'Everything works',
  worksDetail: (parts: number, head: number) =>
    `${plural(parts, 'part')} answer${parts === 1 ? 's' : ''}, and the pages show all ${events(head)} of the log.`,
  notChecked: 'Not everything was checked yet',
  broken: (things: number) => (things === 1 ? 'One thing does not work' : `${things} things do not work`),
  watch: (things: number) =>
    things === 1 ? 'Works, with one thing to watch' : `Works, with ${things} things to watch`,
  lastKnown: (time: string) => `What follows was true at ${time}.`,

  parts: 'Parts',
  partsDetail: 'What this server consists of and depends on. Each is asked every 15 seconds.',
  noParts: 'Nothing was checked yet. The first answers come within a few seconds of the start.',
  unmeasured: 'not measured at the moment',
  lasting: (time: string) => `for ${time}`,
  latency: (ms: number) => (ms < 0.1 ? '<0.1 ms' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`),

  log: 'Event log',
  logDetail: 'Everything that ever happened here, in order. All else is made from it.',
  head: 'Newest event',
  headNone: 'No event yet',
  rate: 'Growing by',
  perSecond: (value: number) => `${value < 10 ? value.toFixed(value < 1 ? 2 : 1) : count(Math.round(value))} events/s`,
  rateQuiet: 'Nothing in the last minute',
  first: 'Recorded since',
  logId: (id: string) => `Id of this log: ${id}`,
  copy: 'Copy in NATS',
  copyNone: 'None: one process needs no copy',
  copyUnknown: 'Not known: the event store does not answer',
  copySame: 'Complete',
  copyBehind: (value: number) => `${events(value)} behind`,

  readModels: 'Read models',
  readModelsDetail: 'What the pages are drawn from. They follow the log and can be made anew from it at any time.',
  processManagers: 'Process managers',
  processManagersDetail: 'What turns events into work: start an agent, refresh a repository, merge a change.',
  managersUnknown: 'Not known: the event store, which keeps their places, does not answer.',
  noManagers: 'None has run yet.',
  at: (position: number) => `at ${count(position)}`,
  caughtUp: '0 events behind',
  behind: (lag: number, age: string) => `${events(lag)}, ${age} behind`,

  stoppedAt: (position: number, type: string) => `Stopped at event ${count(position)}, ${type}, which it cannot take.`,
  stoppedRestored: 'Stopped, because the log was restored from a backup. Rebuild it to go on.',
  stoppedMeans: 'Everything before is shown; what came after waits and is not lost.',
  resume: 'Resume',
  resumed: (name: string) => `${name} tries its event again.`,
  askOwner: 'An owner of the installation can resume it.',
  askOwnerRebuild: 'An owner of the installation can rebuild it.',

  rebuild: 'Rebuild',
  rebuildAsk: (head: number) =>
    `Make it anew from all ${events(head)}? The pages keep working meanwhile, and change over when the new one is ready.`,
  rebuildStart: 'Start rebuild',
  cancel: 'Cancel',
  rebuilding: 'Rebuilding',
  rebuildOf: (position: number, head: number) => `${count(position)} of ${events(head)}`,
  rebuildRate: (perSecond: number) => `${count(Math.round(perSecond))}/s`,
  rebuildLeft: (left: string) => `about ${left} left`,
  rebuildSoon: 'less than a second left',
  rebuildEstimating: 'estimating the time left',
  rebuildLast: 'changing over',
  rebuildStands: 'does not move: is the projector running?',
  rebuildCancel: 'Cancel rebuild',
  rebuildCancelled: (name: string) => `The rebuild of ${name} was cancelled. The pages use it as it was.`,
  rebuildBegun: (name: string) => `${name} is being made anew.`,
  rebuildDone: (name: string) => `${name} was made anew and is in use.`,
} as const;

interface Look {
  readonly word: string;
  readonly icon: IconName;
  readonly tone: string;
}

export const PART_LOOK: Readonly<Record<HealthPart['status'], Look>> = {
  connected: { word: 'Works', icon: 'checkCircle', tone: 'text-done' },
  warning: { word: 'Slow', icon: 'hand', tone: 'text-needs' },
  offline: { word: 'Does not work', icon: 'xCircle', tone: 'text-failed' },
  unknown: { word: 'Not checked', icon: 'clock', tone: 'text-muted' },
};

export const READER_LOOK = {
  current: { word: 'Up to date', icon: 'checkCircle', tone: 'text-done' },
  catchingUp: { word: 'Catching up', icon: 'working', tone: 'text-working' },
  behind: { word: 'Behind', icon: 'hand', tone: 'text-needs' },
  waiting: { word: 'Not running', icon: 'hand', tone: 'text-needs' },
  paused: { word: 'Stopped', icon: 'pause', tone: 'text-failed' },
} as const satisfies Record<string, Look>;

interface Named {
  readonly title: string;
  readonly what: string;
}

/** Readers of the log by the names they have inside; one that is not here is shown by that name. */
export const READERS: Readonly<Record<string, Named>> = {
  tasks: { title: 'Tasks', what: 'Board, task pages, attention, costs, history' },
  workspace: { title: 'Workspace', what: 'Members, repositories, parts of the server' },
  'task-flow': { title: 'Task flow', what: 'Moves each task from phase to phase' },
  repositories: { title: 'Repositories', what: 'Copies and refreshes repositories' },
  merges: { title: 'Merges', what: 'Merges what was approved' },
};

export const titleOf = (name: string) => READERS[name]?.title ?? name;

/** What stops when a part is gone, by the name of the part. */
export const WITHOUT: Readonly<Record<string, string>> = {
  Gateway: 'Pages and programs get no answer.',
  'Event store': 'Nothing can be changed.',
  Projector: 'Pages stop showing what is new.',
  'Agent manager': 'No agent starts, and nobody looks after those that run.',
  Egress: 'Agents do not reach the model or their tools.',
  MCP: 'Agents can ask nothing and report nothing.',
  'GitHub sync': 'What happens on GitHub is not seen.',
  'Health checker': 'Nobody measures; what this page says of the parts may be old.',
  Postgres: 'Nothing can be read or changed.',
  NATS: 'The parts of the server do not hear each other.',
  Redis: 'Work waits in line and is not begun.',
  'Agent runtime': 'No agent can start.',
  'Model provider': 'Agents get no answer from the model.',
};

/** What helps, where it is more than to look at the part itself. */
export const REMEDY: Readonly<Record<string, string>> = {
  'Agent runtime': 'Start Docker on the machine of the agent manager, and build the worker image.',
  'Model provider':
    'Check the network of the egress service, the address of the provider, and the provider’s status page.',
};

export const remedyOf = (part: string, standalone: boolean) => {
  const known = REMEDY[part];
  if (known !== undefined) return known;
  if (standalone) return 'Look at what the server printed, and start it again.';
  // The image behind Redis is Valkey, and its service is named after it.
  const service = part === 'Redis' ? 'valkey' : part.toLowerCase().replaceAll(' ', '-');
  return `See docker compose logs ${service}; docker compose restart ${service} starts it again.`;
};

export const PROBLEM = {
  slow: (name: string) => `${name} answers slowly`,
  slowDo: 'Pages and agents may wait. Look at the load of its machine if it stays.',
  offline: (name: string) => `${name} does not work`,
  stopped: (title: string) => `${title} stopped at an event it cannot take`,
  stoppedRestored: (title: string) => `${title} is of a log that was restored`,
  stoppedDo: 'Read the cause below, put it right (often an update of the server), then press Resume.',
  restoredDo: 'Press Rebuild below: it is made anew from the log that counts now.',
  behind: (title: string, age: string) => `${title} is ${age} behind`,
  behindDo: 'It catches up by itself. If the number grows, look at the load and the log of the projector.',
  idle: (title: string) => `Nobody runs ${title}`,
  idleDo: 'Its events wait. Start an agent manager.',
  buildFailed: (title: string) => `The rebuild of ${title} does not go on`,
  buildFailedDo: 'The old one still serves. It is tried again each second; the cause is below.',
  managersUnknown: 'The event store does not say how far the process managers are',
  managersUnknownDo: 'Look at the event store.',
  unmeasured: 'Nobody measures the parts at the moment',
  unmeasuredDo: 'Start the health checker; what the list says is the last that was known.',
} as const;
