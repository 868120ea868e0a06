/**
 * What an agent's processes may not ask the kernel for, as the seccomp program bubblewrap loads: what Docker's own
 * profile refuses to a container without capabilities. Namespaces and mounts would undo the file view, keyrings are
 * shared by everything of one user, and a vsock socket leads out of every network namespace.
 *
 * Numbers: `asm/unistd_64.h` and `asm-generic/unistd.h` of Linux 6; they never change.
 */
const REFUSED = {
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  open_by_handle_at: [304, 265],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  syslog: [103, 116],
  acct: [163, 89],
  quotactl: [179, 60],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  lookup_dcookie: [212, 18],
} as const;

const MACHINES = {
  x64: { column: 0, audit: 0xc000003e, clone: 56, clone3: 435, socket: 41 },
  arm64: { column: 1, audit: 0xc00000b7, clone: 220, clone3: 435, socket: 198 },
} as const;

/** Unix, IPv4, IPv6 and netlink: what programs use. Not, among others, vsock and the kernel's cipher sockets. */
const SOCKET_FAMILIES = [1, 2, 10, 16];
/** CLONE_NEWTIME NEWNS NEWCGROUP NEWUTS NEWIPC NEWUSER NEWPID NEWNET. */
const NEW_NAMESPACES = 0x7e020080;
/** A second numbering of x86-64 (x32), by which every rule could be passed. */
const X32 = 0x40000000;

const ALLOW = 0x7fff0000;
const errno = (code: number) => 0x00050000 | code;
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];

/** Null for a processor without numbers here. */
export function syscallRules(arch: string = process.arch): Buffer | null {
  if (arch !== 'x64' && arch !== 'arm64') return null;
  const { column, audit, clone, clone3, socket } = MACHINES[arch];
  const instructions = [
    load(ARCHITECTURE),
    ...unlessEqual(audit, errno(EPERM)),
    load(NUMBER),
    ...(arch === 'x64' ? [jump('at least', X32, 0, 1), answer(errno(EPERM))] : []),
    ...Object.values(REFUSED).flatMap((numbers) => whenEqual(numbers[column], [answer(errno(EPERM))])),
    // Its flags lie in memory, where a rule cannot look; the C library then uses `clone`.
    ...whenEqual(clone3, [answer(errno(ENOSYS))]),
    ...whenEqual(clone, [
      load(FIRST_ARGUMENT),
      jump('any bit of', NEW_NAMESPACES, 0, 1),
      answer(errno(EPERM)),
      answer(ALLOW),
    ]),
    ...whenEqual(socket, [
      load(FIRST_ARGUMENT),
      ...SOCKET_FAMILIES.flatMap((family) => whenEqual(family, [answer(ALLOW)])),
      answer(errno(EAFNOSUPPORT)),
    ]),
    answer(ALLOW),
  ];
  return Buffer.concat(instructions);
}

/** Offsets in the kernel's `struct seccomp_data`. */
const [NUMBER, ARCHITECTURE, FIRST_ARGUMENT] = [0, 4, 16];
const JUMPS = { equal: 0x15, 'at least': 0x35, 'any bit of': 0x45 } as const;

function load(offset: number): Buffer {
  return instruction(0x20, 0, 0, offset);
}

function answer(value: number): Buffer {
  return instruction(0x06, 0, 0, value);
}

/** Skips `yes` or `no` instructions. */
function jump(when: keyof typeof JUMPS, value: number, yes: number, no: number): Buffer {
  return instruction(JUMPS[when], yes, no, value);
}

function whenEqual(value: number, then: readonly Buffer[]): Buffer[] {
  return [jump('equal', value, 0, then.length), ...then];
}

function unlessEqual(value: number, result: number): Buffer[] {
  return [jump('equal', value, 1, 0), answer(result)];
}

/** The kernel's `struct sock_filter`. */
function instruction(code: number, yes: number, no: number, value: number): Buffer {
  const made = Buffer.alloc(8);
  made.writeUInt16LE(code, 0);
  made.writeUInt8(yes, 2);
  made.writeUInt8(no, 3);
  made.writeUInt32LE(value >>> 0, 4);
  return made;
}
