const ID = /^[0-9a-f]{40}$/;

/**
 * What git says of commits by their whole ids never changes, so it is asked once; of names it is asked every time. What
 * is thrown or null is not kept: the commit may come yet.
 */
export function remember<Args extends readonly (string | number | undefined)[], T>(
  work: (directory: string, ...args: Args) => Promise<T>,
): (directory: string, ...args: Args) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (directory, ...args) => {
    if (!args.every((arg) => typeof arg !== 'string' || arg.split('..').every((part) => ID.test(part))))
      return work(directory, ...args);
    const key = [directory, ...args].join('\0');
    const before = known.get(key);
    if (before !== undefined) return before;
    const answer = work(directory, ...args);
    known.set(key, answer);
    answer.then(
      (value) => value === null && known.delete(key),
      () => known.delete(key),
    );
    return answer;
  };
}
