/** Keys by what they belong to: finding them costs what is found, not what there is. */
export class Groups {
  readonly #keys = new Map<string, Set<string>>();

  add(owner: string, key: string): void {
    const keys = this.#keys.get(owner);
    if (keys === undefined) this.#keys.set(owner, new Set([key]));
    else keys.add(key);
  }

  delete(owner: string, key: string): void {
    const keys = this.#keys.get(owner);
    if (keys?.delete(key) === true && keys.size === 0) this.#keys.delete(owner);
  }

  of(owner: string): ReadonlySet<string> {
    return this.#keys.get(owner) ?? NONE;
  }

  /** Removes an owner and gives its keys. */
  take(owner: string): ReadonlySet<string> {
    const keys = this.of(owner);
    this.#keys.delete(owner);
    return keys;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** The values of these ids, as far as there are any. */
export function valuesOf<Value>(all: ReadonlyMap<string, Value>, ids: Iterable<string>): Value[] {
  return [...ids].flatMap((id) => all.get(id) ?? []);
}
