import { Refusal } from '../refusal.ts';

/** What goes wrong with the next requests that fit. */
export interface Fault {
  readonly match?: {
    readonly method?: string;
    /** Below the API's address, or of git: `/repos/o/n/pulls`, `/o/n.git/git-receive-pack`. A string has to be equal. */
    readonly path?: string | RegExp;
    /** `pulls/merge`; `git` for git. */
    readonly operation?: string;
  };
  /** How many requests; 1. */
  readonly times?: number;
  readonly effect: Effect;
}

export type Effect =
  | { readonly kind: 'status'; readonly status: number; readonly message?: string }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is cut before anything was done. */
  | { readonly kind: 'hang-up' }
  /** Everything is done, and the connection is cut instead of the answer. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'secondary-limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'primary-limit'; readonly resetInSeconds: number };

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly operation: string | null;
}

export class Faults {
  #waiting: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The effect that a request meets, which is used up by it; null: none. */
  take(asked: Asked): Effect | null {
    const hit = this.#waiting.find(({ fault }) => fits(fault, asked));
    if (hit === undefined) return null;
    hit.left -= 1;
    if (hit.left <= 0) this.#waiting = this.#waiting.filter((one) => one !== hit);
    return hit.fault.effect;
  }
}

function fits({ match = {} }: Fault, { method, path, operation }: Asked): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (match.operation !== undefined && match.operation !== operation) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string' ? match.path === path : match.path.test(path);
}

/** GitHub's words for an effect that is an answer; null for the others. */
export function refusalOf(effect: Effect): Refusal | null {
  switch (effect.kind) {
    case 'status':
      return new Refusal(effect.status, effect.message ?? 'Server Error');
    case 'secondary-limit':
      return new Refusal(
        403,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        { headers: { 'retry-after': String(effect.retryAfterSeconds) } },
      );
    case 'primary-limit':
      return new Refusal(403, 'API rate limit exceeded', {
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + effect.resetInSeconds),
        },
      });
    default:
      return null;
  }
}
