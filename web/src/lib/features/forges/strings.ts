import { count } from '#lib/format/number.ts';

export const NEW_TOKEN = 'https://github.com/settings/personal-access-tokens/new';

export const text = {
  title: 'GitHub',
  detail: 'Where approved work becomes a pull request.',
  gives:
    'Connect it and pick repositories from a list: approved work on them is opened as a pull request on GitHub, and its checks and its merge are followed here. Repositories connected before by their address stay as they are.',
  needs: 'The token needs these permissions, for the repositories agents are to work on:',
  permission: 'Permission',
  access: 'Access',
  why: 'To',
  more: 'Nothing else is used.',
  makeToken: 'Make a fine-grained token on GitHub',
  token: 'Token',
  tokenHint: 'Sealed in this browser before it is sent, stored encrypted, never shown again.',
  connect: 'Connect',
  connecting: 'Asking GitHub…',
  connectedAs: 'Connected as',
  refusedAs: 'GitHub no longer lets in',
  refusedWay:
    'Work goes on. What is to be opened or merged there waits until that is put right there, or somebody connects again here.',
  since: 'Connected',
  test: 'Test',
  works: (login: string) => `GitHub answers, as ${login}.`,
  budget: (remaining: number, limit: number) => `${count(remaining)} of ${count(limit)} requests left`,
  resets: (time: string) => `until ${time}`,
  noBudget: 'It says nothing of a limit.',
  installedOn: (name: string, account: string) => `The app ${name} is installed on repositories of ${account}.`,
  lacks: (missing: readonly string[]) => `It was not given ${missing.join(', ')}: less is seen.`,
  replace: 'Replace token',
  useToken: 'Use a token instead',
  useApp: 'Make a GitHub App',
  keep: 'Keep the present one',
  disconnect: 'Disconnect',
  disconnectAsk: 'Disconnect GitHub?',
  disconnectStops: [
    'Its repositories are no longer read, and nothing is opened or merged there.',
    'The token or the key of the app is deleted here; on GitHub it stays until you delete it there.',
  ],
  none: 'Not connected.',
  onlyOwners: 'An owner of this workspace can change that.',
} as const;
