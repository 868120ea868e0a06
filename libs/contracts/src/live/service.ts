import type { ServiceView } from '../api/views/service.ts';
import { liveRow } from './live-row.ts';

export const serviceRow = liveRow<ServiceView>({
  kind: 'service',
  table: 'workspace_row',
  seenIn: 'workspace',
  gone: 'service_removed',
});
