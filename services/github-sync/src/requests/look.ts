import type { LookAtForgeAnswer, LookAtForgeRequest } from '@claude-codex/contracts';
import { asking } from '../api/faults.ts';
import type { Clients } from '../connections/clients.ts';
import { refusalOf } from './refusal.ts';

/** Whether GitHub takes this credential, as whom, how much may still be asked with it, and where its pages are. */
export async function lookAt(clients: Clients, { credentialId }: LookAtForgeRequest): Promise<LookAtForgeAnswer> {
  try {
    const { octokit, budget } = await clients.of(credentialId);
    const { data } = await asking(octokit.rest.users.getAuthenticated(), Date.now());
    return { ok: true, login: data.login, webUrl: new URL(data.html_url).origin, budget: budget() };
  } catch (error) {
    return refusalOf(error);
  }
}
