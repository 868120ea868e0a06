import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSampleRepository } from '@claude-codex/demo';
import {
  createLifecycle,
  createLogger,
  lastWords,
  type OperatorError,
  parseEnv,
  stopOnSignal,
} from '@claude-codex/service-kit';
import { readCommandLine } from './command-line.ts';
import { openDataDir } from './data-dir.ts';
import { openInfrastructure } from './infrastructure.ts';
import { createLogFile } from './log-file.ts';
import { openModel } from './model.ts';
import { printLine, printReady, printStopping } from './print.ts';
import { detectProject } from './project.ts';
import { explainMissingGit } from './refusals.ts';
import { createServices } from './services.ts';
import { StandaloneEnv } from './settings.ts';

async function main(): Promise<void> {
  const said = readCommandLine(process.argv.slice(2));
  if (said !== null) return void process.stdout.write(said);
  const env = parseEnv(StandaloneEnv);
  const dir = await openDataDir(env.CODEX_DATA_DIR);
  await mkdir(dir.agents, { recursive: true, mode: 0o700 });
  const log = createLogger({
    service: 'standalone',
    level: env.LOG_LEVEL,
    destination: createLogFile(dir.log),
  });
  const databaseLost = Promise.withResolvers<OperatorError>();
  const infrastructure = await openInfrastructure(env, dir, log, databaseLost.resolve);
  printLine('Database', infrastructure.database);
  const model = await openModel(env);
  printLine('Model', model.scripted ? `${model.label} (no credential is set; answers are scripted)` : model.label);
  await createSampleRepository(dir.sample).catch(explainMissingGit);
  const project = detectProject(process.cwd(), resolve(import.meta.dirname, '..', '..'));
  const services = await createServices({ env, dir, infrastructure, model, project, log });

  const lifecycle = createLifecycle(
    [
      { name: 'data directory', stop: dir.unlock },
      { name: 'infrastructure', stop: infrastructure.close, stopTimeoutMs: 20_000 },
      { name: 'model', stop: model.close },
      ...services.parts,
      { name: 'last words', stop: () => printStopping(infrastructure.bus) },
    ],
    log,
  );
  stopOnSignal(lifecycle, log);
  void databaseLost.promise.then(async (error) => {
    log.fatal({ err: error }, 'the database is lost');
    process.stderr.write(`${error.message}\n`);
    await lifecycle.stop();
    process.exit(1);
  });
  await lifecycle.start();
  await printReady({ env, dir, setupLink: await services.gateway.setupLink(), infrastructure });
}

// A terminal that was closed takes no more lines; the log file has what matters.
process.stdout.on('error', () => process.stdout.destroy());

try {
  await main();
} catch (error) {
  process.stderr.write(`${lastWords(error)}\n`);
  process.exit(1);
}
