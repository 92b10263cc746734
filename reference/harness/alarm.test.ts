import { afterEach, expect, test } from 'vitest';
import { type Alarm, createAlarm } from './alarm.ts';

const alarms: Alarm[] = [];
afterEach(() => Promise.all(alarms.splice(0).map((alarm) => alarm.close())));

async function create(): Promise<Alarm> {
  const alarm = await createAlarm();
  alarms.push(alarm);
  return alarm;
}

test('calls each back once, in order of their instants, never before', async () => {
  const { at, now } = await create();
  const rung: { dueMs: number; rangMs: number; i: number }[] = [];
  const startMs = now();
  const due = Array.from({ length: 300 }, (_, i) => startMs + ((i * 37) % 100) * 0.7);
  await new Promise<void>((resolve) => {
    for (const [i, dueMs] of due.entries()) {
      at(dueMs, () => {
        rung.push({ dueMs, rangMs: now(), i });
        if (rung.length === due.length) resolve();
      });
    }
  });
  for (const { dueMs, rangMs } of rung) expect(rangMs).toBeGreaterThanOrEqual(dueMs);
  expect(rung.map(({ dueMs }) => dueMs)).toEqual(due.toSorted((a, b) => a - b));
  const same = rung.filter(({ dueMs }) => dueMs === due[0]);
  expect(same.map(({ i }) => i)).toEqual([0, 100, 200]); // of equals the first comes first
});

test('one appointment made in the callback of another, sooner than one that waits', async () => {
  const { at, now } = await create();
  const order: string[] = [];
  const startMs = now();
  await new Promise<void>((resolve) => {
    at(startMs + 7, () => {
      order.push('late');
      resolve();
    });
    at(startMs + 5, () => {
      order.push('early');
      at(startMs + 6, () => order.push('between'));
    });
  });
  expect(order).toEqual(['early', 'between', 'late']);
});

test('one that rings alone, after silence', async () => {
  const { at, now } = await create();
  for (let i = 0; i < 20; i++) {
    const dueMs = now() + 1.5;
    await new Promise<void>((resolve) => at(dueMs, resolve));
    expect(now()).toBeGreaterThanOrEqual(dueMs);
  }
});
