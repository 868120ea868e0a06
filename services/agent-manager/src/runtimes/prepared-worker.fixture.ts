import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import type { CheckoutRecord } from '../checkouts/checkout-record.ts';
import type { Fill, Places, WorkerId } from './places.ts';

export const RECORD: CheckoutRecord = { branch: 'codex/1-a1', baseBranch: 'main', baseSha: '0'.repeat(40), epoch: 1 };

/** A worker whose places are as the manager leaves them before a start, and the egress service the directory of its door. */
export async function preparedWorker(
  places: Places,
  {
    instanceId = newId(),
    epoch = 1,
    fill = async () => undefined,
  }: { instanceId?: string; epoch?: number; fill?: Fill } = {},
): Promise<WorkerId> {
  const worker = { instanceId, epoch };
  const own = places.instance(instanceId);
  if (!(await own.prepare())) await own.putCheckout(RECORD, fill);
  await mkdir(dirname(places.door(worker).socketPath), { recursive: true });
  return worker;
}
