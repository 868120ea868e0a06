import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '@claude-codex/service-kit/ids';
import { describeWith } from '@claude-codex/testing';
import Docker from 'dockerode';
import { createDirectories } from '../../checkouts/directories.ts';
import { describeRuntime } from '../runtime.contract.ts';
import { AGENT_IMAGE, agentImage } from './agent-image.fixture.ts';
import { containerUsers } from './container-users.ts';
import { createDockerRuntime } from './docker-runtime.ts';

const WORKER = fileURLToPath(new URL('../fixture-worker.mjs', import.meta.url));
const SECCOMP = fileURLToPath(new URL('../../../../../infra/seccomp-agent.json', import.meta.url));

describeWith(agentImage(), 'docker', () => {
  describeRuntime('docker', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'codex-docker-'));
    await chmod(directory, 0o755);
    const image = `claude-codex-test/worker:${newId()}`;
    await buildStandIn(directory, image);
    const seccomp = JSON.stringify(JSON.parse(await readFile(SECCOMP, 'utf8')));
    const create = () =>
      createDockerRuntime(new Docker(), {
        image,
        ...containerUsers(),
        directories: createDirectories(directory),
        memoryBytes: 512 * 1024 ** 2,
        cpus: 1,
        pids: 128,
        seccomp,
        scope: directory,
      });
    return {
      create,
      traces: async () =>
        execFileSync('docker', [
          'ps',
          '--all',
          '--filter',
          `label=dev.claude-codex.scope=${directory}`,
          '--format',
          '{{.Command}}',
        ]).toString(),
      async close() {
        execFileSync('docker', ['image', 'rm', '--force', image], { stdio: 'ignore' });
        await rm(directory, { recursive: true, force: true });
      },
    };
  });
});

/** The agent image with the contract's stand-in for the supervisor. */
async function buildStandIn(directory: string, image: string): Promise<void> {
  const context = join(directory, 'context');
  await cp(WORKER, join(context, 'worker.mjs'));
  const lines = [`FROM ${AGENT_IMAGE}`, 'COPY worker.mjs /opt/worker.mjs', 'ENTRYPOINT ["node", "/opt/worker.mjs"]'];
  await writeFile(join(context, 'Dockerfile'), lines.join('\n'));
  execFileSync('docker', ['build', '--quiet', '--tag', image, context], { stdio: 'ignore' });
}
