export const text = {
  title: 'Start without a sandbox?',
  reads: 'On this server an agent has no sandbox. It can read',
  holds: 'This holds for every agent of the workspace until an owner takes it back in Settings.',
  better: 'Installing bubblewrap or Docker and starting the server again makes it unnecessary.',
  onlyOwner: 'Only an owner of the first workspace of this server can agree to that.',
  agree: 'Agree and start',
  cancel: 'Do not start',
  allowed: 'Agents may start without a sandbox here.',
  notAllowed: 'No agent starts here before an owner agrees to that.',
  allow: 'Agree',
  forbid: 'Take it back',
  agreedBy: 'Agreed by',
} as const;
