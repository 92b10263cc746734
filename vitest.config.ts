import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['fixtures/**/*.test.ts', 'sim/**/*.test.ts', 'tui/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 60_000, // a bound on what hangs, not a measurement: two busy cores can be slow
  },
});
