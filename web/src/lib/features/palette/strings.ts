export const text = {
  title: 'Search or jump',
  placeholder: 'Search tasks and pages…',
  empty: 'Nothing found.',
  pages: 'Pages',
  actions: 'Actions',
  tasks: 'Tasks',
  newTask: 'New task',
  light: 'Use the light theme',
  dark: 'Use the dark theme',
  system: 'Use the system’s theme',
  shortcuts: 'Keyboard shortcuts',
  signOut: 'Sign out',
} as const;

export const SHORTCUTS = [
  {
    title: 'Everywhere',
    keys: [
      ['⌘K or /', 'Search or jump'],
      ['c', 'New task'],
      ['g then b, a, r, h, s', 'Board, attention, repositories, health, settings'],
      ['?', 'This list'],
    ],
  },
  {
    title: 'Board',
    keys: [
      ['j k or ↑ ↓', 'Next and previous card'],
      ['h l or ← →', 'Column to the left and right'],
      ['Enter', 'Open the task'],
      ['Ctrl or ⌘ + Enter', 'Start the task in the composer'],
    ],
  },
  {
    title: 'Attention',
    keys: [
      ['j k', 'Next and previous item'],
      ['1 – 9', 'Choose an option'],
      ['Enter', 'Send the answer'],
      ['e', 'Open the task'],
    ],
  },
  {
    title: 'Changes',
    keys: [
      ['j k', 'Next and previous file'],
      ['n p', 'Next and previous change'],
      ['t T', 'Next and previous unresolved thread'],
      ['c', 'Comment on the current change'],
      ['v', 'Mark the file as viewed'],
      ['u', 'Unified or split'],
      ['w', 'Hide whitespace changes'],
    ],
  },
] as const;
