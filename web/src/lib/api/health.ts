import type { HealthView, RebuildAccepted } from '@claude-codex/contracts';
import { request } from './client.ts';

export const getHealth = (signal: AbortSignal) => request<HealthView>('GET', '/health', undefined, { signal });
export const rebuildReadModel = (name: string) =>
  request<RebuildAccepted>('POST', `/read-models/${encodeURIComponent(name)}/rebuild`);
export const cancelRebuild = (name: string) =>
  request<undefined>('POST', `/read-models/${encodeURIComponent(name)}/rebuild/cancel`);
export const resumeReadModel = (name: string) =>
  request<undefined>('POST', `/read-models/${encodeURIComponent(name)}/resume`);
export const resumeProcessManager = (name: string) =>
  request<undefined>('POST', `/process-managers/${encodeURIComponent(name)}/resume`);
