import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * Ids of the processes that run the program `path`, but for this one and those that wait for it. Needs `/proc`; where
 * there is none, or where others' processes are hidden, they cannot be seen.
 * @param {string} path
 * @returns {number[]}
 */
export function processesOf(path) {
  if (!existsSync(path) || !existsSync('/proc/self/exe')) return [];
  const program = realpathSync(path);
  const mine = ancestors();
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => !mine.has(pid) && programOf(pid) === program);
}

function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    // Ended meanwhile, or another user's.
    return null;
  }
}

function ancestors() {
  const found = new Set([process.pid]);
  for (let pid = process.ppid; pid > 1 && !found.has(pid); pid = parentOf(pid)) found.add(pid);
  return found;
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
