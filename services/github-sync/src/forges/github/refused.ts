import { type ForgeRefusal, forgeRefusal } from '@claude-codex/forges/forge';
import { GithubRefused } from '../../api/faults.ts';

/** GitHub's no is an answer. */
export async function unlessRefused<Answer>(ask: () => Promise<Answer>): Promise<Answer | ForgeRefusal> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GithubRefused) return forgeRefusal('FORGE_REFUSED', `GitHub: ${error.message}.`);
    throw error;
  }
}
