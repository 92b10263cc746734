/** Where the time of a request goes: `wait` is for a free database connection, `worker` the whole time that the worker is held. */
export const steps = ['insert-wait', 'insert', 'mx', 'smtp', 'update-wait', 'update', 'select-wait', 'select', 'worker'] as const;
export type Step = (typeof steps)[number];

/** Times the steps of one request, whether they succeed or fail. */
export class Stopwatch {
  readonly #start = performance.now();
  readonly #record: (step: Step, ms: number) => void;
  #laps = '';

  constructor(record: (step: Step, ms: number) => void) {
    this.#record = record;
  }

  async time<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#lap(step, start);
    }
  }

  /** Ends the request; returns all its steps in the form of the header `Server-Timing` (W3C), in ms. */
  stop(): string {
    this.#lap('worker', this.#start);
    return this.#laps;
  }

  #lap(step: Step, start: number): void {
    const ms = performance.now() - start;
    this.#record(step, ms);
    this.#laps += `${this.#laps === '' ? '' : ', '}${step};dur=${ms.toFixed(3)}`;
  }
}
