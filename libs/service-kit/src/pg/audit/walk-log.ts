import { maskSecrets } from '@claude-codex/eventing';
import type pg from 'pg';
import { linkHash } from '../audit-chain.ts';
import { readEventRows } from '../event-rows.ts';
import type { Finding } from './finding.ts';

const PAGE = 2_000;
const SHOWN = 3;

/**
 * Reads the whole log once: every link of every workspace's hash chain must fit (an event that was changed breaks its
 * own link and all later ones), and no event an agent wrote may hold what looks like a secret (I9).
 */
export async function walkLog(
  db: Pick<pg.ClientBase, 'query'>,
  options: { onProgress?: (position: number) => void } = {},
): Promise<Finding[]> {
  const links = new Map<string, string>();
  const broken: number[] = [];
  const secrets: number[] = [];
  let fromPeople = 0;
  let total = 0;
  const { rows } = await db.query<{ base: number }>('select base_position as base from es.log_identity');
  for (let after = Number(rows[0]?.base ?? 0); ; ) {
    const events = await readEventRows(db, after, PAGE);
    const last = events.at(-1);
    if (last === undefined) break;
    for (const event of events) {
      const { workspaceId, actor } = event.meta;
      const expected = linkHash(links.get(workspaceId) ?? '', event);
      if (expected !== event.hash) broken.push(event.position);
      // Goes on from what is stored, so that one changed event is reported once and not with all that follow.
      links.set(workspaceId, event.hash);
      if (maskSecrets(event.data) !== event.data) {
        if (actor.kind === 'person') fromPeople += 1;
        else secrets.push(event.position);
      }
    }
    total += events.length;
    after = last.position;
    options.onProgress?.(after);
  }
  const heads = await wrongHeads(db, links);
  return [
    {
      id: 'chain',
      title: 'every event fits the hash chain of its workspace',
      ok: broken.length === 0 && heads.length === 0,
      detail:
        broken.length > 0
          ? `${broken.length} changed since they were written: position ${listed(broken)}`
          : heads.length > 0
            ? `the end of the chain differs in workspace ${heads[0]}`
            : `${total} events in ${links.size} workspaces`,
    },
    {
      id: 'I9',
      title: 'no event written by an agent or a service holds a secret',
      ok: secrets.length === 0,
      detail:
        secrets.length > 0
          ? `${secrets.length} look like one: position ${listed(secrets)}`
          : `${total} events${fromPeople > 0 ? `; ${fromPeople} written by people look like one, which is theirs to judge` : ''}`,
    },
  ];
}

async function wrongHeads(db: Pick<pg.ClientBase, 'query'>, links: ReadonlyMap<string, string>): Promise<string[]> {
  const { rows } = await db.query<{ workspace_id: string; hash: Buffer }>(
    'select workspace_id, hash from es.audit_chain',
  );
  return rows.filter((row) => links.get(row.workspace_id) !== row.hash.toString('hex')).map((row) => row.workspace_id);
}

function listed(positions: readonly number[]): string {
  const shown = positions.slice(0, SHOWN).join(', ');
  return positions.length > SHOWN ? `${shown} …` : shown;
}
