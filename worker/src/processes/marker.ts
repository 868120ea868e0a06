/** Every process started for an instance inherits this variable, so that all of them can be found and ended. */
export const MARKER_NAME = 'CODEX_WORKER';

export function markerOf(instanceId: string, epoch: number): string {
  return `${instanceId}.${epoch}`;
}

/** True for processes of the same instance that an earlier epoch left behind. */
export function isLeftover(marker: string, instanceId: string, epoch: number): boolean {
  const [id, other] = marker.split('.');
  return id === instanceId && Number(other) < epoch;
}
