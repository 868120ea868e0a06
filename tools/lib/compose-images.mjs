import { runQuietly, ToolError } from './run.mjs';
import { buildStandins } from './standins.mjs';

const PROBE = 'node:24.21.0-trixie-slim';
const IMAGE_VARIABLES = ['NODE_IMAGE', 'POSTGRES_IMAGE', 'NATS_IMAGE', 'VALKEY_IMAGE'];

/**
 * Which base images compose is to use. Official ones where a registry answers; otherwise stand-ins, built here. What the
 * person set stays as it is.
 * @returns {Promise<Record<string, string>>} variables for compose; empty with a registry
 */
export async function chooseImages() {
  if (IMAGE_VARIABLES.every((name) => process.env[name])) return {};
  if (await registryAnswers()) return {};
  process.stderr.write('No image registry answers: using stand-ins made of Debian and npm packages.\n');
  const standins = await buildStandins();
  return Object.fromEntries(Object.entries(standins).filter(([name]) => !process.env[name]));
}

async function registryAnswers() {
  try {
    await runQuietly('timeout', ['20', 'docker', 'manifest', 'inspect', PROBE]);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}
