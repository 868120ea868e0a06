import type { ThreadLines, ThreadVerdict } from '@claude-codex/contracts';

export const text = {
  none: 'No changes yet',
  noneDetail: 'When the agent hands over its work, the diff appears here, with its commits and checks.',
  files: 'Files',
  viewed: 'Viewed',
  unified: 'Unified',
  split: 'Split',
  whitespace: 'Hide whitespace',
  round: (n: number) => `Round ${n}`,
  roundOf: (agent: string, n: number) => `${agent}, round ${n}`,
  against: 'Compare with',
  base: 'The start',
  previous: 'The previous round',
  imageBefore: 'Before',
  imageAfter: 'After',
  imageNew: 'the file was not there.',
  imageGone: 'the file is deleted.',
  imageLarge: 'too large to be shown here; look at it in a checkout.',
  noPicture: 'No picture could be shown: the content is none that browsers show, or it could not be read.',
  binary: 'Binary file: nothing to show as text.',
  notKept: 'An older version of this server did not keep a diff this large. Look at it in your editor.',
  empty: 'No changed lines: only its name changed, or it is empty.',
  noLines: 'No changed lines:',
  before: (lines: number) => `Show the ${lines.toLocaleString('en')} lines before`,
  after: (lines: number, all: number) =>
    `Show the next ${lines.toLocaleString('en')} of ${all.toLocaleString('en')} lines`,
  beyond: 'Folded, because the change is very large',
  reading: 'These lines are being read',
  readingFiles: (done: number, all: number) => `Reading the files: ${done} of ${all}`,
  long: (kilobytes: number) => `Show all of this line (${kilobytes.toLocaleString('en')} KB)`,
  longMore: (kilobytes: number) => `Show more of this line (${kilobytes.toLocaleString('en')} KB left)`,
  noNewline: 'no newline at end of file',
  noNewlineDetail: 'The file ends here without a line feed.',
  misleading: 'Hidden characters',
  misleadingDetail: 'Characters that cannot be seen, or that look like others, are in its name or in added lines.',
  misleadingFiles: (count: number) =>
    count === 1 ? '1 file with hidden characters' : `${count} files with hidden characters`,
  onlyWhitespace: 'Only whitespace changed.',
  comment: 'Comment',
  commentOn: (start: number, end: number) =>
    start === end ? `Comment on line ${start}` : `Comment on lines ${start}–${end}`,
  save: 'Save comment',
  cancel: 'Cancel',
  edit: 'Edit',
  remove: 'Delete',
  placeholder: 'What should be different here? Use ```suggestion for exact lines.',
  unchanged: (count: number) => (count === 1 ? '1 unchanged line' : `${count} unchanged lines`),
  comments: (count: number) => (count === 1 ? '1 comment' : `${count} comments`),
  viewedCount: (done: number, all: number) => `${done} of ${all} viewed`,
  goOn: (path: string, start: number, end: number) =>
    `Go on with your comment on ${path}, ${start === end ? `line ${start}` : `lines ${start}–${end}`}`,
  reply: 'Reply',
  goOnReply: 'Go on with your reply',
  replyPlaceholder: 'What else is there to say about these lines?',
  replies: (count: number) => (count === 1 ? '1 reply' : `${count} replies`),
  resolve: 'Resolve',
  unresolve: 'Unresolve',
  resolvedBy: (name: string) => `Resolved by ${name}`,
  threadBy: (name: string, resolved: boolean) => `${resolved ? 'Resolved thread' : 'Thread'} by ${name}`,
  threadAtForge: (name: string, forge: string) => `Thread by ${name} on ${forge}`,
  onForge: (forge: string) => `On ${forge}`,
  notSent: (detail: string) => `Not sent. ${detail}`,
  sendAgain: 'Send again',
  outdated: 'Outdated',
  outdatedDetail: 'None of these lines is left in this round.',
  touched: 'Changed since',
  touchedDetail: 'These lines were changed after this was said.',
  quote: 'The lines as they were',
  loose: 'About lines that this diff does not show:',
  elsewhere: 'About files that this diff does not show:',
  inRound: (round: number) => `Show it in round ${round}`,
  unresolved: (count: number) => `Unresolved (${count})`,
  unresolvedList: 'Unresolved threads',
  nextThread: 'Next unresolved thread',
  previousThread: 'Previous unresolved thread',
  checkOutput: 'Check output',
  noReview: 'Nothing waits for a decision.',
  viewer: 'Viewers look; editors decide.',
  conflict: (base: string) => `It cannot be merged: ${base} changed in the same places.`,
  conflicts: 'Files in conflict',
  publishFailed: (forge: string, detail: string) => `It could not be opened on ${forge}. ${detail}`,
  mergeFailed: (detail: string) => `It could not be merged. ${detail}`,
} as const;

/** What an agent says with a reply. */
export const VERDICTS: Readonly<Record<ThreadVerdict, { word: string; tone: string }>> = {
  done: { word: 'Done', tone: 'bg-hover text-done' },
  question: { word: 'Question', tone: 'bg-needs-soft text-needs' },
  objection: { word: 'Objection', tone: 'bg-needs-soft text-needs' },
};

/** Removed lines have numbers of their own: of the file as it was. */
export function linesInWords({ side, startLine, endLine }: Omit<ThreadLines, 'path'>): string {
  const removed = side === 'old' ? 'removed ' : '';
  return startLine === endLine ? `${removed}line ${startLine}` : `${removed}lines ${startLine}–${endLine}`;
}

export const STATUS: Readonly<Record<string, { letter: string; word: string; tone: string }>> = {
  added: { letter: 'A', word: 'added', tone: 'text-done' },
  modified: { letter: 'M', word: 'modified', tone: 'text-needs' },
  deleted: { letter: 'D', word: 'deleted', tone: 'text-failed' },
  renamed: { letter: 'R', word: 'renamed', tone: 'text-review' },
  type_changed: { letter: 'T', word: 'type changed', tone: 'text-needs' },
};
