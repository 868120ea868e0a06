import type { DockerRuntimeSettings } from './docker-runtime.ts';

/** The user of agents in containers; not root, so it is also the manager's own when that has another number. */
const AGENT = 1000;

/** Agents own the checkouts, which a manager that is not root can only make as itself; the supervisor owns nothing. */
export function containerUsers(): Pick<DockerRuntimeSettings, 'user' | 'supervisor' | 'owner'> {
  const [uid, gid] = [process.getuid?.() ?? AGENT, process.getgid?.() ?? AGENT];
  if (uid !== 0) return { user: `${uid}:${gid}`, supervisor: `${uid + 1}:${gid + 1}`, owner: null };
  const owner = { uid: AGENT, gid: AGENT };
  return { user: `${AGENT}:${AGENT}`, supervisor: `${AGENT + 1}:${AGENT + 1}`, owner };
}
