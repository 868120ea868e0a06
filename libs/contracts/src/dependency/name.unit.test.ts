import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyNameProblem } from './name.ts';

describe('the name a value is asked for under', () => {
  it.each([
    'STRIPE_API_KEY',
    'X',
    '_TOKEN',
    'NODE_AUTH_TOKEN',
    'DOCKER_PASSWORD',
    'SSH_PRIVATE_KEY',
    'HTTP_TOKEN',
    'LDAP_URL',
    'psk',
  ])('%s can be given', (name) => expect(dependencyNameProblem(name)).toBeNull());

  it.each([
    ...[
      'PS4',
      'PS1',
      'PATH',
      'path',
      'Path',
      'IFS',
      'ENV',
      'BASH_ENV',
      'BASH_FUNC_ls',
      'SHELLOPTS',
      'PROMPT_COMMAND',
      'UID',
    ],
    ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'DYLD_INSERT_LIBRARIES', 'MALLOC_CHECK_', 'GCONV_PATH', 'LC_ALL'],
    ...[
      'NODE_OPTIONS',
      'NODE_PATH',
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'PERL5OPT',
      'RUBYOPT',
      'JAVA_TOOL_OPTIONS',
      'RUSTC_WRAPPER',
    ],
    ...[
      'GIT_SSH_COMMAND',
      'GIT_DIR',
      'SSH_ASKPASS',
      'HTTPS_PROXY',
      'https_proxy',
      'npm_config_script_shell',
      'NODE_EXTRA_CA_CERTS',
    ],
    ...['ANTHROPIC_API_KEY', 'CLAUDE_ENV_FILE', 'CODEX_DATA_DIR', 'HOME', 'TMPDIR', '_'],
  ])('%s is what a program acts on: another name is proposed', (name) => {
    const problem = dependencyNameProblem(name) ?? '';
    expect(problem).toContain('ask for it under a name of its own');
    const proposed = /such as (\w+),/.exec(problem)?.[1] ?? '';
    expect(dependencyNameProblem(proposed)).toBeNull();
  });

  it.each(['', '1KEY', 'MY KEY', 'MY-KEY', 'KEY=1', 'KEY\n', '$(id)', 'a;b', 'ключ', 'X'.repeat(101), 'BASH_FUNC_x%%'])(
    '%j is no name a shell can hold',
    (name) => expect(dependencyNameProblem(name)).toContain('cannot be the name of an environment variable'),
  );

  it('holds nothing a shell would read as anything else, whatever is asked', () => {
    fc.assert(fc.property(fc.string(), (name) => dependencyNameProblem(name) !== null || /^\w{1,100}$/.test(name)));
  });
});
