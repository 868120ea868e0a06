import { INSTALLATION, type Measurement, type StreamName, streamOf, systemActor } from '@claude-codex/contracts';
import { type ServiceCommand, serviceDecider } from '@claude-codex/domain/service/index';
import { type Clock, type CommandMeta, type EventStore, fold, handleCommand, type Log } from '@claude-codex/eventing';
import { idFrom, newId } from '@claude-codex/service-kit';
import type { Target } from '../target.ts';
import { measure } from './measure.ts';
import { afterMeasurement, type Steady, startingAs } from './steady.ts';

export interface WatchOptions {
  store: EventStore;
  target: Target;
  clock: Clock;
  log: Log;
  everyMs: number;
  /** Every single measurement, believed or not; before the log has it, which may not take it. */
  onMeasured(measurement: Omit<Measurement, 'believedSince'>): void;
}

/** Registers a target once, then asks it again and again and records each change of its status, until stopped. */
export async function watchTarget(options: WatchOptions, stop: AbortSignal): Promise<void> {
  const { target, clock, log, everyMs } = options;
  const service = target.key;
  let steady: Steady | null = null;
  while (!stop.aborted) {
    try {
      steady ??= startingAs(await registeredStatus(options));
      steady = await askOnce(options, steady, stop);
    } catch (error) {
      // The store cannot take it now. What was measured is measured again, so nothing is lost by waiting.
      log.warn({ err: error, service }, 'health could not be recorded; will try again');
    }
    await clock.sleep(everyMs, stop);
  }
}

async function askOnce(options: WatchOptions, before: Steady, stop: AbortSignal): Promise<Steady> {
  const { target, log } = options;
  const measurement = await measure(target, stop, () => performance.now());
  if (stop.aborted) return before;
  const after = afterMeasurement(before, measurement);
  const measuredAt = new Date(options.clock.now()).toISOString();
  options.onMeasured({ ...measurement, id: idOfTarget(target), measuredAt, believed: after.status });
  if (after.status !== before.status) {
    const { latencyMs, detail } = measurement;
    await command(options, newId(), { type: 'RecordStatus', status: measurement.status, latencyMs, detail });
    log.info({ service: target.key, status: after.status, latencyMs, detail }, 'service status changed');
  }
  return after;
}

/** Registers the service unless it is, and gives the status the log has for it. */
async function registeredStatus(options: WatchOptions): Promise<Steady['status']> {
  const { store, target } = options;
  const commandId = idFrom('register-service', target.key);
  await command(options, commandId, { type: 'RegisterService', ...target.service, builtIn: true });
  const state = fold(serviceDecider, await store.readStream(streamOfTarget(target)));
  return state.status === 'none' ? 'unknown' : state.health;
}

async function command({ store, target }: WatchOptions, commandId: string, command: ServiceCommand): Promise<void> {
  const meta: CommandMeta = {
    actor: systemActor('health-checker'),
    causedBy: null,
    correlationId: newId(),
    causationId: null,
    workspaceId: INSTALLATION,
  };
  await handleCommand(store, { commandId, meta, stream: streamOfTarget(target), decider: serviceDecider, command });
}

function streamOfTarget(target: Target): StreamName<'service'> {
  return streamOf('service', idOfTarget(target));
}

function idOfTarget({ key }: Target): string {
  return idFrom('service', key);
}
