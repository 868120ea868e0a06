import { streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import { newId } from '@claude-codex/service-kit/ids';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { Client } from '../api-client.fixture.ts';
import { GOOD_TOKEN } from '../forge-connections/forge-double.fixture.ts';
import type { TestGateway } from '../gateway.fixture.ts';
import { append } from '../workspace.fixture.ts';

/** A repository at GitHub, reached by a connection of the workspace; the double of the forge has to be served. */
export async function connectShop(
  gateway: TestGateway,
  owner: Client,
  workspaceId: string,
  slug = 'Acme/App',
): Promise<string> {
  const sealed = await sealTo((await gateway.secrets()).publicKey, GOOD_TOKEN);
  const { status } = await owner.call('PUT', '/api/forges/github', { sealed });
  if (status !== 200) throw new Error(`connecting answered ${status}`);
  const id = newId();
  const connectionId = forgeConnectionId(workspaceId, 'github');
  const source = { kind: 'forge', provider: 'github', connectionId, slug, url: `https://github.com/${slug}.git` };
  const settings = {
    name: 'shop',
    baseBranch: null,
    checkCommand: null,
    requireGreen: false,
    defaultBranch: 'main',
    followThrough: FOLLOW_THROUGH,
    sendsThreads: true,
    issues: ISSUE_SETTINGS,
  };
  const data = { ...settings, source };
  await append(gateway, workspaceId, streamOf('repository', id), [{ type: 'RepositoryConnected', data }]);
  return id;
}
