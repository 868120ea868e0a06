import { chooseImages } from './compose-images.mjs';
import { withProgress } from './progress.mjs';
import { root } from './root.mjs';
import { runQuietly, ToolError } from './run.mjs';

/**
 * Builds our images on base images that can be reached from here.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, standins: Record<string, string> }>} the environment later compose
 *   commands need, and which part of it names stand-ins
 */
export async function buildImages() {
  await requireEngine();
  const standins = await chooseImages();
  const env = { ...process.env, ...standins, DOCKER_BUILDKIT: '1' };
  await withProgress('Building the images', () => runQuietly('docker', ['compose', 'build'], { cwd: root, env }));
  return { env, standins };
}

async function requireEngine() {
  try {
    await runQuietly('docker', ['compose', 'version']);
    await runQuietly('docker', ['info']);
  } catch (cause) {
    throw new ToolError(
      'This needs a Docker engine with compose v2. On Debian, as root: tools/install-engine.sh\n' +
        'Without an engine, npm start runs everything in one process.',
      { cause },
    );
  }
}
