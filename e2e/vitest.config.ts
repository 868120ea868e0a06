import { defineConfig } from 'vitest/config';

const SPECS = 'specs/**/*.spec.ts';
const COMPOSE = 'specs/compose-*.spec.ts';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    bail: 0,
    projects: [
      // A server with its agents leaves a third of two processors idle: two at a time, each with folders and ports of its own.
      { extends: true, test: { name: 'standalone', include: [SPECS], exclude: [COMPOSE], maxWorkers: 2 } },
      // A dozen containers and the agents' own: one server at a time.
      { extends: true, test: { name: 'compose', include: [COMPOSE], maxWorkers: 1 } },
    ],
  },
});
