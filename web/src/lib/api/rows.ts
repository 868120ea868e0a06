import type { RowsView } from '@claude-codex/contracts';
import { type Fetch, request } from './client.ts';

/** Everything of this kind of row, from which the stream goes on. */
export const listRows = (kind: string, fetch?: Fetch) =>
  request<RowsView>('GET', `/rows/${kind}`, undefined, { fetch });
