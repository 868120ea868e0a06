export const text = {
  title: 'Board',
  board: 'Board',
  list: 'List',
  filter: 'Filter tasks',
  allRepositories: 'All repositories',
  anyone: 'Anyone',
  mine: 'Started by me',
  clear: 'Clear filters',
  nothing: 'No task matches these filters.',
  nothingDetail: 'Change or clear them to see the rest.',
  more: 'Load more tasks',
  view: 'View',
} as const;
