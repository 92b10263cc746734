import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{bench,conformance,fixtures,lint,reference,sim,tui}/**/*.test.{ts,tsx}'],
    testTimeout: 120_000, // a bound on what hangs, not a measurement: two busy cores can be slow
    hookTimeout: 120_000, // likewise: some start the whole world
    expect: { poll: { timeout: 60_000 } }, // likewise
  },
});
