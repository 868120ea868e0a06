// `npm run down`: stops the team server and ends its agents. `docker compose down` alone leaves agents in their
// containers: they are not services of the project, so that a restart or an upgrade does not end their work.
// What is kept: every event, repository and blob. Agents go on from where they were at the next `npm run up`.
import { createHash } from 'node:crypto';
import { root } from './lib/root.mjs';
import { runInForeground, runQuietly, runTool, ToolError } from './lib/run.mjs';
import { answerHelp } from './lib/usage.mjs';

answerHelp(`Usage: npm run down -- [--volumes] [--timeout SECONDS]

Stops the team server and ends its agents. --volumes also removes everything that was recorded.
One service alone: docker compose stop <service>
`);

await runTool(async () => {
  const words = process.argv.slice(2);
  // Compose takes more, such as one service or a dry run: the agents of all would end with it.
  const rest = words.join(' ').replace(/(^| )(--volumes|-v|--remove-orphans|(--timeout|-t)[ =]\d+)(?= |$)/g, '');
  if (rest !== '') throw new ToolError(`npm run down does not know ${rest.trim()}. See npm run down -- --help`);
  const directory = await dataDirectory();
  const code = await runInForeground('docker', ['compose', 'down', ...words], { cwd: root });
  if (code !== 0) return code;
  const agents = await agentsOf(directory);
  if (agents.length > 0) await runQuietly('docker', ['rm', '--force', ...agents]);
  const ended = agents.length === 1 ? '1 agent was ended' : `${agents.length} agents were ended`;
  process.stdout.write(`${ended}; nothing that was recorded is gone. Back again: npm run up\n`);
  return 0;
});

/** Agents carry a mark of the data directory they belong to (select-runtime.ts): another server keeps its own. */
async function agentsOf(directory) {
  const scope = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const label = `label=dev.claude-codex.scope=${scope}`;
  return (await runQuietly('docker', ['ps', '--all', '--quiet', '--filter', label])).split('\n').filter(Boolean);
}

async function dataDirectory() {
  const config = JSON.parse(await runQuietly('docker', ['compose', 'config', '--format', 'json'], { cwd: root }));
  const directory = config.services['agent-manager']?.environment.CODEX_DATA_DIR;
  if (typeof directory !== 'string') throw new ToolError('infra/docker-compose.yml names no CODEX_DATA_DIR.');
  return directory;
}
