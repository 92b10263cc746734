import { Level } from './level.ts';

/** The workers of this pod: a request holds one from its acceptance to its response. There is no queue. */
export class WorkerPool {
  readonly size: number;
  readonly busy = new Level();
  readonly full = new Level(); // 1 while every worker is busy
  #whenIdle: (() => void)[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Whether there was a free worker; the caller holds it now and releases it once. */
  tryAcquire(): boolean {
    if (this.busy.value === this.size) return false;
    this.busy.value++;
    if (this.busy.value === this.size) this.full.value = 1;
    return true;
  }

  release(): void {
    if (this.busy.value === 0) throw new Error('A worker was released twice.');
    if (this.busy.value === this.size) this.full.value = 0;
    this.busy.value--;
    if (this.busy.value === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Resolves when no worker is busy. */
  idle(): Promise<void> {
    return this.busy.value === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }
}
