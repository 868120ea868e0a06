import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSampleRepository } from '@claude-codex/demo/sample-repository';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';
import { git } from './git/git.ts';

const REPOSITORY = 'octo/visitors';
const ISSUES = [
  { title: 'An empty name is greeted', body: 'Whoever presses Enter without a name gets `Hello, !`.', labels: ['bug'] },
  { title: 'Greet visitors in their language', body: 'Start with French and German.', labels: ['enhancement'] },
];

const port = Number(process.env.PORT ?? '3443');
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('PORT must be a port number, 0 to 65535\n');
  process.exit(2);
}
const { HOST: host = '127.0.0.1', NAME: name = 'localhost' } = process.env;
const fake = await startFakeGithub({ host, port, name, isChecked: false });
await addSample(fake);
process.stdout.write(welcome(fake, fake.addToken({ login: 'octo' })));
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void fake.stop().then(() => process.exit(0)));
}

/** The sample repository of the demonstration, with its history, and issues to work on. */
async function addSample({ addRepository, addCollaborator, openIssue }: FakeGithub): Promise<void> {
  const { directory } = await addRepository(REPOSITORY, { files: {} });
  const scratch = await mkdtemp(join(tmpdir(), 'codex-github-demo-'));
  try {
    await createSampleRepository(join(scratch, 'sample.git'));
    await git(directory, ['fetch', '--quiet', join(scratch, 'sample.git'), 'main:main']);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  addCollaborator(REPOSITORY, 'grace', 'write');
  for (const issue of ISSUES) await openIssue(REPOSITORY, { ...issue, by: 'grace' });
}

function welcome({ webUrl, apiUrl, cloneUrl, certificate }: FakeGithub, token: string): string {
  return `A stand-in of GitHub is on ${webUrl}. It is for trying things out: everything is forgotten when it stops.

  pages       ${webUrl} (who looks at them is grace, who comments, reviews and merges)
  repository  ${cloneUrl(REPOSITORY)} (${ISSUES.length} issues)
  token       ${token}

Start the product with

  GITHUB_API_URL=${apiUrl}
  CODEX_PRIVATE_HOSTS=${name}
  NODE_EXTRA_CA_CERTS=${certificate.file}
  GIT_SSL_CAINFO=${certificate.file}
`;
}
