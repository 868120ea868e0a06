import type { DeliveriesView, DeliveryOutcome, DeliveryRefusal } from '@claude-codex/contracts';
import { count, plural } from '#lib/format/number.ts';

export const text = {
  title: 'Webhook deliveries',
  lead: 'What GitHub told this server, and what became of it. A delivery is only a hint: how things stand is read from GitHub.',
  back: 'Back to the settings',
  onlyOwners: 'An owner of this installation can see them: they hold what came for every workspace.',
  event: 'Event',
  everyEvent: 'Every event',
  outcome: 'What became of it',
  everyOutcome: 'Every outcome',
  repository: 'Repository',
  everyRepository: 'Every repository',
  clear: 'Clear',
  refresh: 'Refresh',
  reading: 'Reading the deliveries…',
  found: (many: number) => (many === 0 ? 'No deliveries' : plural(many, 'delivery', 'deliveries')),
  older: 'Show older ones',
  outcomes: {
    waiting: 'Waiting',
    handled: 'Handled',
    no_effect: 'No effect',
    repeated: 'Repeated',
    failed: 'Failed',
  } satisfies Record<DeliveryOutcome, string>,
  secrets: (signedWith: string) => {
    if (signedWith === 'environment') return 'Signed with the secret of the environment';
    if (signedWith === 'environment_previous') return 'Signed with the secret from before it was replaced';
    if (signedWith === 'api') return 'Never came; read from GitHub’s own list';
    return `Signed with the secret of the app ${signedWith.replace(/^app:/, '')}`;
  },
  never: 'never came',
  byNobody: 'GitHub',
  refused: (refused: DeliveriesView['refused']) =>
    `Refused: ${refused.map(({ reason, count: many }) => `${count(many)} ${reasons[reason]}`).join(' · ')}`,
  refusedWhy: 'Nothing is kept of what is refused.',
  keeps: ({ days, count: many }: DeliveriesView['keeps']) => `Kept for ${plural(days, 'day')}, ${count(many)} at most.`,
  none: 'Nothing was delivered yet',
  noneDetail:
    'Everything works without webhooks: open pull requests are looked at every minute. With them, news arrive at once.',
  wayApp: 'Make a GitHub App',
  wayAppDetail: 'It brings its webhook along where GitHub can reach the address of this server.',
  wayHook: (address: string) =>
    `Or add a webhook to a repository on GitHub: payload address ${address}, and as its secret what this server has in GITHUB_WEBHOOK_SECRET.`,
  nothing: 'No delivery is like that',
  nothingDetail: 'Choose another event, outcome or repository.',
  gone: 'It was removed by now, or there never was one.',
  id: 'Delivery',
  sender: 'By',
  received: 'Received',
  size: 'Size',
  hash: 'SHA-256',
  signature: 'Signature',
  handled: 'Handled',
  atOnce: 'When it came',
  replayedBy: (name: string) => `Again, for ${name}`,
  tries: (tries: number) => (tries > 1 ? `${tries} tries` : ''),
  concerns: 'Concerns',
  pullRequest: (number: number | null) => (number === null ? 'Pull request' : `Pull request #${number}`),
  replay: 'Replay',
  replayWhat: 'What it is about is read from GitHub once more. Nothing can happen twice.',
  notHandedOver: 'The part of the server that speaks to GitHub does not answer. It goes on when it is back.',
  payload: 'Payload',
  noPayload: 'It was too large to be kept.',
  firstOne: 'The first with this body',
  copy: 'Copy',
  copied: 'Copied',
} as const;

const reasons: Record<DeliveryRefusal, string> = {
  signature: 'with a wrong signature',
  not_json: 'that were not JSON',
  too_large: 'too large',
  not_set_up: 'while webhooks were not set up',
  not_ready: 'while nothing could be stored',
  too_many: 'too many at once',
};
