import { BlockList, isIP, isIPv6 } from 'node:net';

/** Not on the internet: this machine, networks of somebody's own, links, documentation, groups (IANA's registries). */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Of the sixth version only this is given out, but for ranges in it that lead elsewhere or nowhere. */
const GIVEN_OUT_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** Where clouds hand out the credentials of the machine itself. No setting opens these. */
const METADATA = [
  '169.254.169.254/32',
  '169.254.170.2/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  'fd00:ec2::254/128',
];

const notPublic = listOf([...NOT_PUBLIC_V4, ...NOT_PUBLIC_V6]);
const givenOut = listOf(GIVEN_OUT_V6);
const metadata = listOf(METADATA);

export const isPublic = (address: string): boolean => {
  const plain = plainAddress(address);
  if (isMetadata(plain) || holds(notPublic, plain)) return false;
  return !isIPv6(plain) || holds(givenOut, plain);
};

export const isMetadata = (address: string): boolean => holds(metadata, plainAddress(address));

/**
 * Host names in all their spellings as one: lower case, without a final dot, and every way to write an address
 * (`0x7f.1`, `2130706433`, `0177.0.0.1`, `[::1]`) as the usual one. Null when it is no name of a host.
 */
export function canonicalHost(host: string): string | null {
  const bracketed = isIPv6(host) ? `[${host}]` : host;
  // Elsewhere in an address these end the host or come before it.
  if (/[/?#@\\]|^[^[]*:/.test(bracketed)) return null;
  try {
    const { hostname } = new URL(`http://${bracketed}/`);
    const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    return bare === '' ? null : plainAddress(bare);
  } catch {
    // The parser of the standard says so by throwing.
    return null;
  }
}

/** An address of the fourth version that is written in one of the sixth is what it stands for. */
function plainAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const v4 = [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const translated = groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  return mapped || translated ? v4 : address;
}

function groupsOf(address: string): number[] {
  // The parser writes it with hexadecimal groups only, so no part in dots is left.
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]/`);
  const [before = '', after] = hostname.slice(1, -1).split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [numbers(before), numbers(after ?? '')];
  const gap = after === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array<number>(gap).fill(0), ...last];
}

/** What an operator opened: names, `.domain` for all names below it, addresses and networks. */
export interface OpenedHosts {
  name(host: string): boolean;
  address(address: string): boolean;
}

/** Throws with the entry that is none of these. */
export function openedHosts(entries: readonly string[]): OpenedHosts {
  const networks = entries.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0);
  const names = entries.filter((entry) => !networks.includes(entry)).map((entry) => entry.toLowerCase());
  const wrong = names.find((name) => !/^\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name));
  if (wrong !== undefined) throw new Error(`"${wrong}" is no host name, address or network`);
  const list = listOf(networks);
  return {
    name: (host) => names.some((name) => (name.startsWith('.') ? host.endsWith(name) : host === name)),
    address: (address) => holds(list, plainAddress(address)),
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function holds(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
