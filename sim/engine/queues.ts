import type { Calendar } from './calendar.ts';

const NONE = -1;

export type Queues = ReturnType<typeof createQueues>;

/** Numbered FIFO queues of tokens, without storage of their own: tokens are chained through the calendar's column of links. */
export function createQueues({ links, state }: Calendar, count: number) {
  const head = state(new Int32Array(count).fill(NONE));
  const tail = state(new Int32Array(count).fill(NONE));
  const length = state(new Int32Array(count));

  function push(queue: number, token: number): void {
    links[token] = NONE;
    if (length[queue]!++ === 0) head[queue] = token;
    else links[tail[queue]!] = token;
    tail[queue] = token;
  }

  /** Takes the first token out of a queue that is not empty. */
  function shift(queue: number): number {
    const token = head[queue]!;
    head[queue] = links[token]!;
    length[queue]!--;
    return token;
  }

  /** Takes out the tokens that belong, in order; the others keep their places. */
  function withdraw(queue: number, belongs: (token: number) => boolean = () => true): number[] {
    const taken: number[] = [];
    for (let left = length[queue]!; left > 0; left--) {
      const token = shift(queue);
      if (belongs(token)) taken.push(token);
      else push(queue, token);
    }
    return taken;
  }

  return { length, push, shift, withdraw };
}
