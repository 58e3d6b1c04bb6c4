import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The second that is the default is short on a machine with other work; it only ends a test that would hang.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
});
