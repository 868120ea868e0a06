export const loginText = {
  title: 'Who gives commands from GitHub',
  lead: 'Whoever may write to a repository can steer its tasks from comments there, as a repository allows it. Somebody who stands for a member has the rights of that one, whatever they are.',
  none: 'Nobody gave a command yet.',
  login: 'Login',
  member: 'Member',
  memberOf: (login: string) => `Member that ${login} stands for`,
  nobody: 'Nobody: they act as themselves',
  former: 'A former member',
  said: (name: string) => `Said by ${name}`,
  unheard: 'Not heard yet',
  add: 'Add a login',
  addSubmit: 'Add',
} as const;
