import { defineConfig } from 'vitest/config';

/** What says how soon something happens: beside others it would measure the others. */
const timed = ['first-view', 'standalone-kill', 'standalone-tabs', 'standalone-truth'].map(
  (name) => `specs/${name}.spec.ts`,
);
const compose = 'specs/compose-*.spec.ts';

/** Whole servers and real agents: one file at a time, because each of them wants the machine for itself. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    bail: 0,
    projects: [
      {
        extends: true,
        test: { name: 'standalone', include: ['specs/**/*.spec.ts'], exclude: [compose, ...timed] },
      },
      { extends: true, test: { name: 'timed', include: timed } },
      // Against the one server that tools/e2e-compose.mjs has started for the file.
      { extends: true, test: { name: 'compose', include: [compose] } },
    ],
  },
});
