import { defineConfig } from 'vitest/config';

/** Files ending in .etcd.test.ts start real servers and mostly wait for them: more of them at a time than a machine has cores. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.etcd.test.ts'],
          sequence: { groupOrder: 0 },
          // Nothing here waits for long, but the machine may have much else to do.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'etcd',
          globalSetup: ['test/kit/lines.setup.ts'],
          include: ['test/**/*.etcd.test.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: 4,
          maxConcurrency: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Ten processes share two cores there; a test that needed it is named in the report.
          retry: process.env.CI === undefined ? 0 : 1,
        },
      },
    ],
  },
});
