import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JournalEntry, JournalRecord } from '@claude-codex/contracts/worker/protocol';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { openWorkerStage, type WorkerStage } from '@claude-codex/testing/worker/worker-stage';
import { afterEach, describe, expect, test } from 'vitest';

const STOP = { type: 'stop', id: 'stop', reason: 'done' } as const;
const SECRET = 'p@ss w0rd/+=%äö"quoted"';

describe('a supervisor under control', { timeout: 60_000 }, () => {
  let stage: WorkerStage;
  afterEach(() => stage.close());

  test('masks a secret in every shape in which a command prints it, and in the transcript', async () => {
    const commands = [
      'echo "plain $SECRET_VALUE"; echo "b64 $(printf %s "$SECRET_VALUE" | base64 -w0)"',
      'echo "b64 inside $(printf "user:%s!" "$SECRET_VALUE" | base64 -w0)"; echo "hex $(printf %s "$SECRET_VALUE" | od -An -tx1 | tr -d " \\n")"',
      'node -e "const v = process.env.SECRET_VALUE; console.log(JSON.stringify({ v }), encodeURIComponent(v), new URLSearchParams({ v }).toString())"',
      'echo "$SECRET_VALUE" > leaked.txt; cat leaked.txt; tr "\\0" "\\n" </proc/self/environ | grep SECRET_VALUE',
    ];
    stage = await openWorkerStage({
      model: (step) => {
        const command = commands[step];
        return command === undefined ? textAnswer('done') : bashAnswer(step, command);
      },
    });
    const worker = stage.start({ secrets: { SECRET_VALUE: SECRET }, prompt: `My password is ${SECRET}` });
    await worker.waitFor('turn_ended');
    worker.send({ type: 'collect', id: 'c1', deliverables: ['leaked.txt'] });
    const collected = await worker.waitFor('collected');
    expect(collected.missingDeliverables).toEqual(['leaked.txt']);
    const warnings = worker.records.flatMap(({ entry }) => (entry.type === 'warning' ? [entry.code] : []));
    expect(warnings).toContain('SECRET_IN_DELIVERABLE');
    expect(collected.secrets).toEqual([{ name: 'SECRET_VALUE', path: 'leaked.txt', line: 1 }]);
    worker.send(STOP);
    await worker.exited;

    const transcript = stage.egress.blobs.get(collected.transcriptBlobId ?? '')?.toString() ?? '';
    const written = `${worker.text()}\n${transcript}\n${readFileSync(join(stage.home, '.codex/agent.log'), 'utf8')}`;
    expect(written).toContain('plain ••••••');
    expect(written).toContain('hex ••••••');
    const shapes = [SECRET, encodeURIComponent(SECRET), new URLSearchParams({ v: SECRET }).toString().slice(2)];
    const bytes = Buffer.from(SECRET);
    const base64 = [bytes, Buffer.from(`user:${SECRET}!`)].map((value) => value.toString('base64').slice(8, 24));
    for (const shape of [...shapes, ...base64, bytes.toString('hex')]) expect(written).not.toContain(shape);
    expect(written).not.toContain(JSON.stringify(JSON.stringify(SECRET)).slice(3, -3));
  });

  test('asks before a tool that is not allowed, and takes yes and no', async () => {
    stage = await openWorkerStage({
      model: (step) => {
        if (step < 2) return bashAnswer(step, `echo ran > ran-${step}.txt`);
        return textAnswer('done');
      },
    });
    const worker = stage.start({ permissions: { mode: 'ask', allowTools: ['Read', 'mcp__codex__*'] } });
    const first = await worker.waitFor('permission_requested');
    expect(first).toMatchObject({ tool: 'Bash', input: { command: 'echo ran > ran-0.txt' } });
    worker.send({
      type: 'permission',
      id: 'p1',
      requestId: first.requestId,
      decision: 'deny',
      reason: 'Not this one.',
    });
    const second = await worker.waitFor('permission_requested', (request) => request.requestId !== first.requestId);
    worker.send({ type: 'permission', id: 'p2', requestId: second.requestId, decision: 'allow', reason: '' });
    worker.send({ type: 'permission', id: 'p3', requestId: 'unknown', decision: 'allow', reason: '' });
    await worker.waitFor('turn_ended');
    const refused = await worker.waitFor('tool_result', (result) => result.isError);
    expect(refused.output).toContain('Not this one.');
    expect(await worker.waitFor('ack', (ack) => ack.commandId === 'p3')).toMatchObject({ ok: false });
    expect(execFileSync('ls', { cwd: stage.checkout }).toString()).toMatch(/ran-1\.txt/);
    expect(execFileSync('ls', { cwd: stage.checkout }).toString()).not.toMatch(/ran-0\.txt/);
  });

  test('keeps messages in order while a turn runs; one that interrupts comes at once', async () => {
    stage = await openWorkerStage({
      model: (_step, { prompts }) =>
        prompts.length === 1 ? bashAnswer(prompts.length, 'sleep 50') : textAnswer(`heard ${prompts.at(-1)}`),
    });
    const worker = stage.start({ prompt: 'first' });
    await worker.waitFor('tool_call');
    for (const text of ['second', 'third']) worker.send({ type: 'message', id: text, text, interrupt: false });
    worker.send({ type: 'message', id: 'now', text: 'now', interrupt: true });
    await worker.waitFor('assistant_text', (text) => text.text.includes('third'));
    const messages = worker.records.flatMap(({ entry }) => (entry.type === 'user_message' ? [entry.text] : []));
    expect(messages).toEqual(['first', 'now', 'second', 'third']);
    worker.send({ type: 'interrupt', id: 'i1' });
    expect(await worker.waitFor('ack', (ack) => ack.commandId === 'i1')).toMatchObject({ ok: true });
  });

  test('reads the text protocol and cuts huge outputs', async () => {
    const question =
      '[USER_QUESTION]\ncategory: style\nquestion: Tabs or spaces?\noptions: [tabs, spaces]\n[/USER_QUESTION]';
    stage = await openWorkerStage({
      model: (step) =>
        step === 0
          ? { ...bashAnswer(step, 'head -c 300000 /dev/zero | tr "\\0" x; echo END'), text: question }
          : textAnswer(`${question}\n[ERROR]\nmessage: [\n[/ERROR]\n=== PHASE 2 COMPLETE ===`),
    });
    const worker = stage.start();
    await worker.waitFor('turn_ended');
    const blocks = worker.records.flatMap(({ entry }) => (entry.type === 'text_block' ? [entry] : []));
    expect(blocks.map((block) => [block.block, block.problem === null])).toEqual([
      ['USER_QUESTION', true],
      ['ERROR', false],
      ['PHASE_COMPLETE', true],
    ]);
    const result = await worker.waitFor('tool_result');
    expect(Buffer.byteLength(result.output)).toBeLessThan(70_000);
  });

  test('ends what it started, also what was put into the background, when it is told to stop or gets a signal', async () => {
    const script = 'nohup setsid sleep 300 >/dev/null 2>&1 & echo started';
    stage = await openWorkerStage({
      model: (step) => (step === 0 ? bashAnswer(step, script) : bashAnswer(step, 'sleep 299')),
    });
    const worker = stage.start();
    await worker.waitFor('tool_call', (call) => JSON.stringify(call.input).includes('299'));
    expect((await stage.processes()).join('\n')).toContain('sleep 300');
    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(1);
    expect(worker.records.at(-1)?.entry).toEqual({ type: 'exited', reason: 'signal', detail: 'SIGTERM' });
    expect(await stage.processes()).toEqual([]);
  });

  test('tells of a limit of the provider and of lines that are no commands', async () => {
    let refusals = 0;
    stage = await openWorkerStage({
      model: () => {
        refusals += 1;
        return refusals > 1
          ? textAnswer('done')
          : { status: 429, errorType: 'rate_limit_error', headers: { 'retry-after': '1' } };
      },
    });
    const worker = stage.start();
    worker.sendLine('not json {"secret"');
    worker.sendLine('{"type":"fly","id":"x"}');
    expect(await worker.waitFor('rate_limited')).toMatchObject({ status: 'retrying' });
    await worker.waitFor('turn_ended');
    const problems = worker.records.flatMap(({ entry }) =>
      entry.type === 'warning' && entry.code === 'BAD_COMMAND' ? [entry] : [],
    );
    expect(problems).toHaveLength(2);
    expect(worker.text()).not.toContain('"secret"');
  });

  test('a frozen container is not an orphan when it goes on', async () => {
    stage = await openWorkerStage({ model: () => textAnswer('done') });
    const worker = stage.start({ orphanTimeoutMs: 6_000 });
    const pinging = setInterval(() => worker.send({ type: 'ping' }), 300);
    await worker.waitFor('turn_ended');
    clearInterval(pinging);
    worker.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    worker.kill('SIGCONT');
    worker.send({ type: 'interrupt', id: 'after' });
    await worker.waitFor('ack', (ack) => ack.commandId === 'after');
    await worker.waitFor('heartbeat');
    expect(worker.records.some(({ entry }) => entry.type === 'exited')).toBe(false);
  });

  test('says so when Claude Code ends by itself, and names a model it does not know', async () => {
    stage = await openWorkerStage({
      model: (step) => bashAnswer(step, step === 0 ? 'echo hi' : 'kill -9 $CLAUDE_PID'),
    });
    const worker = stage.start({ model: 'some-model-of-ours' });
    expect(await worker.waitFor('session_started')).toMatchObject({ model: 'some-model-of-ours' });
    expect(await worker.exited).toBe(1);
    expect(worker.records.at(-1)?.entry).toMatchObject({ type: 'exited', reason: 'failed' });
    expect(await stage.processes()).toEqual([]);
  });

  test('gives Claude Code a small environment, no settings of the repository, and its instructions as words', async () => {
    let system = '';
    stage = await openWorkerStage({
      model: (step, conversation) => {
        system = conversation.system;
        return step === 0 ? bashAnswer(step, 'env | cut -d= -f1 | sort | tr "\\n" " "') : textAnswer('done');
      },
    });
    await mkdir(join(stage.checkout, '.claude'));
    const marker = join(stage.folder, 'hook-ran');
    const hooks = { SessionStart: [{ hooks: [{ type: 'command', command: `touch ${marker}` }] }] };
    const settings = { hooks, env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', PLANTED: 'yes' } };
    await writeFile(join(stage.checkout, '.claude/settings.json'), JSON.stringify(settings));
    await writeFile(join(stage.checkout, 'CLAUDE.md'), 'Always greet the cat.');
    const worker = stage.start({ env: { MY_SETTING: '1' } }, { NOT_FOR_THE_AGENT: 'x' });
    await worker.waitFor('turn_ended');
    const { output } = await worker.waitFor('tool_result');
    expect(output).toContain('MY_SETTING');
    for (const name of ['NOT_FOR_THE_AGENT', 'PLANTED']) expect(output).not.toContain(name);
    expect(existsSync(marker)).toBe(false);
    expect(system).toContain('You work for Claude Codex.');
    expect(system).toContain('Always greet the cat.');
  });

  test('works with a FIFO as input and a file as journal, through writers that come and go', async () => {
    stage = await openWorkerStage({ model: () => textAnswer('done') });
    const fifo = join(stage.folder, 'stdin');
    const journal = join(stage.folder, 'journal.ndjson');
    execFileSync('mkfifo', [fifo]);
    const input = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = openSync(journal, 'a');
    const main = fileURLToPath(import.meta.resolve('@claude-codex/worker/main'));
    const env = { PATH: process.env.PATH ?? '' };
    const child = spawn(process.execPath, [main], { detached: true, stdio: [input, output, 'inherit'], env });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    closeSync(input);
    closeSync(output);
    const writeLine = (line: unknown) => {
      const fd = openSync(fifo, constants.O_RDWR);
      writeSync(fd, `${JSON.stringify(line)}\n`);
      return () => closeSync(fd);
    };
    const entries = (): JournalEntry[] =>
      readFileSync(journal, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JournalRecord.parse(JSON.parse(line)).entry);
    const has = (type: string) => entries().some((entry) => entry.type === type);

    const hold = writeLine(stage.startCommand());
    await expect.poll(() => has('turn_ended'), { timeout: 20_000 }).toBe(true);
    writeLine({ type: 'message', id: 'm1', text: 'again', interrupt: false })();
    await expect
      .poll(() => entries().filter((entry) => entry.type === 'turn_ended').length, { timeout: 20_000 })
      .toBe(2);
    writeLine(STOP)();
    expect(await exited).toBe(0);
    hold();
    expect(entries().at(-1)?.type).toBe('exited');
  });
});
