import type { ServiceName } from '@claude-codex/contracts/services';
import type { z } from 'zod';
import { parseEnv } from './env.ts';
import { createLifecycle, type Part, stopOnSignal } from './lifecycle.ts';
import { createLogger, type Logger } from './log.ts';
import { connectNatsBus, type NatsBus } from './nats/nats-bus.ts';
import { sayLastWords } from './operator-error.ts';
import type { ServiceApp } from './service-app.ts';

/** What `serviceFields` reads. */
export interface ServiceEnv {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  NATS_URL: string;
}

/** What a service opens its ports with. */
export interface Opening {
  bus: NatsBus;
  log: Logger;
  /** The whole environment, for variables that other programs read too. */
  variables: Record<string, string | undefined>;
  /** Says how something that was opened is closed. The last opened is closed first, after the app has stopped. */
  atEnd(name: string, stop: () => Promise<unknown> | unknown): void;
}

export interface Service<Env extends ServiceEnv, Ports> {
  name: ServiceName;
  /** Its settings: the reference is made of them. */
  env: z.ZodType<Env>;
  /** What it runs on as a process of its own. */
  open(env: Env, opening: Opening): Promise<Ports>;
  create(ports: Ports): Promise<ServiceApp> | ServiceApp;
}

/** Lets `Env` and `Ports` be inferred. */
export function defineService<Env extends ServiceEnv, Ports>(service: Service<Env, Ports>): Service<Env, Ports> {
  return service;
}

/** Runs a service as this process, until a signal ends it: all of a main.ts. */
export async function runService<Env extends ServiceEnv, Ports>(service: Service<Env, Ports>): Promise<void> {
  sayLastWords();
  const { name } = service;
  const env = parseEnv(service.env);
  const log = createLogger({ service: name, level: env.LOG_LEVEL });
  const opened: Part[] = [];
  const atEnd: Opening['atEnd'] = (what, stop) => void opened.push({ name: what, stop });
  const bus = await connectNatsBus({ url: env.NATS_URL, name, log });
  atEnd('bus', () => bus.close());
  const app = await service.create(await service.open(env, { bus, log, variables: process.env, atEnd }));
  const lifecycle = createLifecycle(
    [
      ...opened,
      { name: 'app', start: app.start, stop: app.stop },
      { name: 'http', start: () => app.http.listen({ port: env.PORT, host: env.HOST }) },
    ],
    log,
  );
  stopOnSignal(lifecycle, log);
  await lifecycle.start();
  log.info({ port: env.PORT }, `${name} is ready`);
  await app.listening?.();
}
