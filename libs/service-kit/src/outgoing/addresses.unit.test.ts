import { expect, it } from 'vitest';
import { canonicalHost, isMetadata, isPublic, openedHosts } from './addresses.ts';

it.each([
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.1.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:0:127.0.0.1',
  '::127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b:1::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '2002:7f00:1::1',
  '3fff::1',
  '168.63.129.16',
])('%s is not of the internet', (address) => {
  expect(isPublic(address)).toBe(false);
});

it.each([
  '1.1.1.1',
  '140.82.112.3',
  '172.15.0.1',
  '172.32.0.1',
  '2606:4700::1111',
  '2a0a:a440::1',
  '::ffff:140.82.112.3',
  '64:ff9b::8c52:7003',
])('%s is', (address) => {
  expect(isPublic(address)).toBe(true);
});

it.each([
  ['0x7f.1', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['017700000001', '127.0.0.1'],
  ['0', '0.0.0.0'],
  ['１２７.０.０.１', '127.0.0.1'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['[0:0:0:0:0:ffff:7f00:1]', '127.0.0.1'],
  ['LOCALHOST.', 'localhost'],
  ['Git.LAN', 'git.lan'],
  ['2852039166', '169.254.169.254'],
])('%s is written %s', (given, plain) => {
  expect(canonicalHost(given)).toBe(plain);
});

it.each(['', 'a b', 'a/b', 'a@b', 'a:1', '1.2.3.4.5', '256.1.1.1', '%00'])('%j is no host', (given) => {
  expect(canonicalHost(given)).toBe(null);
});

it('opens what is named and nothing beside it', () => {
  const opened = openedHosts(['git.lan', '.corp.example', '10.1.0.0/16', '192.168.1.5', 'fd00::/8']);
  expect(opened.name('git.lan')).toBe(true);
  expect(opened.name('xgit.lan')).toBe(false);
  expect(opened.name('a.b.corp.example')).toBe(true);
  expect(opened.name('corp.example')).toBe(false);
  expect(opened.address('10.1.2.3')).toBe(true);
  expect(opened.address('::ffff:10.1.2.3')).toBe(true);
  expect(opened.address('10.2.0.1')).toBe(false);
  expect(opened.address('192.168.1.5')).toBe(true);
  expect(opened.address('fd12::1')).toBe(true);
  expect(() => openedHosts(['https://git.lan'])).toThrow('"https://git.lan" is no host name');
  expect(() => openedHosts(['10.0.0.0/99'])).toThrow();
});

it('knows where clouds keep the credentials of the machine, however that is written', () => {
  for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'fd00:ec2::254']) {
    expect(isMetadata(address)).toBe(true);
  }
});
