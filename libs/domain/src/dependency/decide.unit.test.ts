import type { DependencyEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, it } from 'vitest';
import { CODER, REVIEW, TASK } from '../spec/samples.ts';
import { dependencyDecider } from './index.ts';

const given = specFor(dependencyDecider);
const data = {
  taskId: TASK,
  instanceId: CODER,
  dependencyType: 'api_key' as const,
  name: 'API_KEY',
  description: 'to call the API',
  required: true,
};
const requested: DependencyEvent = { type: 'DependencyRequested', data };
const provided: DependencyEvent = { type: 'DependencyProvided', data: { secretId: REVIEW, remember: 'task' } };

describe('a dependency request', () => {
  it('is provided or declined, once', () => {
    given([requested]).when({ type: 'ProvideDependency', secretId: REVIEW, remember: 'task' }).then([provided]);
    given([requested])
      .when({ type: 'DeclineDependency', reason: 'no' })
      .then([{ type: 'DependencyDeclined', data: { reason: 'no' } }]);
    given([requested, provided])
      .when({ type: 'DeclineDependency', reason: 'no' })
      .refusedWith('DEPENDENCY_ALREADY_RESOLVED');
    given([]).when({ type: 'DeclineDependency', reason: 'no' }).refusedWith('DEPENDENCY_NOT_FOUND');
  });

  it('is asked of nobody when the value was remembered, and asked once', () => {
    const remembered = { secretId: REVIEW, remember: 'repository' as const };
    const ask = { type: 'RequestDependency' as const, ...data, remembered };
    given([])
      .when(ask)
      .then([requested, { type: 'DependencyProvided', data: remembered }]);
    given([])
      .when({ ...ask, remembered: null })
      .then([requested]);
    given([requested]).when(ask).then([]);
  });

  it('is open again when nobody can open its value any more', () => {
    const lost: DependencyEvent = { type: 'DependencyValueLost', data: { secretId: REVIEW } };
    const again: DependencyEvent = { type: 'DependencyProvided', data: { secretId: TASK, remember: 'task' } };
    const report = { type: 'ReportLostValue' as const, secretId: REVIEW };
    given([requested, provided]).when(report).then([lost]);
    given([requested, provided, lost]).when(report).then([]);
    given([requested, provided, lost])
      .when({ type: 'ProvideDependency', secretId: TASK, remember: 'task' })
      .then([again]);
    given([requested, provided, lost, again]).when(report).then([]);
  });

  it('reaches every epoch of the agent', () => {
    const delivered = (epoch: number): DependencyEvent => ({ type: 'DependencyDelivered', data: { epoch } });
    given([requested]).when({ type: 'MarkDependencyDelivered', epoch: 1 }).refusedWith('DEPENDENCY_NOT_RESOLVED');
    given([requested, provided])
      .when({ type: 'MarkDependencyDelivered', epoch: 1 })
      .then([delivered(1)]);
    given([requested, provided, delivered(1)])
      .when({ type: 'MarkDependencyDelivered', epoch: 2 })
      .then([delivered(2)]);
  });
});
