import { watchParts } from '../../reference/harness/watch.ts';
import { openWorld, type World, type WorldOptions } from '../../reference/harness/world.ts';
import { complain } from './complain.ts';
import { untilInterrupted } from './interrupt.ts';

const CLEAR_LINE = '\r\x1b[K';

/**
 * Starts a world, uses it until the use or its signal ends, and leaves nothing of it behind. What is wrong with parts meanwhile is told on
 * stderr. A signal to this process stops the world, while it starts too, and resolves to null; a second one kills it. Rejects, naming it, if a
 * part dies.
 */
export async function withWorld<Result>(
  options: WorldOptions,
  use: (world: World, over: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const opened = openWorld(options);
  const over = new AbortController();
  let interrupted = false;
  async function work(): Promise<Result | null> {
    try {
      const world = await opened.ready;
      const watching = watchParts(world, tell, over.signal);
      return await world.during(Promise.race([use(world, over.signal), watching]));
    } catch (error) {
      if (interrupted) return null;
      throw error;
    } finally {
      over.abort();
      await opened.stop();
    }
  }
  function stop(): void {
    interrupted = true;
    over.abort();
    void opened.stop().catch(() => {}); // `work` tells
  }
  return untilInterrupted(work, stop, () => void opened.kill().catch(() => {}));
}

function tell(sentence: string): void {
  if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE); // of what shows how far it is
  complain(sentence);
}
