import { duration } from '#lib/format/time.ts';

export const text = {
  title: 'Attention',
  empty: 'Nothing needs you',
  emptyDetail: 'Questions, values agents ask for, reviews and failures wait here. Agents go on without you until then.',
  lead: 'Oldest first. Answer here; the agent goes on at once.',
  viewerLead: 'Oldest first. What the editors of this workspace are waited for; you can look at each.',
  viewerEmpty: 'Nobody is waited for',
  ownAnswer: 'Your own answer',
  ownPlaceholder: 'Write an answer…',
  send: 'Send answer',
  sendOwn: 'Send',
  keys: '1–9 choose · Enter sends',
  answered: 'Answered',
  defaultTaken: (seconds: number | null) =>
    seconds === null ? 'system (default)' : `system (default after ${duration(seconds * 1000)})`,
  delivered: 'The agent has it',
  delivering: 'On its way to the agent',
  withdrawn: 'No longer needed',
  default: (answer: string, seconds: number) =>
    `Without an answer, “${answer}” is taken after ${duration(seconds * 1000)}.`,
  value: 'Value',
  valueHint: 'Sealed in this browser before it is sent, stored encrypted, masked in every log.',
  goesTo: (remember: 'task' | 'repository' | 'workspace', name: string) =>
    ({
      task: `Goes into the shell of every agent of this task, as ${name}, and is not kept for others.`,
      repository: `Goes into the shell of this task’s agents. Any later agent in this repository that asks for ${name} gets it too, without a question.`,
      workspace: `Goes into the shell of this task’s agents. Any later agent in any repository of this workspace that asks for ${name} gets it too, without a question.`,
    })[remember],
  takeBack: 'Take it back under Settings, Remembered values.',
  show: 'Show',
  hide: 'Hide',
  remember: 'Keep for',
  rememberTask: 'This task',
  rememberRepository: 'This repository',
  rememberWorkspace: 'This workspace',
  provide: 'Provide value',
  sealing: 'Sealing…',
  decline: 'Decline',
  declineReason: 'Why not? The agent reads this.',
  declineSend: 'Decline with this reason',
  provided: 'Provided',
  fromMemory: 'from the remembered values',
  declined: 'Declined',
  required: 'The agent cannot finish without it.',
  optional: 'Optional: the agent can go on without it.',
  viewer: 'Viewers cannot answer. Ask an editor.',
  openTask: 'Open task',
  retry: 'Retry',
  itsForge: 'its forge',
} as const;

export const CATEGORY: Readonly<Record<string, string>> = {
  business: 'Business question',
  technical: 'Technical question',
  clarification: 'Question',
  permission: 'Asks for permission',
};

export const DEPENDENCY: Readonly<Record<string, string>> = {
  api_key: 'API key',
  env_variable: 'Environment variable',
  service: 'Service',
  file: 'File',
  permission: 'Permission',
};
