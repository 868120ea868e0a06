import type { RememberedValuesView } from '@claude-codex/contracts';
import { request } from './client.ts';

export const listRememberedValues = () => request<RememberedValuesView>('GET', '/secrets');
export const forgetRememberedValue = (id: string) => request<unknown>('DELETE', `/secrets/${id}`);
