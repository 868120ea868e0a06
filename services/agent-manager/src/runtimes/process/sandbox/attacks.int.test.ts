import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeWith, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isRoot } from './agent-user.ts';
import type { Attacked } from './attacked-server.fixture.ts';

const SERVER = fileURLToPath(new URL('./attacked-server.fixture.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../../fixture-worker.mjs', import.meta.url));
const BUBBLEWRAP = {
  name: 'bubblewrap',
  missing: existsSync('/usr/bin/bwrap') ? null : 'install bubblewrap (tools/install-test-servers.sh)',
};
/** Servers are tried as root and as an ordinary user; a test run by an ordinary user can only be that one. */
const SERVERS: readonly (readonly [string, number])[] = isRoot()
  ? [
      ['root', 0],
      ['an ordinary user', 65_534],
    ]
  : [['an ordinary user', process.getuid?.() ?? 65_534]];
/** System calls by number, from a language every Debian has. */
const CALLS =
  process.arch === 'arm64'
    ? { keyctl: 219, add: 217, unshare: 97, ptrace: 117 }
    : { keyctl: 250, add: 248, unshare: 272, ptrace: 101 };

for (const [who, uid] of SERVERS) {
  describeWith(BUBBLEWRAP, `an agent of a server that runs as ${who}`, () => {
    const canary = `canary-${randomBytes(8).toString('hex')}`;
    const root = join(tmpdir(), `codex-attacks-${randomBytes(4).toString('hex')}`);
    let server: ChildProcess;
    let said: AsyncIterator<string>;
    let facts: { pid: number; port: number; own: Place; other: Place; name: string; user: number };

    beforeAll(async () => {
      mkdirSync(root, { mode: 0o700 });
      chownSync(root, uid, uid);
      // What the server holds: variables, and a key in the kernel's keyring of its session.
      const keyring = `syscall(${CALLS.keyctl}, 1, 0); my ($t, $n) = ('user', 'canary'); syscall(${CALLS.add}, $t, $n, $ENV{CODEX_CANARY}, 20, -3); exec @ARGV`;
      server = spawn('perl', ['-e', keyring, process.execPath, SERVER, root, WORKER], {
        ...(isRoot() ? { uid, gid: uid } : {}),
        env: { PATH: process.env.PATH ?? '', TMPDIR: root, HOME: root, CODEX_CANARY: canary },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      if (server.stdout === null) throw new Error('no output');
      said = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
      facts = await answer();
    }, 60_000);
    afterAll(async () => {
      server.stdin?.end();
      await once(server, 'exit');
      rmSync(root, { recursive: true, force: true });
    });

    async function answer() {
      const { value } = await said.next();
      if (value === undefined) throw new Error('the server ended');
      return JSON.parse(value);
    }

    /** What a command of the agent's came to. Wherever it looked, it must not have seen the canary. */
    async function attack(command: string): Promise<Attacked> {
      server.stdin?.write(`${JSON.stringify(command)}\n`);
      const made: Attacked = await answer();
      expect(made.output, command).not.toContain(canary);
      return made;
    }
    const perl = (script: string) => attack(`SUPERVISOR=$PPID perl -e '${script}'`);

    it('is an ordinary user without any right, and can become nobody else', async () => {
      const { output } = await attack('id -u; grep -E "^(Cap|NoNewPrivs|Groups)" /proc/self/status');
      expect(output).toMatch(new RegExp(`^${facts.user}\n`));
      expect(output).not.toMatch(/Cap(Inh|Prm|Eff|Bnd|Amb):\t0*[1-9a-f]/);
      expect(output).toMatch(/NoNewPrivs:\t1/);
      if (uid === 0) {
        const shell = join(facts.own.checkout, 'shell');
        copyFileSync('/bin/dash', shell);
        chmodSync(shell, 0o4755);
        expect((await attack('./shell -p -c "id -u"')).output.trim()).toBe(String(facts.user));
      }
      await attack('su -c id root </dev/null; sudo -n id; pkexec id').then(({ output: tried }) =>
        expect(tried).not.toContain('uid=0'),
      );
    });

    it('cannot read an environment, the memory or the open files of the server or its own supervisor', async () => {
      await attack('cat /proc/*/environ /proc/*/task/*/environ');
      await attack(`cat /proc/${facts.pid}/environ /proc/${facts.pid}/maps; ls -l /proc/${facts.pid}/fd`);
      // Its parent is the supervisor, which has the journal at 1 and the manager's commands at 0.
      const opened = await attack(
        'for f in environ mem maps fd/0 fd/1; do cat /proc/$PPID/$f; done; ls /proc/$PPID/fd',
      );
      expect(opened.output.match(/Permission denied/g)).toHaveLength(6);
      expect((await attack('echo forged > /proc/$PPID/fd/1')).status).not.toBe(0);
      await attack('cat /proc/1/environ /proc/1/cmdline');
      expect((await attack('ls -l /proc/self/fd')).output).not.toMatch(/journal|identity|exit|rules|sandbox\.json/);
    });

    it('cannot trace its supervisor or the server, nor see or signal processes of the machine', async () => {
      const traced = await perl(`print syscall(${CALLS.ptrace}, 16, $_, 0, 0), " " for ${facts.pid}, $ENV{SUPERVISOR}`);
      expect(traced.output).toBe('-1 -1 ');
      expect((await attack(`kill -9 ${facts.pid}`)).status).not.toBe(0);
      expect(Number((await attack('ls -d /proc/[0-9]* | wc -l')).output)).toBeLessThan(10);
      expect(() => process.kill(facts.pid, 0)).not.toThrow();
    });

    it('finds no file of the server, of another agent or of people', async () => {
      const { other } = facts;
      await attack(`cat ${root}/secrets/master-key ${other.checkout}/canary ${other.home}/canary`);
      await attack(`ls -lR ${root} | head -50`).then(({ output }) =>
        expect(output).not.toMatch(new RegExp(`master-key|processes|${basename(dirname(other.checkout))}`)),
      );
      await attack('cat /etc/shadow /etc/ssh/* /root/.ssh/* /root/.bash_history').then(({ status }) =>
        expect(status).not.toBe(0),
      );
      const outside =
        'for d in /root /home /var/lib /run /srv /mnt /media /boot /sys /opt; do ls -A $d 2>/dev/null; done';
      expect((await attack(outside)).output).toBe('');
      // Names work their way out of nothing: links, and the way up.
      await attack(
        `ln -s ${root}/secrets/master-key link; cat link; cat ../../secrets/master-key /proc/self/root/${root}/secrets/*`,
      );
      await attack(`cat /proc/self/cwd/../../secrets/master-key /proc/1/root${root}/secrets/master-key`);
    });

    it('cannot write its own journal, identity or exit, nor any program it runs', async () => {
      const processes = join(root, 'processes', facts.name);
      const forged = await attack(
        `for f in journal.ndjson identity exit stdin rules; do echo forged >> ${processes}/$f; done`,
      );
      expect(forged.output).not.toBe('');
      expect(readdirSync(processes)).toContain('journal.ndjson');
      for (const file of ['journal.ndjson', 'identity', 'exit']) {
        expect(readFileSync(join(processes, file), 'utf8').split('\n')).not.toContain('forged');
      }
      const programs = await attack(
        `echo x >> ${WORKER}; echo x >> ${process.execPath}; touch /usr/bin/x /etc/x /x /dev/x; chmod +r ${root}/programs/*`,
      );
      expect(
        programs.output.match(/Read-only file system|Permission denied|Operation not permitted/g)?.length,
      ).toBeGreaterThanOrEqual(7);
    });

    it('reaches no socket of the machine: not by address, path, abstract name or vsock', async () => {
      const connect = (to: string) =>
        attack(
          `node -e 'require("net").connect(${to}).on("data", (d) => console.log(String(d))).on("error", (e) => { console.log(e.code); process.exit(1); })'`,
        );
      for (const to of [
        `{ port: ${facts.port}, host: "127.0.0.1" }`,
        `{ port: 53, host: "1.1.1.1" }`,
        `{ port: 80, host: "169.254.169.254" }`,
        `"\\0${canary}"`,
        `"${facts.other.sockets}/egress.sock"`,
        '"/var/run/docker.sock"',
        '"/run/systemd/private"',
      ]) {
        const { status, output } = await connect(to);
        expect(status, to).toBe(1);
        expect(output, to).toMatch(/ECONNREFUSED|ENOENT|ENETUNREACH|EACCES/);
      }
      expect((await perl('use Socket; socket(my $s, 40, 1, 0) or print $!')).output).toContain('not supported');
      expect((await attack('cat /proc/net/dev | grep -c :')).output.trim()).toBe('1');
    });

    it('gets nothing from the kernel that it could climb out by: keyrings, namespaces, mounts, devices', async () => {
      const keys = await perl(
        `my ($b, $t, $n) = (" " x 100, "user", "canary"); print syscall(${CALLS.keyctl}, 11, -3, $b, 100), syscall(${CALLS.keyctl}, 10, -3, $t, $n, 0)`,
      );
      expect(keys.output).toBe('-1-1');
      expect((await perl(`print syscall(${CALLS.unshare}, 0x10000000)`)).output).toBe('-1');
      expect((await attack('unshare -r true')).status).not.toBe(0);
      expect((await attack('mount -t tmpfs none /tmp; nsenter -t 1 -m true')).status).not.toBe(0);
      expect((await attack('mount -o remount,rw /usr; touch /usr/x')).status).not.toBe(0);
      expect((await attack('mknod disk b 254 0; dd if=disk count=1')).status).not.toBe(0);
      expect((await attack('ls /dev')).output.split('\n').sort().join(' ').trim()).toBe(
        'core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero',
      );
      expect((await attack('echo x > /proc/sys/kernel/core_pattern; echo b > /proc/sysrq-trigger')).status).not.toBe(0);
      expect((await attack('head -c 70m /dev/zero > /dev/shm/fill')).status).not.toBe(0);
    });

    it('leaves no process behind, however it hides', async () => {
      const seconds = 100_000 + Math.floor(Math.random() * 100_000);
      const hidden = `env -i setsid sh -c "env -i sleep ${seconds} & env -i sleep ${seconds} & wait" >/dev/null 2>&1 &`;
      await attack(`${hidden} setsid -f env -i sleep ${seconds} >/dev/null 2>&1`);
      await waitFor('the hidden processes', async () => running(seconds) === 3);
      server.stdin?.write('kill\n');
      await answer();
      expect(running(seconds)).toBe(0);
    });
  });
}

interface Place {
  checkout: string;
  home: string;
  sockets: string;
}

function running(seconds: number): number {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line === `sleep ${seconds}`).length;
}
