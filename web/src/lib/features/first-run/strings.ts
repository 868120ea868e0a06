export const text = {
  title: 'Start with a first task',
  lead: 'Connect a repository, and an agent works on a copy of it: it plans, asks what it needs to know, writes the change, and waits for your review. Nothing reaches your branch before you merge.',
  sample: 'Try it on the sample repository',
  sampleDetail:
    'A small Node project that comes with the server. Connects it and starts a first task; no key and no account needed.',
  sampleButton: 'Try the sample',
  sampleConnecting: 'Connecting the sample repository…',
  sampleStarting: 'Starting the first task…',
  sampleUnavailable: 'The sample repository could not be prepared',
  own: 'Connect yours',
  ownDetail: 'A folder on the server’s machine or a git address.',
  ownButton: 'Connect a repository',
  viewer: 'Nothing here yet. An owner of this workspace can connect a repository; then the first task can start.',
  scripted: (label: string) =>
    `Agents are answered by the ${label.toLowerCase()}: its words are prepared, the tool calls are real.`,
  steps: ['Connect a repository', 'Start a task', 'Approve a plan', 'Merge a change'],
  dismiss: 'Hide these steps',
} as const;
