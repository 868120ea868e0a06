// Run once when the image is built: every service is started as compose starts it, without settings, so that it loads
// all its code and then refuses to go on. What Node compiled for that stays in NODE_COMPILE_CACHE. Services then start
// sooner, and the compiler that strips types is never loaded: 10 to 25 MB less each (bench/results/memory.md).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const compose = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');
const starts = [
  ...compose.matchAll(/^ {4}command: \[(.*)(\/app\/services\/[\w-]+\/(?:src\/main\.ts|build\/main\.js))\]$/gm),
];
if (starts.length === 0) throw new Error('no service found in docker-compose.yml');

for (const [, flags, main] of starts) {
  // The cache is kept apart by flags and by user, and the manager begins as root.
  const manager = main.includes('/agent-manager/');
  const user = manager ? 0 : 1000;
  // It loads the engine's client only when its settings ask for containers, which is later than this start gets.
  const later = manager ? ['--import', '/app/node_modules/dockerode/lib/docker.js'] : [];
  const { stderr } = spawnSync(process.execPath, [...flags.split(', ').filter(Boolean), ...later, main], {
    uid: user,
    gid: user,
    env: { PATH: process.env.PATH, HOME: '/tmp', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (!stderr.includes('All settings:')) throw new Error(`${main} did not get as far as its settings:\n${stderr}`);
}
