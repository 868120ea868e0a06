import { plural } from '#lib/format/number.ts';

export const resyncText = {
  start: 'Read everything again',
  what: 'Every open pull request is looked at once, whatever was heard of it.',
  done(done: number, total: number) {
    if (total === 0) return 'No pull request is open there.';
    if (done < total) return `${done} of ${total} looked at…`;
    return `${plural(total, 'pull request was', 'pull requests were')} looked at.`;
  },
  failing: (failing: number) => `${failing} could not be, and will be tried again.`,
  deliveries: 'Webhook deliveries',
} as const;
