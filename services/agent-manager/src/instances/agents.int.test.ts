import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, streamOf } from '@claude-codex/contracts';
import { dependencyDecider, instanceDecider, questionDecider, taskDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { FILES } from '../runtimes/process/launch.ts';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

const commit = 'date +%N >> work.txt; git add -A; git commit -qm Work';

/** What all workers of a house wrote, as they wrote it. */
function workerOutput(root: string): string {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(FILES.journal));
  return files.map((path) => readFileSync(join(root, path), 'utf8')).join('');
}

describe('agents', { timeout: 120_000 }, () => {
  it('ask, get values and hand over by text when they have no tools', async () => {
    const house = await openHouse((step, { prompts }) => {
      const heard = prompts.join('\n');
      if (!heard.includes('Answer to your question')) {
        return textAnswer(
          '[USER_QUESTION]\ncategory: technical\nquestion: Which one?\noptions: [left, right]\n[/USER_QUESTION]',
        );
      }
      if (!heard.includes('THE_KEY was provided')) {
        return textAnswer(
          '[DEPENDENCY_REQUEST]\ntype: api_key\nname: THE_KEY\ndescription: for signing\nrequired: true\n[/DEPENDENCY_REQUEST]\n[ERROR]\nnot: [valid\n[/ERROR]',
        );
      }
      if (step === 0) return bashAnswer(0, `echo "key is $THE_KEY"; ${commit}`);
      return textAnswer('Done.\n=== PHASE 1 COMPLETE ===');
    });
    await house.createOne();
    const question = await house.until('QuestionAsked');
    expect(question.data).toMatchObject({
      category: 'technical',
      question: 'Which one?',
      options: [{ label: 'left' }, { label: 'right' }],
    });
    // The worker says every five seconds that it lives; nobody wants to read that later.
    await waitFor('a sign of life', async () => workerOutput(house.root).includes('"heartbeat"'));
    const answer = { choices: ['left'], text: '' };
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: question.stream,
      decider: questionDecider,
      command: { type: 'AnswerQuestion', answer, by: 'person' },
    });
    expect((await house.until('AnswerDelivered')).data).toEqual({ via: 'message' });

    const dependency = await house.until('DependencyRequested');
    const provide = (secretId: string) =>
      handleCommand(house.store, {
        ...house.envelope(),
        stream: dependency.stream,
        decider: dependencyDecider,
        command: { type: 'ProvideDependency', secretId, remember: 'task' },
      });
    expect((await house.until('ProtocolWarningRaised')).data).toMatchObject({ block: 'ERROR' });
    await provide(house.secrets.lostId);
    expect((await house.until('DependencyValueLost')).data).toEqual({ secretId: house.secrets.lostId });
    expect(await house.count('DependencyDelivered')).toBe(0);
    await provide(newId());
    await house.until('DependencyDelivered');

    expect((await house.until('PhaseSubmitted')).data).toMatchObject({ phase: 'develop', round: 1, via: 'text' });
    const completed = await house.until('AttemptCompleted');
    expect(completed.data.evidence).toMatchObject({ suspicious: false, check: { command: 'exit 3', exitCode: 3 } });
    expect(completed.data.changes).toMatchObject({ filesChanged: 1, commits: [{ subject: 'Work' }] });
    expect(await house.count('QuestionAsked')).toBe(1);
    const journal = await house.journal.read(completed.data.instanceId, { limit: 1_000 });
    const text = JSON.stringify(journal);
    expect(text).not.toContain('heartbeat');
    expect(text).toContain('key is');
    expect(text).not.toContain('canary-value-7');
    expect(JSON.stringify(await house.events())).not.toContain('canary-value-7');
  });

  it('start with the values they may use, and not before those can be opened', async () => {
    const checkCommand = 'echo "given: $THE_KEY"; exit 3';
    const house = await openHouse(
      (step) =>
        step === 0 ? bashAnswer(0, `echo "key of $\{#THE_KEY} letters"; ${commit}`) : textAnswer('I am done.'),
      { checkCommand },
    );
    const dependency = { ...house.envelope(), stream: streamOf('dependency', newId()), decider: dependencyDecider };
    const facts = { dependencyType: 'api_key' as const, name: 'THE_KEY', description: '', required: true };
    const taskId = newId();
    const remembered = { secretId: newId(), remember: 'task' as const };
    const request = { ...facts, type: 'RequestDependency' as const, taskId, instanceId: newId(), remembered };
    await handleCommand(house.store, { ...dependency, command: request });

    house.secrets.leave();
    await house.createOne({ taskId });
    await house.until('InstanceStarting');
    await sleep(3_000);
    expect(await house.count('InstanceStarted')).toBe(0);
    house.secrets.comeBack();
    const { stream } = await house.until('PhaseSubmitted');
    const journal = await house.journal.read(idOf(stream), { limit: 1_000 });
    expect(JSON.stringify(journal)).toContain('key of 14 letters');
    // The check has the value too, and what it prints of it is kept with dots in its place.
    const { evidence } = (await house.until('AttemptCompleted')).data;
    const printed = String(await house.blob(evidence.check?.outputBlobId ?? ''));
    expect(printed).toContain('given: ••••••');
    expect(printed).not.toContain('canary-value-7');
  });

  it('get a value remembered from another task when they ask for it by name, without a person, and not before', async () => {
    const ask = '[DEPENDENCY_REQUEST]\ntype: api_key\nname: THE_KEY\n[/DEPENDENCY_REQUEST]';
    // By what it was told and not by how often it was called: a call that breaks off is made again.
    const house = await openHouse((step, { prompts }) => {
      const length = `echo "key of $\{#THE_KEY} letters"`;
      if (step === 0) return bashAnswer(0, length);
      if (step === 2) return textAnswer('I am done.');
      const isGiven = prompts.join('\n').includes('THE_KEY was provided');
      return isGiven ? bashAnswer(1, `${length}; ${commit}`) : textAnswer(ask);
    });
    const elsewhere = { ...house.envelope(), stream: streamOf('dependency', newId()), decider: dependencyDecider };
    const facts = { dependencyType: 'api_key' as const, name: 'THE_KEY', description: '', required: true };
    const remembered = { secretId: newId(), remember: 'workspace' as const };
    const request = { ...facts, type: 'RequestDependency' as const, taskId: newId(), instanceId: newId(), remembered };
    await handleCommand(house.store, { ...elsewhere, command: request });
    house.secrets.remembered.set('THE_KEY', remembered);

    await house.createOne();
    const { stream } = await house.until('PhaseSubmitted');
    const text = JSON.stringify(await house.journal.read(idOf(stream), { limit: 1_000 }));
    expect(text.indexOf('key of 0 letters')).toBeGreaterThan(0);
    expect(text.indexOf('key of 14 letters')).toBeGreaterThan(text.indexOf('key of 0 letters'));
    expect(await house.count('DependencyRequested')).toBe(2);
    expect(await house.count('DependencyProvided')).toBe(2);
  });

  it('who ask again for what they were given are answered by a person, not by the server for ever', async () => {
    const ask = '[DEPENDENCY_REQUEST]\ntype: api_key\nname: THE_KEY\n[/DEPENDENCY_REQUEST]';
    const house = await openHouse(() => textAnswer(ask));
    house.secrets.remembered.set('THE_KEY', { secretId: newId(), remember: 'workspace' });
    await house.createOne();
    await waitFor('the second request', async () => (await house.count('DependencyRequested')) === 2, {
      timeoutMs: 60_000,
    });
    await sleep(3_000);
    expect(await house.count('DependencyRequested')).toBe(2);
    expect(await house.count('DependencyProvided')).toBe(1);
    expect(await house.count('TurnEnded')).toBe(2);
  });

  it('are told by a message what to ask for instead of a name the shell acts on', async () => {
    const ask = '[DEPENDENCY_REQUEST]\ntype: env_variable\nname: PS4\n[/DEPENDENCY_REQUEST]';
    const house = await openHouse((step) => (step === 0 ? textAnswer(ask) : textAnswer('I see.')));
    await house.createOne();
    const { data } = await house.until('MessageSent');
    expect(data.text).toMatch(/^PS4 is a name .* ask for it under a name of its own, such as APP_PS4/);
    expect((await house.until('ProtocolWarningRaised')).data).toMatchObject({ block: 'DEPENDENCY_REQUEST' });
    expect(await house.count('DependencyRequested')).toBe(0);
  });

  it('who flood people with blocks have as many open as the tools allow, and learn why', async () => {
    const question = (at: number) => `[USER_QUESTION]\nquestion: Flood ${at}?\ncategory: technical\n[/USER_QUESTION]`;
    const request = (at: number) => `[DEPENDENCY_REQUEST]\ntype: api_key\nname: KEY_${at}\n[/DEPENDENCY_REQUEST]`;
    const flood = Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? question(at) : request(at))).join('\n');
    const house = await openHouse((step) =>
      textAnswer(step === 0 ? `${flood}\n[ERROR]\nmessage: the last block\n[/ERROR]` : 'I wait.'),
    );
    await house.createOne();
    await house.until('ErrorReported');
    expect((await house.count('QuestionAsked')) + (await house.count('DependencyRequested'))).toBe(20);
    const { data } = await house.until('MessageSent');
    expect(data.text).toMatch(
      /^20 questions, requests and lists of issues of yours are open.*decide by yourself what you can\.$/,
    );
    expect(await house.count('MessageSent')).toBe(1);
    expect((await house.until('ProtocolWarningRaised')).data).toMatchObject({ block: 'TOO_MANY_REQUESTS' });
    expect(await house.count('ProtocolWarningRaised')).toBe(1);
  });

  it('count as handed over when a turn ends with everything there', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer('I am done.')));
    await house.createOne();
    expect((await house.until('PhaseSubmitted')).data).toMatchObject({ via: 'turn_end', summary: 'I am done.' });
    await house.until('ReviewCreated');
    expect(await house.count('MessageSent')).toBe(0);
  });

  it('are reminded three times when they end a turn with nothing done, and then fail with the reason', async () => {
    const house = await openHouse(() => textAnswer('Everything is wonderful.'));
    await house.createOne();
    expect((await house.until('InstanceFailed')).data).toMatchObject({ code: 'PHASE_NOT_HANDED_OVER' });
    expect(await house.count('MessageSent')).toBe(3);
    expect((await house.until('TaskFailed')).data).toMatchObject({ code: 'PHASE_NOT_HANDED_OVER' });
    expect(await house.count('PhaseSubmitted')).toBe(0);
    await waitFor('the worker to be gone', () => readdirSync(join(house.root, 'processes')).length === 0);
  });

  it('wait in the queue while there is no room, and are frozen while their task is paused', async () => {
    const house = await openHouse((step) =>
      step < 3 ? bashAnswer(step, `sleep 1; ${commit}`) : textAnswer('=== PHASE develop COMPLETE ==='),
    );
    const first = await house.createOne();
    await house.until('InstanceAttached');
    const second = await house.createOne();
    const pause = async (type: 'PauseTask' | 'ResumeTask') =>
      handleCommand(house.store, {
        ...house.envelope(),
        stream: streamOf('task', first),
        decider: taskDecider,
        command: { type },
      });
    await pause('PauseTask');
    await house.until('InstancePaused');
    const instanceId = idOf((await house.until('InstancePaused')).stream);
    // A frozen agent gives its place to the next one.
    await waitFor(
      'the second task to start',
      async () => (await house.events()).some(({ type, stream }) => type === 'TaskStarted' && idOf(stream) === second),
      { timeoutMs: 60_000 },
    );
    expect(
      (await house.events()).some(({ type, stream }) => type === 'PhaseSubmitted' && idOf(stream) === instanceId),
    ).toBe(false);
    await pause('ResumeTask');
    await waitFor('both to be handed over', async () => (await house.count('ReviewCreated')) === 2, {
      timeoutMs: 60_000,
    });
    expect(await house.count('InstanceLost')).toBe(0);
  });

  it('are stopped with their task, and a message to an idle one is answered', async () => {
    const house = await openHouse(
      (_step, { prompts }) =>
        prompts.at(-1)?.includes('Phase: plan') === true
          ? {
              text: '',
              calls: [{ id: `write${prompts.length}`, name: 'Bash', input: { command: 'echo "# Plan" > PLAN.md' } }],
            }
          : textAnswer('Heard you.'),
      { workflow: 'plan-only' },
    );
    const taskId = await house.createOne();
    const started = await house.until('InstanceAttached');
    const instanceId = idOf(started.stream);
    const message = { type: 'SendMessage' as const, messageId: newId(), text: 'Are you there?', interrupt: true };
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: started.stream,
      decider: instanceDecider,
      command: message,
    });
    await house.until('MessageDelivered');
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: streamOf('task', taskId),
      decider: taskDecider,
      command: { type: 'CancelTask', reason: '' },
    });
    await house.until('InstanceStopped');
    await waitFor('the worker to be gone', () => readdirSync(join(house.root, 'processes')).length === 0);
    expect(await house.count('InstanceLost')).toBe(0);
    const journal = await house.journal.read(instanceId, { limit: 1_000 });
    expect(journal.at(-1)?.record.entry).toMatchObject({ type: 'exited', reason: 'stopped' });
  });
});
