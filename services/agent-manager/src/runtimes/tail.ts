export interface Tail {
  add(chunk: Buffer): void;
  text(): string;
}

/** Keeps the last `maxBytes` of what is added. */
export function createTail(maxBytes: number): Tail {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      while (chunks[0] !== undefined && bytes - chunks[0].length >= maxBytes) {
        bytes -= chunks[0].length;
        chunks.shift();
      }
    },
    text: () => Buffer.concat(chunks).subarray(-maxBytes).toString('utf8'),
  };
}
