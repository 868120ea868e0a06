export const text = {
  none: 'No documents yet',
  noneDetail:
    'Plans and other files the agent hands over for review appear here. You can edit them before you approve.',
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
  review: 'Review',
  revisedBy: (name: string) => `edited by ${name}`,
  noReview: 'Approved or not under review: it can be read, not edited.',
} as const;
