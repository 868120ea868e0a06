import { DEMO_MODEL, startDemoModel } from '@claude-codex/demo';
import type { StandaloneEnv } from './settings.ts';

/** Where the agents' model answers. */
export interface Model {
  baseUrl: string;
  apiKey: string | null;
  authToken: string | null;
  label: string;
  /** True when answers come from a script: shown wherever a result could be mistaken for a model's. */
  scripted: boolean;
  /** What agents ask for when their task names no model; null = Claude Code's own default. */
  defaultModel: string | null;
  close(): Promise<void>;
}

/** The provider of the settings; without a credential and an address of one's own, the scripted demo model. */
export async function openModel(env: StandaloneEnv): Promise<Model> {
  const apiKey = env.ANTHROPIC_API_KEY ?? null;
  const authToken = env.ANTHROPIC_AUTH_TOKEN ?? null;
  if (env.ANTHROPIC_BASE_URL === undefined && apiKey === null && authToken === null) {
    const demo = await startDemoModel();
    return {
      baseUrl: demo.url,
      apiKey,
      authToken,
      label: 'Scripted demo model',
      scripted: true,
      defaultModel: DEMO_MODEL,
      close: demo.close,
    };
  }
  const baseUrl = env.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com';
  return {
    baseUrl,
    apiKey,
    authToken,
    label: `Claude at ${new URL(baseUrl).host}`,
    scripted: false,
    defaultModel: env.CODEX_DEFAULT_MODEL ?? null,
    close: async () => undefined,
  };
}
