export const text = {
  none: 'No documents yet',
  noneDetail:
    'Plans and other files the agent hands over for review appear here. You can edit them before you approve.',
  absent: (path: string) => `There is no document “${path}” in this task. This is its newest one.`,
  edit: 'Edit',
  save: 'Save new revision',
  cancel: 'Cancel',
  document: 'Document',
  revision: 'Revision',
  newest: 'Newest',
  compare: 'Compare with the one before',
  read: 'Read',
  comment: 'Comment on this part',
  saved: 'Saved. The agent works with your text.',
  overtaken: (who: string) =>
    `${who} saved another revision while you were editing. Saving yours takes its place; theirs stays in the list of revisions.`,
  review: 'Review',
  revisedBy: (name: string) => `edited by ${name}`,
  noReview: 'Approved or not under review: it can be read, not edited.',
  large: 'A text this large is shown as it was written.',
  format: 'Format it',
  moreLines: (left: number) => `Show more (${left.toLocaleString('en')} lines left)`,
} as const;
