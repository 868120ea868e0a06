/** An async iterable that is fed from outside; ends when closed. */
export interface InputQueue<T> extends AsyncIterable<T> {
  push(item: T): void;
  close(): void;
}

export function createInputQueue<T>(): InputQueue<T> {
  const items: T[] = [];
  let closed = false;
  let wake: () => void = () => undefined;
  return {
    push(item) {
      items.push(item);
      wake();
    },
    close() {
      closed = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) yield item;
        else if (closed) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
