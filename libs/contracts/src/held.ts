import type { TaskCard } from './api/views/card.ts';
import type { HoldCause } from './causes.ts';

/** Asked again all the time, so that nobody has to say that it was put right. */
const GOES_ON_ITSELF = 'It is asked again every few seconds; work goes on by itself.';

/** What a person can do about it. Everything but a mistake of ours goes on by itself once the cause is gone. */
const REMEDY: Readonly<Record<HoldCause, string>> = {
  egress_away: 'Start the egress service again; work goes on by itself.',
  engine_away: 'Start the container engine again; work goes on by itself.',
  disk_full: 'Free some space on that disk; work goes on by itself.',
  source_away: 'See that the repository can be reached; work goes on by itself.',
  git_away: 'Start the git service again; work goes on by itself.',
  start_failed: 'See the log of the agent manager; it is tried again until it starts.',
  repository_copying: 'Nothing has to be done: it starts by itself as soon as the copy is there.',
  no_room: 'It starts by itself as soon as an agent has finished.',
  places_kept: 'Answer or review what waits, or allow each manager more agents with CODEX_MAX_AGENTS.',
  collection_failed:
    'Tell the agent what to change, or cancel the task; taking the work in is tried again until it succeeds.',
  forge_away: 'Nothing has to be done: it is asked again until it answers.',
  forge_limited: 'Nothing has to be done: it goes on when the limit ends.',
  forge_rules: 'It is merged as soon as that is there. Until then the wish can be taken back.',
  forge_failing: 'See the log of github-sync; it is tried again until it succeeds.',
  forge_credential_refused: `Connect it again, in Settings. ${GOES_ON_ITSELF}`,
  model_credential_refused: `Set another ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN and start the server again. ${GOES_ON_ITSELF}`,
  model_no_credit: `Add credit to the account at the provider, or set another credential. ${GOES_ON_ITSELF}`,
  model_not_allowed: `Let this credential use the model, or set another one. ${GOES_ON_ITSELF}`,
  model_unknown: `Cancel the task and start it with another model, or see that ANTHROPIC_BASE_URL knows this one. ${GOES_ON_ITSELF}`,
  model_address_wrong: `Look at ANTHROPIC_BASE_URL and at the proxy settings. ${GOES_ON_ITSELF}`,
  model_limit: 'Nothing has to be done: work goes on when the limit ends.',
  model_overloaded: 'Nothing has to be done: the provider is asked again until it answers.',
  model_failing: 'Nothing has to be done: the provider is asked again until it answers.',
  model_unreachable: `See that the server reaches the provider. ${GOES_ON_ITSELF}`,
  model_silent: `See whether the provider has an outage. ${GOES_ON_ITSELF}`,
  no_next_step: 'Cancel the task and retry it, and send us the output of npm run doctor.',
};

/** Why work waits and what can be done, as sentences that stand alone: what is stored follows "Waits:". */
export function heldWords({ cause, detail }: { cause: HoldCause; detail: string }): string {
  const words = detail.trim();
  const end = /[.!?…]$/.test(words) ? '' : '.';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${end} ${REMEDY[cause]}`;
}

/** In these nobody decides: what does not go on is kept by something. */
const GOES_ON: ReadonlySet<TaskCard['state']> = new Set(['queued', 'working', 'merging']);

/** What keeps a task's work waiting now; null while it goes on, or when the task waits for a decision instead. */
export function heldBack({ state, held }: Pick<TaskCard, 'state' | 'held'>): TaskCard['held'] {
  return GOES_ON.has(state) ? held : null;
}
