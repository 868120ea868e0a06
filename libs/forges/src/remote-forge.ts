import type { HoldCause } from '@claude-codex/contracts/causes';
import type { EventData } from '@claude-codex/contracts/events';
import type { ForgeRules } from '@claude-codex/contracts/repository/forge-rules';
import type { Change, Forge, ForgeRefusal } from './forge.ts';

export type Published = { readonly ok: true } & EventData<'PullRequestPublished'>;

/** A change as it stands at its forge. */
export type Standing = (
  | { readonly state: 'open' }
  | { readonly state: 'closed' }
  /** `mergeSha`: what it became in the base. */
  | { readonly state: 'merged'; readonly mergeSha: string }
) & {
  /** What people call it there, and where it goes. */
  readonly text: EventData<'PullRequestEdited'>;
  /** What the settings of its repository allow; null where that is not said. */
  readonly rules: ForgeRules | null;
  /** Null where that is not for us to see. */
  readonly checks: EventData<'PullRequestChecked'> | null;
  /** Whether it would be merged now; null while the forge has not worked that out. */
  readonly judged: EventData<'PullRequestJudged'> | null;
  /** What people said of it that is not known yet, oldest first. Nothing of our own. */
  readonly reviews: readonly EventData<'PullRequestReviewed'>[];
  readonly comments: readonly EventData<'PullRequestCommented'>[];
  /** Something was said of its lines, whether it is known or not. */
  readonly isDiscussed: boolean;
};

/**
 * A forge that is somewhere else: what is merged there has to be offered there first, and people act on it there too.
 * Every call may be made again at any time: what is there already is found. All of them throw `ForgeAway`.
 */
export interface RemoteForge extends Forge {
  /** The branch is there as it is here, and the change is offered, once for each branch. */
  publish(change: Change): Promise<Published | ForgeRefusal>;
  /** Closes it there. One that is merged stays as it is, and the commit it became is said. */
  withdraw(change: Change): Promise<{ readonly mergeSha: string | null }>;
  /**
   * Says this below a change or an issue, in Markdown: in the one comment of ours there, in place of what it said before.
   */
  say(place: Pick<Change, 'source' | 'number'>, text: string): Promise<void>;
  /** `known`: ids of what people said that is recorded. */
  look(change: Change, known: ReadonlySet<string>): Promise<Standing>;
}

type AwayCause = Extract<HoldCause, 'forge_away' | 'forge_limited' | 'forge_credential_refused'>;

/** Nothing is wrong with what was asked for: the forge cannot be asked now. Work waits and goes on by itself. */
export class ForgeAway extends Error {
  readonly why: AwayCause;
  /** When it takes requests again, in ms since 1970; null when it did not say. */
  readonly retryAt: number | null;

  constructor(why: AwayCause, detail: string, options?: ErrorOptions & { retryAt?: number }) {
    super(detail, options);
    this.name = 'ForgeAway';
    this.why = why;
    this.retryAt = options?.retryAt ?? null;
  }
}

/** Nobody may act there for this workspace any more, and nobody will unless it is connected again. */
export class ForgeGone extends ForgeAway {}
