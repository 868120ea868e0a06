import { AgentKind, Id } from '@claude-codex/contracts';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { MasterKey } from './master-key.ts';

/** Who an instance is, as its token says. */
export const InstanceIdentity = z.object({
  instanceId: Id,
  epoch: z.number().int().positive(),
  kind: AgentKind,
  taskId: Id,
  workspaceId: Id,
  repositoryId: Id,
});
export type InstanceIdentity = z.infer<typeof InstanceIdentity>;

/** A token is good for one door only. */
export type TokenAudience = 'mcp' | 'model';

export interface InstanceTokens {
  mint(identity: InstanceIdentity, options: { audience: TokenAudience; ttlSeconds: number }): Promise<string>;
  /** Null for anything but an unexpired token of ours for this audience. Whether the instance still lives is not known here. */
  verify(token: string, audience: TokenAudience): Promise<InstanceIdentity | null>;
}

const ISSUER = 'claude-codex';
const ALGORITHM = 'HS256';
/** Hosts of one fleet may disagree about the time by so much. */
const CLOCK_SKEW_SECONDS = 60;

export function createInstanceTokens(master: MasterKey): InstanceTokens {
  const key = master.derive('instance-tokens');

  async function mint(
    identity: InstanceIdentity,
    { audience, ttlSeconds }: { audience: TokenAudience; ttlSeconds: number },
  ) {
    const { instanceId, ...claims } = identity;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(instanceId)
      .setIssuedAt(now)
      .setExpirationTime(now + ttlSeconds)
      .sign(key);
  }

  async function verify(token: string, audience: TokenAudience): Promise<InstanceIdentity | null> {
    const verified = await jwtVerify(token, key, {
      issuer: ISSUER,
      audience,
      algorithms: [ALGORITHM],
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['sub', 'exp'],
    }).catch(() => null);
    if (verified === null) return null;
    const parsed = InstanceIdentity.safeParse({ ...verified.payload, instanceId: verified.payload.sub });
    return parsed.success ? parsed.data : null;
  }

  return { mint, verify };
}
