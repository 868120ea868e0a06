import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerBody } from './container-body.ts';

const settings = {
  imageId: 'sha256:abc',
  user: '1000:1000',
  supervisor: '1001:1001',
  memoryBytes: 2 * 1024 ** 3,
  cpus: 2,
  pids: 512,
  seccomp: '{"defaultAction":"SCMP_ACT_ERRNO"}',
  scope: 'scope',
};
const directories = { checkout: '/data/i/checkout', home: '/data/i/home', sockets: '/data/s' };
const instanceId = '01jd0000000000000000000000';

describe('the create body', () => {
  it('is the isolation profile and nothing else', () => {
    const { HostConfig, ...rest } = containerBody({ instanceId, epoch: 3, directories }, settings);
    expect(rest).toMatchObject({
      name: `agent-${instanceId}-3`,
      Image: 'sha256:abc',
      User: '1001:1001',
      OpenStdin: true,
      NetworkDisabled: true,
      // The image was built by compose and says so: without these `docker compose` would take agents for its own.
      Labels: { 'com.docker.compose.project': '', 'com.docker.compose.service': '' },
    });
    expect(HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: [],
      Privileged: false,
      ReadonlyRootfs: true,
      Init: true,
      IpcMode: 'private',
      NetworkMode: 'none',
      PidsLimit: 512,
      Memory: 2147483648,
      MemorySwap: 2147483648,
      NanoCpus: 2e9,
      RestartPolicy: { Name: 'no' },
      SecurityOpt: ['no-new-privileges', `seccomp=${settings.seccomp}`],
      Devices: [],
    });
    expect(HostConfig?.Mounts?.map(({ Target, ReadOnly }) => [Target, ReadOnly])).toEqual([
      ['/workspace', false],
      ['/run/codex', true],
      ['/home/agent/.claude', false],
    ]);
    expect(JSON.stringify(HostConfig)).not.toContain('docker.sock');
  });

  it('refuses ids and epochs that are not ours', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        fc.pre(!/^[0-9a-hjkmnp-tv-z]{26}$/.test(id));
        expect(() => containerBody({ instanceId: id, epoch: 1, directories }, settings)).toThrow();
      }),
    );
    for (const epoch of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => containerBody({ instanceId, epoch, directories }, settings)).toThrow();
    }
  });
});
