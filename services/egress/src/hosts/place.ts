import type { OutgoingHttpHeaders } from 'node:http';
import type { InstanceTokens } from '@claude-codex/service-kit';
import { DOOR_HEADER } from '@claude-codex/service-kit/http/host-token';
import type { DoorIdentity } from '../ports.ts';

/**
 * Where this egress is. The one of the team server has the model's credential and makes the agents' tokens; one of a
 * further host has neither, sends its calls there and shows the token for hosts.
 */
export type Place =
  | { kind: 'team_server'; tokens: InstanceTokens /** Null takes no further hosts. */; hostToken: string | null }
  | { kind: 'further_host'; hostToken: string };

/** The headers that say to whoever has the tools which agent calls. */
export type SayWhoCalls = (identity: DoorIdentity) => Promise<OutgoingHttpHeaders>;

/** Checked once, at the beginning of a call; the call itself may wait for a person much longer. */
const TOKEN_SECONDS = 120;

export function sayWhoCalls(place: Place): SayWhoCalls {
  if (place.kind === 'team_server') {
    const { tokens } = place;
    return async (identity) => {
      const token = await tokens.mint(onlyWho(identity), { audience: 'mcp', ttlSeconds: TOKEN_SECONDS });
      return { authorization: `Bearer ${token}` };
    };
  }
  const authorization = `Bearer ${place.hostToken}`;
  return async (identity) => {
    const who = Buffer.from(JSON.stringify(onlyWho(identity))).toString('base64url');
    return { authorization, [DOOR_HEADER]: who };
  };
}

function onlyWho({ instanceId, epoch, kind, taskId, workspaceId, repositoryId }: DoorIdentity): DoorIdentity {
  return { instanceId, epoch, kind, taskId, workspaceId, repositoryId };
}
