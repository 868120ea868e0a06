export const text = {
  label: 'New task',
  placeholder: 'What do you want to work on? First line is the title, the rest describes it.',
  start: 'Start',
  startKeys: 'Ctrl or ⌘ + Enter',
  repository: 'Repository',
  branch: 'Base branch',
  workflow: 'Workflow',
  model: 'Model',
  attempts: 'Parallel attempts',
  attemptsOf: (count: number) => (count === 1 ? '1 attempt' : `${count} attempts`),
  defaultModel: 'Default model',
  noRepository: 'Connect a repository first',
  notReady: 'This repository is not ready yet',
  fromIssue: (number: number, repository: string) => `From issue #${number} of ${repository}`,
  startAnother: 'Start another one',
  startedFrom: (number: number) => `Started from issue #${number}`,
  kept: 'Kept in this browser until the server has it',
  started: (title: string) => `Started “${title}”`,
} as const;

/** Claude Code's own short names; it resolves them to the newest of each. */
export const MODELS = [
  { value: 'opus', label: 'Opus' },
  { value: 'sonnet', label: 'Sonnet' },
  { value: 'haiku', label: 'Haiku' },
] as const;

/** Shown until the server's own list has arrived, so that nothing moves. */
export const BUILT_IN_WORKFLOWS = [{ name: 'plan-design-develop', title: 'Plan, design, develop' }] as const;

/** One agent, or several beside each other, one of whose work is kept. */
export const ATTEMPTS = [1, 2, 3, 4, 5, 6, 7, 8].map((count) => ({
  value: String(count),
  label: text.attemptsOf(count),
}));
