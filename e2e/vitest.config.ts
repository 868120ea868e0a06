import { defineConfig } from 'vitest/config';

/** Whole servers and real agents: one file at a time, because each of them wants the machine for itself. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['specs/**/*.spec.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    bail: 0,
  },
});
