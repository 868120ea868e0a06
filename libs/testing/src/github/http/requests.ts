/** How often what was asked for. */
export class RequestCounts {
  #byOperation = new Map<string, number>();
  #notModified = 0;

  add(operation: string, status: number): void {
    this.#byOperation.set(operation, this.of(operation) + 1);
    if (status === 304) this.#notModified += 1;
  }

  /** Requests of one operation (`pulls/merge`, `git`), whatever they were answered with. */
  of(operation: string): number {
    return this.#byOperation.get(operation) ?? 0;
  }

  get total(): number {
    return [...this.#byOperation.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Those that were answered with 304. */
  get notModified(): number {
    return this.#notModified;
  }

  reset(): void {
    this.#byOperation.clear();
    this.#notModified = 0;
  }
}
