import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import {
  agentWorks,
  answerQuestion,
  approveAndMerge,
  approvePlan,
  becomeOwner,
  provideValue,
  taskState,
  trySample,
} from '../src/browser-steps.ts';
import { type ComposeServer, composeServer } from '../src/compose.ts';
import { SECRET } from '../src/main-flow.ts';

describeWith(chromiumEngine, 'the main job in a browser, on compose with agents in containers', () => {
  let browser: Browser;
  let server: ComposeServer;
  let owner: Visitor;
  beforeAll(async () => {
    server = composeServer();
    browser = await launchChromium();
    owner = await openVisitor(browser, server.url);
  });
  afterAll(async () => {
    await owner?.close();
    await browser?.close();
  });

  it('goes from the set-up link to a merged change', async ({ task, onTestFailed }) => {
    onTestFailed(() => owner.keepEvidence(task.name));
    const { page } = owner;
    await becomeOwner(owner, server.setupPath);
    await trySample(owner);
    await agentWorks(page);
    expect(server.workers(), 'the agent works in a container').toHaveLength(1);
    await approvePlan(owner);
    await answerQuestion(owner);
    await provideValue(owner, SECRET);
    await approveAndMerge(owner);
    await taskState(page, 'Done');
    owner.expectClean();
  });
});
