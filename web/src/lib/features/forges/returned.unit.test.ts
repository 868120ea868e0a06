import { describe, expect, it } from 'vitest';
import { returnedIn } from './returned.ts';

describe('whoever comes back from the forge', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['tab=x', { kind: 'nothing' }],
    ['code=c&state=s', { kind: 'made', state: 's', code: 'c' }],
    ['installation_id=7&setup_action=install&state=s', { kind: 'installed', state: 's', installationId: 7 }],
    ['setup_action=request&state=s', { kind: 'requested' }],
    ['code=c', { kind: 'unclear' }],
    ['state=s', { kind: 'unclear' }],
    ['installation_id=7', { kind: 'unclear' }],
    ['installation_id=-7&state=s', { kind: 'unclear' }],
    ['installation_id=7e99&state=s', { kind: 'unclear' }],
  ])('with "%s"', (query, returned) => expect(returnedIn(new URLSearchParams(query))).toEqual(returned));
});
