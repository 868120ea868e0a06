import type { ForgeConnectionEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { REPOSITORY, TASK } from '../spec/samples.ts';
import { forgeConnectionDecider, personBehind } from './index.ts';

const given = specFor(forgeConnectionDecider);
const data = { provider: 'github' as const, webUrl: 'https://github.com', credentialId: TASK, login: 'team-bot' };
const connected: ForgeConnectionEvent = { type: 'ForgeConnected', data };
const detail = 'Bad credentials';
const refused: ForgeConnectionEvent = { type: 'ForgeCredentialRefused', data: { detail } };

describe('a connection to a forge', () => {
  it('takes the newest credential', () => {
    given([connected, refused])
      .when({ type: 'ConnectForge', ...data })
      .then([connected]);
  });

  it('says once that its credential is refused, and that it is taken again', () => {
    const refusal = { type: 'RecordRefusal', credentialId: TASK, detail } as const;
    const acceptance = { type: 'RecordAcceptance', credentialId: TASK } as const;
    given([connected]).when(refusal).then([refused]);
    given([connected, refused]).when(refusal).thenNothing();
    given([connected, refused])
      .when(acceptance)
      .then([{ type: 'ForgeCredentialAccepted', data: {} }]);
    given([connected]).when(acceptance).thenNothing();
  });

  it('is not touched by what is heard of a credential that was replaced', () => {
    given([connected]).when({ type: 'RecordRefusal', credentialId: REPOSITORY, detail }).thenNothing();
    given([connected, refused]).when({ type: 'RecordAcceptance', credentialId: REPOSITORY }).thenNothing();
  });

  it('ends once', () => {
    given([]).when({ type: 'DisconnectForge' }).refusedWith('FORGE_NOT_CONNECTED');
    given([connected])
      .when({ type: 'DisconnectForge' })
      .then([{ type: 'ForgeDisconnected', data: {} }]);
    given([connected, { type: 'ForgeDisconnected', data: {} }])
      .when({ type: 'DisconnectForge' })
      .thenNothing();
  });

  it('knows who was heard there, and whom they stand for, whatever the case of their login', () => {
    const seen: ForgeConnectionEvent = { type: 'ForgeLoginSeen', data: { login: 'Grace' } };
    const mapped: ForgeConnectionEvent = { type: 'ForgeLoginMapped', data: { login: 'grace', personId: 'ada' } };
    given([connected]).when({ type: 'SeeLogin', login: 'Grace' }).then([seen]);
    given([connected, seen]).when({ type: 'SeeLogin', login: 'GRACE' }).thenNothing();
    // Whoever an owner named before they said anything is heard for the first time all the same.
    given([connected, mapped]).when({ type: 'SeeLogin', login: 'Grace' }).then([seen]);
    given([connected, mapped, seen]).when({ type: 'SeeLogin', login: 'grace' }).thenNothing();
    given([connected, mapped, seen]).thenState((state) => expect(personBehind(state, 'GRACE')).toBe('ada'));
    given([connected, seen]).when({ type: 'MapLogin', login: 'grace', personId: 'ada' }).then([mapped]);
    given([connected, mapped]).when({ type: 'MapLogin', login: 'Grace', personId: 'ada' }).thenNothing();
    given([]).when({ type: 'MapLogin', login: 'grace', personId: 'ada' }).refusedWith('FORGE_NOT_CONNECTED');
  });

  it('keeps whom somebody stands for when another credential is used', () => {
    const mapped: ForgeConnectionEvent = { type: 'ForgeLoginMapped', data: { login: 'grace', personId: 'ada' } };
    const ended: ForgeConnectionEvent = { type: 'ForgeDisconnected', data: {} };
    given([connected, mapped, ended, connected]).thenState((state) => expect(personBehind(state, 'Grace')).toBe('ada'));
  });
});
