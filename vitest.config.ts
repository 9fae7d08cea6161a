import { defineConfig } from 'vitest/config';

/** Files ending in .etcd.test.ts start real servers and mostly wait for them: two at a time, on a machine of two cores. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.etcd.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'etcd',
          globalSetup: ['test/kit/lines.setup.ts'],
          include: ['test/**/*.etcd.test.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
