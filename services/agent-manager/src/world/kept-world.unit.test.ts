import { keptFields } from '@claude-codex/testing/kept-fields';
import { expect, it } from 'vitest';
import { WORLD_SHAPE } from './kept-world.ts';
import { World } from './world.ts';

/** Whoever has to change this raises `WORLD_SHAPE` in the same commit. */
const KEPT = {
  shape: 9,
  parts: {
    asks: '',
    dependencies:
      'byText id state.delivered state.reason state.requested.dependencyType state.requested.description state.requested.instanceId state.requested.name state.requested.required state.requested.taskId state.secretId state.status workspaceId',
    exposures: '',
    instances:
      'attachedAt bundles{} causedBy checkpoint checkpoint.at checkpoint.sessionId checkpoint.transcriptBlobId correlationId handedOver headSha host.id host.since id lastEventId loss loss.at loss.cause loss.reason losses queuedAt state.baseBranch state.baseSha state.branch state.epoch state.kind state.managerId state.messageIds[] state.model state.name state.paused state.pending[].documents[].blobId state.pending[].documents[].path state.pending[].interrupt state.pending[].messageId state.pending[].text state.proposal state.proposal.body state.proposal.draft state.proposal.title state.reminders state.reminders.count state.reminders.phase state.reminders.round state.repositoryId state.sessionId state.status state.submitted state.submitted.deliverables[] state.submitted.phase state.submitted.round state.submitted.summary state.taskId submission submission.at submission.deliverables[] submission.eventId submission.phase submission.proposal submission.proposal.body submission.proposal.draft submission.proposal.title submission.round submission.summary submission.via submittedAt toolCalls toolCallsBefore waits workspaceId',
    leftBehind: '[]',
    position: '',
    progress:
      'causedBy correlationId hold hold.cause hold.detail hold.needsPerson hold.saidAt hold.since members{} movedAt movedBy pullRequest reviews{}.approvals[].by reviews{}.approvals[].kind reviews{}.gate[].by reviews{}.gate[].needed reviews{}.status workspaceId',
    questions:
      'id state.answer.choices[] state.answer.text state.asked.category state.asked.defaultAnswer state.asked.instanceId state.asked.multi state.asked.options[].description state.asked.options[].label state.asked.question state.asked.taskId state.asked.timeoutSeconds state.delivered state.status',
    repositories:
      'baseBranch checkCommand defaultBranch followThrough.automatic followThrough.rounds forgeRules forgeRules.deletesBranch forgeRules.mergeMethods[] issues.commands issues.comment mirror mirror.branches[] mirror.defaultBranch mirror.headSha mirror.shallow name problem problem.code problem.detail requireGreen sendsThreads source.kind status',
    tasks:
      'agents.coding agents.planning automatic automatic.of automatic.over automatic.round automatic.signature baseBranch description heads[] labels[] model number origin origin.kind origin.number origin.provider origin.slug origin.title origin.url phases[].attempts[].check phases[].attempts[].deliverables[].blobId phases[].attempts[].deliverables[].bytes phases[].attempts[].deliverables[].path phases[].attempts[].deliverables[].sha256 phases[].attempts[].headSha phases[].attempts[].instanceId phases[].attempts[].kind phases[].attempts[].number phases[].attempts[].reviewId phases[].attempts[].round phases[].attempts[].roundLimit phases[].attempts[].status phases[].attempts[].told[] phases[].chosen phases[].definition.attempts phases[].definition.deliverables[] phases[].definition.gate[].by phases[].definition.gate[].needed phases[].definition.instructions phases[].definition.kind phases[].definition.name phases[].definition.requiresChanges phases[].definition.title phases[].reopened phases[].reopened.conflicts[] phases[].reopened.detail phases[].reopened.reason phases[].status priority repositoryId status title workflow.description workflow.maxRounds workflow.name workflow.phases[].attempts workflow.phases[].deliverables[] workflow.phases[].gate[].by workflow.phases[].gate[].needed workflow.phases[].instructions workflow.phases[].kind workflow.phases[].name workflow.phases[].requiresChanges workflow.phases[].title workflow.title',
  },
};

it('what is kept of a world looks as its version says', () => {
  expect({ shape: WORLD_SHAPE, parts: keptFields(() => new World()) }).toEqual(KEPT);
}, 30_000);
