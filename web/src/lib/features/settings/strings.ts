export const text = {
  title: 'Settings',
  profile: 'You',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  signOut: 'Sign out',
  password: 'Password',
  passwordDetail: 'Changing it signs out every other browser of yours. API tokens stay good.',
  currentPassword: 'Present password',
  newPassword: 'New password',
  newPasswordHint: 'At least 10 characters, and not one of those everybody tries first.',
  changePassword: 'Change password',
  passwordChanged: 'Your password is changed. Your other browsers are signed out.',
  sessions: 'Signed-in browsers',
  sessionsDetail: 'Sign out any that you do not know.',
  current: 'This browser',
  revoke: 'Sign out',
  tokens: 'API tokens',
  tokensDetail:
    'For programs: send it as “Authorization: Bearer …”. A token never does more than you may, and never makes another token, an invite or a password.',
  tokenScope: 'May',
  tokenName: 'Name of the token',
  tokenNamePlaceholder: 'What is it for?',
  tokenDays: 'Valid for',
  createToken: 'Create token',
  tokenOnce: 'Copy it now: it is shown this once only.',
  copy: 'Copy',
  copied: 'Copied',
  revokeToken: 'Revoke',
  noTokens: 'No token yet.',
  github: 'GitHub',
  members: 'Members',
  resetPassword: 'New password…',
  resetOnce: (name: string) =>
    `Send this link to ${name}. It lets them choose a new password once, within a day, signs out all their browsers, and is shown this once only.`,
  values: 'Remembered values',
  valuesDetail:
    'Values people let the server keep. An agent gets one when it asks for it by this name, and nobody is asked again. Nobody can read them here.',
  noValues: 'Nothing is remembered. Whoever gives an agent a value chooses how long it is kept.',
  wholeWorkspace: 'every repository',
  gone: 'a repository that was removed',
  forget: 'Forget',
  forgetAsk: (name: string) => `Forget ${name}?`,
  forgetDetail:
    'The value is deleted for ever. Agents that were given it keep it until their container ends; whoever needs it next asks for it again.',
  membersDetail: 'Owners administer, editors work, viewers look.',
  invite: 'Create invite link',
  inviteOnce: 'Send this link to one person. It works once, for seven days, and is shown this once only.',
  openInvites: 'Open invites',
  remove: 'Remove',
  erase: 'Erase',
  eraseTitle: 'Erase personal data',
  eraseDetail:
    'Name, address, password, sign-ins, tokens and settings are deleted for ever, and the person leaves the workspace. What they did stays, as of “a former member”.',
  eraseNow: 'Erase for ever',
  model: 'Model and agents',
  scripted: 'Prepared answers for the demo. Set ANTHROPIC_API_KEY and start again to use a real model.',
  isolated: 'Each agent runs in a container or sandbox of its own, without network.',
  noManager: 'No agent manager has answered yet: nothing can be said, and no agent starts.',
  notIsolated:
    'Agents run as processes on this machine, without a sandbox. Install bubblewrap or Docker and start again for isolation.',
  health: 'See whether all of it works',
} as const;

export const ROLE = { owner: 'Owner', editor: 'Editor', viewer: 'Viewer' } as const;

export const SCOPE = {
  read: 'only read',
  write: 'read and do the work of an editor',
  admin: 'do all that you may',
} as const;
/** In a list, where one word has to do. */
export const SCOPE_WORD = { read: 'reads', write: 'reads and writes', admin: 'administers' } as const;
