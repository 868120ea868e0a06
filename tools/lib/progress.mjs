/**
 * One line that says what takes so long: rewritten in place with the seconds on a terminal, printed once elsewhere.
 * @template T
 * @param {string} text
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(text, work) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const live = process.stderr.isTTY === true;
  if (!live) process.stderr.write(`${text} …\n`);
  const timer = live ? setInterval(() => process.stderr.write(`\r${text} … ${seconds()} `), 500) : undefined;
  try {
    const result = await work();
    process.stderr.write(`${live ? '\r' : ''}${text}: ${seconds()}${live ? '      ' : ''}\n`);
    return result;
  } catch (error) {
    if (live) process.stderr.write('\n');
    throw error;
  } finally {
    clearInterval(timer);
  }
}
