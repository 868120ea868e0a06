import { copyFile } from 'node:fs/promises';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { collectWork } from './work.ts';

interface Request {
  readonly start: WorkerStart;
  readonly environment: Readonly<Record<string, string>>;
  readonly told: readonly string[];
  /** Where the bundle goes. */
  readonly file: string;
}

/** Collects in a process of its own, which may be that of another user. */
const { start, environment, told, file } = JSON.parse(process.argv[2] ?? '') as Request;
const putFile = async (path: string) => {
  await copyFile(path, file);
  return 'blob';
};
const work = await collectWork({ start, environment, secrets: () => ({}), egress: { putFile } }, { told });
process.stdout.write(JSON.stringify(work));
