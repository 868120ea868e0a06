import type { Hook } from '../state.ts';

/** What goes out, and what its answer says. */
export interface Sent {
  readonly guid: string;
  readonly event: string;
  /** JSON. */
  readonly payload: string;
  readonly target: { readonly type: 'repository' | 'integration'; readonly id: number };
}

export interface Delivery extends Sent {
  readonly id: number;
  readonly hook: Hook;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: Date;
  /** Null: not sent yet. 502: nobody answered, or it was dropped. */
  statusCode: number | null;
  seconds: number;
}
