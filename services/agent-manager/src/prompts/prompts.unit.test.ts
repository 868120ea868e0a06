import { describe, expect, it } from 'vitest';
import { resumePrompt, systemPrompt, withDocuments } from './index.ts';

const planning = { deliverables: ['DESIGN.md'], requiresChanges: false };
const coding = { deliverables: ['NOTES.md'], requiresChanges: true };
const reader = { phase: planning, home: '/home/agent', putsDocuments: true };
const plan = (text: string | Buffer) => ({ path: 'PLAN.md', content: Buffer.from(text) });

describe('documents of a message', () => {
  it('are shown, and are files of the work where only documents are handed over', () => {
    const { text, documents } = withDocuments('Phase: design (round 1)', [plan('# Plan\n')], reader);
    expect(text).toBe(
      'Phase: design (round 1)\n\nDocument PLAN.md, which is also the file PLAN.md of your checkout:\n<document>\n# Plan\n</document>',
    );
    expect(documents).toEqual([{ place: 'checkout', path: 'PLAN.md', base64: btoa('# Plan\n') }]);
  });

  it('are to be read beside the work where changes are handed over, but for what is handed over with them', () => {
    const own = { path: 'NOTES.md', content: Buffer.from('notes') };
    const { text, documents } = withDocuments('Go.', [plan('# Plan'), own], { ...reader, phase: coding });
    expect(text).toContain('PLAN.md, which is also the file /home/agent/documents/PLAN.md, to read only:');
    expect(documents.map(({ place }) => place)).toEqual(['home', 'checkout']);
    expect(withDocuments('Go.', [plan('x')], { ...reader, phase: null }).documents[0]?.place).toBe('home');
  });

  it('are whole in their file when they are too long to be shown, or no text', () => {
    const long = 'x'.repeat(40_000);
    const { text, documents } = withDocuments('Go.', [plan(long)], reader);
    expect(text).toBe(
      'Go.\n\nDocument PLAN.md is too long to be shown here. All of it is the file PLAN.md of your checkout: read it first.',
    );
    expect(atob(documents[0]?.base64 ?? '')).toBe(long);
    const picture = Buffer.from([0x89, 0x50, 0xff]);
    const shown = withDocuments('Go.', [plan(picture)], reader);
    expect(shown.text).toContain('PLAN.md is no text. It is the file PLAN.md of your checkout.');
    expect(Buffer.from(shown.documents[0]?.base64 ?? '', 'base64')).toEqual(picture);
  });

  it('that are larger than a message may be are named', () => {
    const { text, documents } = withDocuments('Go.', [{ path: 'PLAN.md', content: null }, plan('# Plan')], reader);
    expect(text).toContain('Document PLAN.md is larger than what can be handed on (8 MB with all others).');
    expect(documents).toHaveLength(1);
  });

  it('are shown whole to an agent whose supervisor puts none into its files', () => {
    const long = 'x'.repeat(40_000);
    const { text, documents } = withDocuments('Go.', [plan(long)], { ...reader, putsDocuments: false });
    expect(text).toContain(`PLAN.md (put it into the file first):\n<document>\n${long}\n</document>`);
    expect(documents).toEqual([]);
  });
});

it('a resumed session is told what happened and gets what it missed', () => {
  const text = resumePrompt({
    reason: 'the server was restarted',
    phase: { name: 'plan', round: 1 },
    messages: ['Use Postgres.'],
  });
  expect(text).toMatch(/^You were interrupted\./);
  expect(text.endsWith('Use Postgres.')).toBe(true);
});

it('names the branch and the check command to the agent', () => {
  const text = systemPrompt({
    instanceName: 'work-7-a1',
    kind: 'coding',
    branch: 'codex/work-7-a1',
    baseBranch: 'main',
    checkCommand: 'npm test',
  });
  expect(text).toContain('codex/work-7-a1');
  expect(text).toContain('`npm test`');
});
