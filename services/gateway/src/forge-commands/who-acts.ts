import type { Actor, CommandFromForge, CommandsFrom } from '@claude-codex/contracts';
import { hasRole } from '@claude-codex/contracts/access';
import { forgePersonId } from '@claude-codex/contracts/forge-people';
import { type ForgeConnectionState, personBehind } from '@claude-codex/domain/forge-connection/index';
import type { Members } from '../access/members.ts';

/** What anybody may be answered who may give no command here. */
export class NotAllowed extends Error {}

export interface Acting {
  readonly actor: Actor;
  /** The member they stand for; null: they act as themselves. */
  readonly personId: string | null;
}

/**
 * As whom somebody who may write at the forge acts here: as the member they stand for, with that one's rights, else as
 * themselves (docs/decisions/0027). Throws `NotAllowed`.
 */
export async function whoActs(
  members: Pick<Members, 'roleOf'>,
  { provider, login }: Pick<CommandFromForge, 'provider' | 'login'>,
  at: { readonly workspaceId: string; readonly connection: ForgeConnectionState; readonly commands: CommandsFrom },
): Promise<Acting> {
  const personId = personBehind(at.connection, login);
  if (personId === null) {
    if (at.commands === 'members')
      throw new NotAllowed('Commands are taken from members here. An owner says in Settings who you are.');
    return { actor: { kind: 'system', id: forgePersonId(provider, login) }, personId };
  }
  const role = await members.roleOf(at.workspaceId, personId);
  // Who was somebody here is not taken for nobody in particular.
  if (role === null)
    throw new NotAllowed('The member you stood for is none any more. An owner changes that in Settings.');
  if (!hasRole(role, 'editor')) throw new NotAllowed('You may look at tasks here, and not act.');
  return { actor: { kind: 'person', id: personId }, personId };
}
