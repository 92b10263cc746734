/** A level that goes up and down, such as busy workers, and its integral over time: the mean between two instants is the difference of two integrals. */
export class Level {
  #value = 0;
  #integral = 0;
  #since = performance.now();

  get value(): number {
    return this.#value;
  }

  set value(value: number) {
    this.#integral = this.#upToNow();
    this.#since = performance.now();
    this.#value = value;
  }

  /** In seconds times the level's unit. */
  get integral(): number {
    return this.#upToNow();
  }

  #upToNow(): number {
    return this.#integral + (this.#value * (performance.now() - this.#since)) / 1000;
  }
}
