import { createHash } from 'node:crypto';
import { type ArrivedDelivery, MAX_KEPT_PAYLOAD } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { z } from 'zod';

/** What every family of deliveries says of itself, where it says it. Only strings: it is shown to people. */
const Told = z.object({
  action: z.string().optional().catch(undefined),
  repository: z.object({ full_name: z.string() }).optional().catch(undefined),
  sender: z.object({ login: z.string() }).optional().catch(undefined),
});
const SHOWN = 200;

export interface SignedBody {
  readonly guid: string;
  readonly event: string;
  readonly signedWith: string;
  /** Of the body as it came. */
  readonly bytes: number;
  /** JSON. */
  readonly text: string;
  /** The same, read. */
  readonly payload: unknown;
}

/** What is written down of a delivery. Of its headers nothing is but its id and event. */
export function describeDelivery(body: SignedBody): Omit<ArrivedDelivery, 'provider'> {
  const { guid, event, signedWith, bytes, text } = body;
  const told = Told.safeParse(body.payload).data;
  return {
    guid: cutText(guid, SHOWN),
    event: cutText(event, SHOWN),
    action: shown(told?.action),
    repository: shown(told?.repository?.full_name),
    sender: shown(told?.sender?.login),
    signedWith,
    bytes,
    bodyHash: createHash('sha256').update(text).digest('hex'),
    payload: text.length > MAX_KEPT_PAYLOAD ? null : text,
  };
}

function shown(text: string | undefined): string | null {
  // The database takes no text with the character zero.
  return text === undefined ? null : cutText(text.replaceAll('\0', ''), SHOWN);
}
