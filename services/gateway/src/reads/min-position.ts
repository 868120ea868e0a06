import { z } from 'zod';
import type { Positions } from './positions.ts';

/** Every read takes it: the position of one's own last command, so that the answer already shows it. */
export const MinPosition = z.object({ min_position: z.coerce.number().int().nonnegative().optional() });

const WAIT_MS = 2_000;

/** Waits up to 2 s for the read models; afterwards the answer is given as it is, and says which position it shows. */
export async function waitFor(positions: Positions, minPosition: number | undefined): Promise<void> {
  if (minPosition !== undefined) await positions.reached(minPosition, WAIT_MS);
}
