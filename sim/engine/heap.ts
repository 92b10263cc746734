interface Columns {
  readonly due: Float64Array;
  readonly order: Int32Array;
  readonly state: <Values extends Int32Array | Float64Array>(values: Values) => Values;
}

const SIZE = 0;
const HOLE = 1; // 1: the root has been taken and not yet replaced; the next insertion fills it in one pass

/** A 4-ary heap of tokens over two typed arrays, ordered by (`due`, `order`). */
export function createHeap({ due, order, state }: Columns) {
  const times = new Float64Array(due.length + 4);
  const tokens = new Int32Array(due.length + 4);
  const integers = state(new Int32Array(2));
  state(times.subarray(0, 1).fill(Infinity)); // what an empty heap shows

  /** Whether of two tokens due at the same time `a` was inserted first. */
  function earlier(a: number, b: number): boolean {
    return ((order[a]! - order[b]!) | 0) < 0;
  }

  /** Orders tokens for Array.sort as the heap does. */
  function compare(a: number, b: number): number {
    return due[a]! - due[b]! || (earlier(a, b) ? -1 : 1);
  }

  /** Inserts `token`, the newest of all. */
  function insert(token: number): void {
    if (integers[HOLE] === 1) {
      integers[HOLE] = 0;
      siftDown(integers[SIZE]!, token);
    } else {
      siftUp(integers[SIZE]!++, token);
    }
  }

  /** Takes the root: `settle` or an insertion must come before the next look at it. */
  function take(): number {
    integers[HOLE] = 1;
    return tokens[0]!;
  }

  /** Fills the hole that `take` left; then `times[0]` and `tokens[0]` are the earliest. */
  function settle(): void {
    if (integers[HOLE] === 0) return;
    integers[HOLE] = 0;
    const last = --integers[SIZE]!;
    if (last > 0) siftDown(last, tokens[last]!);
    else times[0] = Infinity;
  }

  /** Keeps only the tokens that stay. */
  function filter(stays: (token: number) => boolean): void {
    settle();
    const rest = [...tokens.subarray(0, integers[SIZE]!)].filter(stays).sort(compare); // what is sorted is a heap
    tokens.set(rest);
    integers[SIZE] = rest.length;
    for (const [i, token] of rest.entries()) times[i] = due[token]!;
    if (rest.length === 0) times[0] = Infinity;
  }

  /** Places `token` at the root of a heap of n entries whose root is free, and restores the order. */
  function siftDown(n: number, token: number): void {
    const time = due[token]!;
    let hole = 0;
    for (;;) {
      const child = (hole << 2) + 1;
      if (child >= n) break;
      const end = Math.min(child + 4, n);
      let best = child;
      let bestTime = times[child]!;
      for (let i = child + 1; i < end; i++) {
        const candidate = times[i]!;
        if (candidate <= bestTime && (candidate < bestTime || earlier(tokens[i]!, tokens[best]!))) {
          bestTime = candidate;
          best = i;
        }
      }
      if (bestTime > time || (bestTime === time && !earlier(tokens[best]!, token))) break;
      times[hole] = bestTime;
      tokens[hole] = tokens[best]!;
      hole = best;
    }
    times[hole] = time;
    tokens[hole] = token;
  }

  /** Inserts `token`, the newest, at position n; at equal times it stays below its elders. */
  function siftUp(n: number, token: number): void {
    const time = due[token]!;
    let hole = n;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const above = times[parent]!;
      if (above <= time) break;
      times[hole] = above;
      tokens[hole] = tokens[parent]!;
      hole = parent;
    }
    times[hole] = time;
    tokens[hole] = token;
  }

  return { times, tokens, earlier, compare, insert, take, settle, filter };
}
