import type { CommandsFrom, MergeStrategy } from '@claude-codex/contracts';

const METHOD_WORDS: Readonly<Record<MergeStrategy, string>> = {
  merge: 'a merge commit',
  squash: 'one squashed commit',
  rebase: 'a rebase',
};

export const text = {
  title: 'Repositories',
  lead: 'Agents work on copies of these. Nothing is written back before somebody approves it.',
  connect: 'Connect a repository',
  connectTitle: 'Connect a repository',
  connectGithub: 'Connect GitHub in Settings',
  connectGithubTo: 'to pick from its repositories.',
  find: 'Repository',
  findHint: 'Those the connection reaches, the last pushed to first.',
  finding: 'Asking GitHub…',
  found: (count: number) => (count === 1 ? '1 repository' : `${count} repositories`),
  more: 'There are more: type a part of the name.',
  noneAtAll: 'The connection reaches no repository. Let its token reach some, on GitHub.',
  noneFound: (words: string) => `No repository with “${words}” in its name. The token may not reach it.`,
  private: 'Private',
  archived: 'Archived',
  readOnly: 'Read only',
  readOnlyWhy: 'The token may not push to it.',
  archivedWhy: 'Nothing can be pushed to it.',
  pushed: 'Pushed',
  kindPath: 'Folder on this server',
  kindGit: 'Git address',
  kindSample: 'Sample repository',
  path: 'Path',
  pathHint: 'Absolute path of a git repository on the server’s machine.',
  url: 'Address',
  urlHint: 'https://… or git@host:path. The server must be able to read it.',
  sampleDetail: 'A small Node project that comes with the server, made for trying things out.',
  name: 'Name',
  nameHint: 'Optional; otherwise the name it has there.',
  check: 'Check command',
  checkHint: 'Run after each change in the agent’s checkout, for example npm test. Its exit code is the evidence.',
  requireGreen: 'Merge only when the check passed',
  requireGreenHint: 'Work whose check failed, or that nothing checked, can be approved but not merged.',
  followThrough: 'Failed checks and reviews go back to the agent by themselves',
  followThroughHint:
    'What the checks of a pull request say, and what people who may write there ask for in a review. A person still approves what comes of it.',
  followThroughRounds: 'rounds of a task at most, then somebody decides',
  sendsThreads: 'Threads of reviews stand at the pull request, too',
  sendsThreadsHint:
    'With their replies, and whether they are resolved, for everybody who may read it there. What is said there comes here in any case.',
  forgeRules: 'At its forge',
  methods: (methods: readonly MergeStrategy[]) =>
    methods.length === 0
      ? 'No way of merging is allowed.'
      : `Merged by ${methods.map((one) => METHOD_WORDS[one]).join(', ')}.`,
  branchAfterMerge: (deleted: boolean) =>
    deleted ? 'The branch of what was merged is deleted there.' : 'The branch of what was merged is kept there.',
  forgeRulesHint: 'As its settings there say; they are changed there.',
  issueComment: 'One comment on the issue says how its task stands',
  issueCommentHint:
    'It is changed, never repeated. Questions of agents stand there too, for everybody who may read the issue.',
  commands: 'Commands in comments',
  commandsHint:
    '“/codex start”, “stop”, “answer …” and more, below issues and pull requests, from people who may write there.',
  greenOnly: 'Merges only what is green',
  submit: 'Connect',
  cancel: 'Cancel',
  save: 'Save',
  edit: 'Settings',
  issues: 'Issues',
  baseBranch: 'Base branch',
  baseDefault: (branch: string) => `Default (${branch})`,
  refresh: 'Refresh',
  remove: 'Remove',
  removeAsk: 'Remove it from this workspace? The repository itself is not touched.',
  empty: 'No repository yet',
  emptyDetail: 'Connect a folder on this machine, a git address, or the sample that comes with the server.',
  noCheck: 'No check command: work is not checked by a run',
  pathRule: 'Must be an absolute path, starting with /.',
  urlRule: 'Must be an https:// or ssh:// address, or git@host:path.',
  connected: 'Connecting. It is listed below with its state.',
} as const;

/** Whose commands are taken, the most first. */
export const COMMANDS = [
  ['writers', 'Of everybody who may write to the repository'],
  ['members', 'Of those who stand for a member here'],
  ['nobody', 'Of nobody'],
] as const satisfies readonly (readonly [CommandsFrom, string])[];

export const STATUS = {
  connecting: { word: 'Connecting', icon: 'working', tone: 'text-working' },
  ready: { word: 'Ready', icon: 'checkCircle', tone: 'text-done' },
  unavailable: { word: 'Unavailable', icon: 'xCircle', tone: 'text-failed' },
  removed: { word: 'Removed', icon: 'slash', tone: 'text-muted' },
} as const;
