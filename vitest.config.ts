import { defineConfig } from 'vitest/config';

// Generated or foreign: the sample repository's own tests are an agent's work, not ours.
const exclude = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**', 'demo/sample-repository/**', '.codex/**'];

// A worker keeps its modules from one file to the next: importing them for each anew was half the time of the unit tests.
// A file therefore leaves nothing behind: what it starts it ends, what it changes for the process it changes back.
const isolate = false;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['**/*.unit.test.ts'], exclude, isolate, sequence: { groupOrder: 0 } } },
      {
        // Real servers and processes: few at a time, so that a slow machine measures waiting and not contention.
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude,
          isolate,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'rules',
          include: ['tools/**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts'],
          isolate,
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
