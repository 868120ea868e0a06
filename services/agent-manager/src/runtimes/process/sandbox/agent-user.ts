import { OperatorError } from '@claude-codex/service-kit/operator-error';

declare const unprivileged: unique symbol;

/** A user agents may run as. Only `agentUser` makes one, and none of root. */
export interface AgentUser {
  readonly uid: number;
  readonly gid: number;
  readonly [unprivileged]: true;
}

/** Throws `OperatorError` for root, with the setting that names another. */
export function agentUser({ uid, gid }: { uid: number; gid: number }): AgentUser {
  const usable = [uid, gid].every((id) => Number.isSafeInteger(id) && id > 0);
  if (!usable) {
    throw new OperatorError(
      `Agents never run as root, and ${uid}:${gid} would be. Set CODEX_AGENT_UID to the number of an ordinary user.`,
    );
  }
  return { uid, gid } as AgentUser;
}

/** A server that is root gives its agents another user; any other one can only give them its own. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
