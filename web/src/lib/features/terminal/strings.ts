export const text = {
  none: 'No terminal yet',
  noneDetail: 'Each agent has a terminal in its own checkout. It opens when the agent has started.',
  connecting: 'Connecting…',
  lost: 'Connection lost. Reconnecting…',
  readOnly: 'You are watching. Editors can type.',
  ended: 'The terminal has ended',
  endedDetail: 'It closed with its agent. What the agent did is under Activity.',
  unavailable: 'The terminal is not available',
  again: 'Connect again',
  attached: 'Attached',
  keys: 'Terminal keys',
} as const;
