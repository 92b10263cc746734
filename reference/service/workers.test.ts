import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Level } from './level.ts';
import { WorkerPool } from './workers.ts';

test('a pool gives what it has and no more', async () => {
  const pool = new WorkerPool(2);
  expect([pool.tryAcquire(), pool.tryAcquire(), pool.tryAcquire()]).toEqual([true, true, false]);
  expect([pool.busy.value, pool.full.value]).toEqual([2, 1]);
  let idle = false;
  const whenIdle = pool.idle().then(() => {
    idle = true;
  });
  pool.release();
  await Promise.resolve();
  expect([idle, pool.busy.value, pool.full.value]).toEqual([false, 1, 0]);
  pool.release();
  await whenIdle;
  await pool.idle();
  expect(() => pool.release()).toThrow('twice');
});

test('a level integrates over time', async () => {
  const level = new Level();
  const start = performance.now();
  level.value = 3;
  await pause(20);
  level.value = 1;
  const seconds = (performance.now() - start) / 1000;
  expect(level.integral).toBeGreaterThan(0.05);
  expect(level.integral).toBeLessThanOrEqual(3 * seconds + 0.1);
  expect(level.integral).toBeLessThan(level.integral + 1e-9);
});
