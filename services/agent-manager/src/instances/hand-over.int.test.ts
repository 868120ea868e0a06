import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamOf } from '@claude-codex/contracts';
import { dependencyDecider, questionDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

type House = Awaited<ReturnType<typeof openHouse>>;
const DONE = textAnswer('Done.\n=== PHASE develop COMPLETE ===');
const commit = 'date +%N >> work.txt; git add -A; git commit -qm Work';
const refused = async (house: House) => (await house.until('AttemptRefused')).data.reasons.join(' ');

async function changedFiles(house: House): Promise<string[]> {
  const { changes } = (await house.until('AttemptCompleted')).data;
  return inMirror(house, 'diff', '--name-only', changes?.baseSha ?? '', changes?.headSha ?? '').split('\n');
}

function inMirror({ root }: House, ...args: string[]): string {
  const [mirror = ''] = readdirSync(join(root, 'mirrors'));
  return execFileSync('git', [`--git-dir=${join(root, 'mirrors', mirror)}`, ...args], { encoding: 'utf8' }).trim();
}

/** Blobs and objects of the mirror and of every bundle, unpacked. */
function everythingKept(root: string): string {
  const [mirror = ''] = readdirSync(join(root, 'mirrors'));
  const blobs = readdirSync(join(root, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const scratch = mkdtempSync(join(root, 'unpacked-'));
  const git = (...args: string[]) => execFileSync('git', [`--git-dir=${scratch}`, ...args], { encoding: 'latin1' });
  git('init', '--quiet', '--bare');
  writeFileSync(join(scratch, 'objects/info/alternates'), `${join(root, 'mirrors', mirror, 'objects')}\n`);
  const contents = blobs.map((path) => readFileSync(path, 'latin1'));
  for (const [index, path] of blobs.entries()) {
    if (/^# v[23] git bundle/.test(contents[index] ?? '')) git('bundle', 'unbundle', path);
  }
  return git('cat-file', '--batch-all-objects', '--batch') + contents.join('');
}

describe('a hand-over', { timeout: 120_000 }, () => {
  it('comes to its end when the check command itself commits', async () => {
    // Not a file that the sample repository ignores: then there would be nothing to commit.
    const check = 'date +%N >> by-check.txt; git add -A; git commit -qm "by the check"';
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : DONE), { checkCommand: check });
    await house.createOne();
    const { data } = await house.until('AttemptCompleted');
    expect(data.changes?.commits).toMatchObject([{ subject: 'Work' }]);
    expect(await house.count('MessageSent')).toBe(0);
  });

  it('waits for a sub-agent that still works, however early the agent says that it is done, and says so', async () => {
    const house = await openHouse((step, { prompts }) => {
      const works = prompts.some((prompt) => prompt.includes('SUBWORK'));
      if (works) return step === 0 ? bashAnswer(7, 'sleep 23; date +%s%3N > sub.txt') : textAnswer('Written.');
      if (step > 0) return DONE;
      const input = { description: 'write sub.txt', prompt: 'SUBWORK', subagent_type: 'general-purpose' };
      return { text: '', calls: [{ id: 'toolu_agent', name: 'Agent', input }] };
    });
    await house.createOne();
    const submitted = await house.until('PhaseSubmitted');
    expect(await changedFiles(house)).toEqual(['sub.txt']);
    const { data } = await house.until('AttemptCompleted');
    const written = Number(inMirror(house, 'show', `${data.changes?.headSha}:sub.txt`));
    expect(Date.parse(submitted.at)).toBeLessThan(written);
    expect(data.evidence.notices).toEqual([
      expect.stringMatching(/^The hand-over waited \d+ s for the sub-agent “write sub.txt”.$/),
    ]);
  });

  it('is followed by a warning when something changes the checkout afterwards', async () => {
    // Started so that nobody knows of it: no tool of the agent's waits for it or could end it.
    const late = `${commit}; (setsid sh -c "sleep 12; echo late > late.txt" >/dev/null 2>&1 &)`;
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, late) : DONE));
    await house.createOne();
    await house.until('AttemptCompleted');
    const warning = await house.until('ProtocolWarningRaised');
    expect(warning.data).toMatchObject({
      block: 'CHANGED_AFTER_HAND_OVER',
      problem: expect.stringContaining('late.txt'),
    });
  });

  it('of an agent that removed its repository is refused once, and then offered as its files', async () => {
    const house = await openHouse((step) =>
      step === 0 ? bashAnswer(0, 'rm -rf .git; echo new > new.txt; rm README.md') : DONE,
    );
    // Whoever finds a repository above the checkout finds this one.
    execFileSync(
      'sh',
      ['-c', 'git init -q . && git -c user.name=x -c user.email=x commit -q --allow-empty -m theirs'],
      {
        cwd: house.root,
      },
    );
    const theirs = () => execFileSync('git', ['log', '--all', '--format=%s'], { cwd: house.root, encoding: 'utf8' });
    await house.createOne();
    expect(await refused(house)).toContain('The agent removed its repository (.git is missing).');
    expect(await changedFiles(house)).toEqual(['README.md', 'new.txt']);
    const { data } = await house.until('AttemptCompleted');
    expect(data.evidence.notices).toEqual([expect.stringContaining('removed its repository')]);
    expect(data.changes).toMatchObject({ filesChanged: 2, commits: [{}] });
    expect(theirs()).toBe('theirs\n');
  });

  it('takes in what a scaffolder left with a repository of its own', async () => {
    const scaffold = 'mkdir app; cd app; git init -q; echo x > index.js; git add .; git commit -qm scaffold';
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, scaffold) : DONE));
    await house.createOne();
    expect(await changedFiles(house)).toEqual(['app/index.js']);
    const { data } = await house.until('AttemptCompleted');
    expect(data.evidence.notices).toEqual([
      'Repositories inside the work were taken in as plain files, without their history: app.',
    ]);
    expect(await house.count('AttemptRefused')).toBe(0);
  });

  it('with conflict markers is refused once, and is the reviewer’s when the agent means it', async () => {
    const marked = 'printf "<<<<<<< a\\n1\\n=======\\n2\\n>>>>>>> b\\n" > c.txt; git add -A; git commit -qm c';
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, marked) : DONE));
    await house.createOne();
    expect(await refused(house)).toContain('Conflict markers (<<<<<<<, >>>>>>>) are left in c.txt.');
    const { data } = await house.until('AttemptCompleted');
    expect(data.evidence.notices).toEqual(['Conflict markers (<<<<<<<, >>>>>>>) are left in c.txt.']);
    expect((await house.until('MessageSent')).data).toMatchObject({ reminder: { phase: 'develop', round: 1 } });
  });

  it('with characters that cannot be seen says so on the card of the review', async () => {
    const hidden = 'printf "if (ok\\342\\200\\256) {\\n" > a.js; printf "us\\320\\265r\\n" > b.js; echo fine > c.js';
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, hidden) : DONE));
    await house.createOne();
    const { data } = await house.until('AttemptCompleted');
    expect(data.evidence.notices).toEqual([
      'Characters that cannot be seen, or that only look like others: a.js, b.js.',
    ]);
  });

  it('whose output git ignores says so, and ends after so many reminders', async () => {
    const house = await openHouse((step) =>
      step === 0 ? bashAnswer(0, 'mkdir node_modules; echo x > node_modules/x') : DONE,
    );
    await house.createOne();
    expect(await refused(house)).toContain('git ignores what was made: node_modules/');
    expect((await house.until('TaskFailed')).data).toMatchObject({ code: 'EVIDENCE_MISSING' });
    expect(await house.count('MessageSent')).toBe(3);
  });
});

describe('a value in a commit', { timeout: 120_000 }, () => {
  async function leak() {
    const house = await openHouse((step) =>
      step === 0
        ? bashAnswer(0, 'mkdir -p src; echo; echo "key=$THE_KEY" > src/config.txt; git add -A; git commit -qm Work')
        : DONE,
    );
    const dependency = { ...house.envelope(), stream: streamOf('dependency', newId()), decider: dependencyDecider };
    const facts = { dependencyType: 'api_key' as const, name: 'THE_KEY', description: '', required: true };
    const taskId = newId();
    const remembered = { secretId: newId(), remember: 'workspace' as const };
    const request = { ...facts, type: 'RequestDependency' as const, taskId, instanceId: newId(), remembered };
    await handleCommand(house.store, { ...dependency, command: request });
    await house.createOne({ taskId });
    const question = await house.until('QuestionAsked');
    return { house, question };
  }
  const answer = (house: House, stream: string, choice: string) =>
    handleCommand(house.store, {
      ...house.envelope(),
      stream,
      decider: questionDecider,
      command: { type: 'AnswerQuestion', answer: { choices: [choice], text: '' }, by: 'person' },
    });

  it('is told to the agent once, then a person decides by name and place, and accepts once', async () => {
    const { house, question } = await leak();
    expect(await refused(house)).toContain('THE_KEY in src/config.txt, line 1');
    expect(question.data.question).toContain('THE_KEY in src/config.txt, line 1');
    expect(await house.count('AttemptCompleted')).toBe(0);
    expect(await house.count('MessageSent')).toBe(1);
    expect(everythingKept(house.root)).not.toContain('canary-value-7');
    await answer(house, question.stream, 'Accept once');
    const { data } = await house.until('AttemptCompleted');
    expect(data.evidence.notices).toEqual([expect.stringContaining('A person accepted values in the commits once')]);
    expect(everythingKept(house.root)).toContain('canary-value-7');
    await house.until('AnswerDelivered');
    expect(await house.count('MessageSent')).toBe(1);
    expect(JSON.stringify(await house.events())).not.toContain('canary-value-7');
  });

  it('goes back to the agent when a person says so, and a manager that restarts still knows', async () => {
    const { house, question } = await leak();
    await house.manager.stop();
    await house.startManager('second', 1);
    await answer(house, question.stream, 'Send back');
    await waitFor('the second message', async () => (await house.count('MessageSent')) === 2, { timeoutMs: 60_000 });
    expect(await house.count('AttemptCompleted')).toBe(0);
  });
});
