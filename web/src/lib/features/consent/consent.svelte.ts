import { ApiProblem } from '#lib/api/client.ts';
import { allowUnsandboxedAgents, getUnsandboxedAgents } from '#lib/api/consent.ts';

interface Asked {
  readonly exposure: string;
  answer(yes: boolean): void;
}

/** What a person is being asked before an agent starts without a sandbox; the frame shows it. */
class Consent {
  asked = $state.raw<Asked | null>(null);

  ask(exposure: string): Promise<boolean> {
    this.asked?.answer(false);
    return new Promise((resolve) => {
      this.asked = {
        exposure,
        answer: (yes) => {
          this.asked = null;
          resolve(yes);
        },
      };
    });
  }
}

export const consent = new Consent();

/**
 * Does what starts an agent. Where agents have no sandbox the person is asked first, with what one could read, and it is
 * done again once they agreed.
 * @throws {ApiProblem} what the server refused, also when the person did not agree.
 */
export async function startAllowed<Result>(start: () => Promise<Result>): Promise<Result> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'AGENTS_NOT_SANDBOXED') throw error;
    const { exposure } = await getUnsandboxedAgents();
    if (exposure === null) return start();
    if (!(await consent.ask(exposure))) throw error;
    await allowUnsandboxedAgents(exposure);
    return start();
  }
}
