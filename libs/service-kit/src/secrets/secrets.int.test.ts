import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idFrom } from '../ids.ts';
import { createInstanceTokens } from './instance-tokens.ts';
import { loadMasterKey } from './master-key.ts';
import { createSealedInbox, createSecretBox, SecretUnreadable, sealTo } from './secret-box.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  path = join(directory, 'keys', 'master.key');
});
afterEach(() => rm(directory, { recursive: true }));

describe('the master key', () => {
  it('is made once, for its owner only', async () => {
    const first = await loadMasterKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const second = await loadMasterKey(path);
    expect(second.derive('x')).toEqual(first.derive('x'));
    expect(first.derive('x')).not.toEqual(first.derive('y'));
    expect((await readFile(path, 'utf8')).trim()).toHaveLength(44);
  });

  it('is the same for processes that start together', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => loadMasterKey(path)));
    expect(new Set(keys.map((key) => key.derive('x').toString('hex'))).size).toBe(1);
    expect(await readdir(join(directory, 'keys'))).toEqual(['master.key']);
  });

  it('is refused when everybody could read it, or when it is no key', async () => {
    await loadMasterKey(path);
    await chmod(path, 0o644);
    await expect(loadMasterKey(path)).rejects.toThrow('chmod 600');
    const short = join(directory, 'short.key');
    await writeFile(short, 'too short', { mode: 0o600 });
    await expect(loadMasterKey(short)).rejects.toThrow('32 bytes');
  });
});

describe('sealed values', () => {
  it('are opened by the server alone', async () => {
    const box = await createSecretBox(await loadMasterKey(path));
    const sealed = await sealTo(box.publicKey, 'sk-canary ü');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('canary');
    expect(box.openSealed(sealed)).toBe('sk-canary ü');
    const again = await createSecretBox(await loadMasterKey(path));
    expect(again.openSealed(sealed)).toBe('sk-canary ü');
    const other = await createSealedInbox();
    expect(() => other.openSealed(sealed)).toThrow(SecretUnreadable);
    for (const bad of ['', 'not base64!', randomBytes(80).toString('base64')]) {
      expect(() => box.openSealed(bad)).toThrow(SecretUnreadable);
    }
    await expect(sealTo('no key', 'x')).rejects.toThrow(SecretUnreadable);
  });

  it('are kept so that rows cannot be swapped or changed', async () => {
    const box = await createSecretBox(await loadMasterKey(path));
    const kept = box.encryptAtRest('sk-canary', 'secret-1');
    expect(box.encryptAtRest('sk-canary', 'secret-1')).not.toBe(kept);
    expect(box.decryptAtRest(kept, 'secret-1')).toBe('sk-canary');
    expect(() => box.decryptAtRest(kept, 'secret-2')).toThrow(SecretUnreadable);
    expect(() => box.decryptAtRest(`${kept.slice(0, -6)}AAAA==`, 'secret-1')).toThrow(SecretUnreadable);
    expect(() => box.decryptAtRest('v2.AAAA', 'secret-1')).toThrow(SecretUnreadable);
    const other = await createSecretBox(await loadMasterKey(join(directory, 'other.key')));
    expect(() => other.decryptAtRest(kept, 'secret-1')).toThrow(SecretUnreadable);
  });
});

describe('instance tokens', () => {
  const identity = {
    instanceId: idFrom('i'),
    epoch: 2,
    kind: 'coding' as const,
    taskId: idFrom('t'),
    workspaceId: idFrom('w'),
    repositoryId: idFrom('r'),
  };

  it('say who calls, at one door, for a time', async () => {
    const tokens = createInstanceTokens(await loadMasterKey(path));
    const token = await tokens.mint(identity, { audience: 'mcp', ttlSeconds: 60 });
    expect(await tokens.verify(token, 'mcp')).toEqual(identity);
    expect(await tokens.verify(token, 'model')).toBeNull();
    const old = await tokens.mint(identity, { audience: 'mcp', ttlSeconds: -61 });
    expect(await tokens.verify(old, 'mcp')).toBeNull();
  });

  it('cannot be made elsewhere or changed', async () => {
    const master = await loadMasterKey(path);
    const tokens = createInstanceTokens(master);
    const other = createInstanceTokens(await loadMasterKey(join(directory, 'other.key')));
    expect(await tokens.verify(await other.mint(identity, { audience: 'mcp', ttlSeconds: 60 }), 'mcp')).toBeNull();
    const token = await tokens.mint(identity, { audience: 'mcp', ttlSeconds: 60 });
    const [header, payload, signature] = token.split('.');
    const claims = { ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), epoch: 3 };
    const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const forged of [`${header}.${changed}.${signature}`, `${none}.${changed}.`, 'a.b.c', '']) {
      expect(await tokens.verify(forged, 'mcp')).toBeNull();
    }
    const noClaims = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('claude-codex')
      .setAudience('mcp')
      .setSubject('x')
      .setExpirationTime('1m')
      .sign(master.derive('instance-tokens'));
    expect(await tokens.verify(noClaims, 'mcp')).toBeNull();
  });
});
