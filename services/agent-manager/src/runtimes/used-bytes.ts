import { execFile } from 'node:child_process';

/** What the files take of the disk, which of a sparse file is less than its size. What is not there or closed counts nothing. */
export function usedBytes(paths: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(
      'du',
      ['-skx', '--', ...paths],
      { maxBuffer: 16 * 1024 ** 2, env: { PATH: process.env.PATH ?? '' } },
      (_, out) => {
        const sizes = out.split('\n').map((line) => Number.parseInt(line, 10));
        resolve(sizes.reduce((sum, size) => sum + (Number.isNaN(size) ? 0 : size * 1024), 0));
      },
    );
  });
}
