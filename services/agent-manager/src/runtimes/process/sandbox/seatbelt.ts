import type { Sandbox, SandboxView } from './sandbox.ts';

export interface SeatbeltSettings {
  /** Shown although they lie in somebody's home: node, the supervisor and its packages. */
  readonly programs: readonly string[];
}

/** Where people, other services and mounted disks keep what is theirs. */
const PRIVATE = [
  '/Users',
  '/Volumes',
  '/private/var/root',
  '/private/tmp',
  '/private/var/folders',
  '/Library/Keychains',
];

/**
 * macOS: `sandbox-exec` with a profile that takes everything of people away and gives back what the agent works with. No
 * network but loopback and the door. Weaker than bubblewrap: processes of the machine can be listed, and loopback is
 * the machine's own. Written after Apple's documentation of the profile language, and not tried: see the README.
 */
export function createSeatbelt({ programs }: SeatbeltSettings): Sandbox {
  const wrap = (view: SandboxView, command: readonly string[]) => [
    '/usr/bin/sandbox-exec',
    '-p',
    profile(view, programs),
    ...command,
  ];
  return { label: 'sandbox-exec', wrap, enter: (view, _leader, command) => wrap(view, command), rules: null };
}

/** The last rule that fits decides. */
function profile(view: SandboxView, programs: readonly string[]): string {
  const readable = [...programs, ...view.readable, ...view.writable, view.temporary];
  const doors = view.readable.map((path) => `(remote unix-socket (subpath ${quoted(path)}))`);
  return [
    '(version 1)',
    '(allow default)',
    `(deny file-read* file-write* ${subpaths(PRIVATE)})`,
    '(deny file-write*)',
    '(allow file-read-metadata)',
    `(allow file-read* ${subpaths(readable)})`,
    `(allow file-write* ${subpaths([...view.writable, view.temporary])} (literal "/dev/null") (regex #"^/dev/tty"))`,
    '(deny network*)',
    `(allow network* (local ip "localhost:*") (remote ip "localhost:*") ${doors.join(' ')})`,
    '(deny signal (target others))',
    '(deny mach-lookup (global-name "com.apple.SecurityServer") (global-name "com.apple.securityd.xpc"))',
  ].join('\n');
}

function subpaths(paths: readonly string[]): string {
  return paths.map((path) => `(subpath ${quoted(path)})`).join(' ');
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
