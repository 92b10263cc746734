import { availableParallelism } from 'node:os';

/** Does a thing so many times, as many at once as the machine has processors. */
export async function inParallel(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
