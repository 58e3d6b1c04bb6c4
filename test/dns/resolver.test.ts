/** The network resolver against a real DNS server on the loopback. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dnsResolver, type ResolverOptions, withBudget } from '../../src/dns/resolver.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

const zone = {
  'example.test': {
    TXT: [`v=DKIM1; p=${'A'.repeat(600)}`],
    MX: ['10 mx.example.test'],
    A: ['192.0.2.1'],
    AAAA: ['2001:db8::1'],
  },
  'broken.test': { TXT: 'SERVFAIL' },
  'silent.test': { TXT: 'TIMEOUT' },
};

let server: ZoneServer;
let clock = 0;
beforeAll(async () => {
  server = await startZoneServer(zone);
});
afterAll(() => server.close());
beforeEach(() => server.setZone(zone));

const options = {
  timeoutMs: 3_000,
  tries: 2,
  answerMs: 60_000,
  absenceMs: 30_000,
  cacheSize: 10_000,
};

const resolver = (changes: Partial<ResolverOptions> = {}) =>
  dnsResolver({ ...options, servers: [server.address], clock: () => clock, ...changes });
const asked = (question: string) => server.questions.filter((one) => one === question).length;

describe('resolver', () => {
  it('answers in the shape that the checks expect', async () => {
    const resolve = resolver();
    // Longer than one character-string, and joined by whoever reads it.
    expect(await resolve('example.test', 'TXT')).toEqual([
      [expect.any(String), expect.any(String), expect.any(String)],
    ]);
    expect(await resolve('example.test', 'MX')).toMatchObject([{ priority: 10, exchange: 'mx.example.test' }]);
    expect(await resolve('example.test', 'A')).toEqual(['192.0.2.1']);
    expect(await resolve('example.test', 'AAAA')).toEqual(['2001:db8::1']);
  });

  it.each([
    ['gone.test', 'ENOTFOUND'],
    ['test', 'ENODATA'],
    ['broken.test', 'ESERVFAIL'],
    [`${'x'.repeat(64)}.test`, 'ENOTFOUND'],
    [`${'x.'.repeat(130)}test`, 'ENOTFOUND'],
    ['a..test', 'ENOTFOUND'],
  ])('tells %s as %s', async (name, code) => {
    await expect(resolver()(name, 'TXT')).rejects.toMatchObject({ code });
  });

  it('tells silence as ETIMEOUT', async () => {
    await expect(resolver({ timeoutMs: 300 })('silent.test', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  it('says that nobody is there as a temporary fault', async () => {
    const gone = await startZoneServer({});
    await gone.close();
    const resolve = resolver({ servers: [gone.address], timeoutMs: 300 });
    const code = expect.stringMatching(/^(?:ESERVFAIL|ETIMEOUT)$/);
    await expect(resolve('example.test', 'A')).rejects.toMatchObject({ code });
  });

  it('asks once for many who ask at once, and keeps the answer for its time', async () => {
    const before = asked('MX example.test');
    const resolve = resolver({ answerMs: 1_000 });
    await Promise.all([resolve('example.test', 'MX'), resolve('EXAMPLE.test', 'MX'), resolve('example.test', 'MX')]);
    await resolve('example.test', 'MX');
    expect(asked('MX example.test') - before).toBe(1);
    clock += 1_001;
    await resolve('example.test', 'MX');
    expect(asked('MX example.test') - before).toBe(2);
  });

  it('keeps an absence for its own time', async () => {
    const before = asked('A new.test');
    const resolve = resolver({ absenceMs: 500 });
    await expect(resolve('new.test', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolve('new.test', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(asked('A new.test') - before).toBe(1);
    server.setZone({ 'new.test': { A: ['192.0.2.9'] } });
    clock += 501;
    expect(await resolve('new.test', 'A')).toEqual(['192.0.2.9']);
  });

  it('never keeps a temporary fault', async () => {
    const resolve = resolver();
    await expect(resolve('broken.test', 'TXT')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    server.setZone({ 'broken.test': { TXT: ['mended'] } });
    expect(await resolve('broken.test', 'TXT')).toEqual([['mended']]);
  });

  it('keeps no more than it may, and forgets the longest unused first', async () => {
    const names = { 'a.test': { A: ['192.0.2.1'] }, 'b.test': { A: ['192.0.2.2'] }, 'c.test': { A: ['192.0.2.3'] } };
    server.setZone(names);
    const resolve = resolver({ cacheSize: 2 });
    for (const name of ['a.test', 'b.test', 'a.test', 'c.test', 'a.test']) await resolve(name, 'A');
    expect(asked('A a.test')).toBe(1);
    await resolve('b.test', 'A');
    expect(asked('A b.test')).toBe(2);
  });

  it('gives each caller a list of its own', async () => {
    const resolve = resolver();
    const first = await resolve('example.test', 'A');
    if (!Array.isArray(first)) throw new Error('no list');
    first.push('spoilt');
    expect(await resolve('example.test', 'A')).toEqual(['192.0.2.1']);
  });

  it('ends a mail’s look-ups at its budget', async () => {
    const resolve = withBudget(resolver(), 2);
    await resolve('example.test', 'A');
    await expect(resolve('gone.test', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolve('example.test', 'A')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });
});
