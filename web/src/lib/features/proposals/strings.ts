const issues = (count: number) => `${count} ${count === 1 ? 'issue' : 'issues'}`;

export const text = {
  title: 'Proposed issues',
  lead: (count: number, forge: string) => `The agent would like to have ${issues(count)} opened on ${forge}.`,
  choose: (title: string) => `Open “${title}”`,
  after: (places: readonly number[]) => `after ${places.map((nth) => nth + 1).join(', ')}`,
  read: 'Text',
  readOf: (title: string) => `Text of “${title}”`,
  open: (count: number) => (count === 0 ? 'Open none' : `Open ${issues(count)}`),
  decline: 'Decline',
  declineReason: 'Why not? (may be left empty)',
  declineSend: 'Decline all',
  back: 'Back',
  opening: 'Being opened…',
  leftOut: 'Not chosen',
  again: 'Try again',
  leave: 'Leave it',
  refused: 'Not opened',
  declined: 'Declined',
  viewer: 'Viewers cannot decide. Ask an editor.',
} as const;
