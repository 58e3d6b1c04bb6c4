import { describe, expect, it } from 'vitest';
import { overlayResolver } from '../../src/dns/overlay.ts';
import { parseZone, ZoneError, zoneResolver } from '../../src/dns/zone.ts';

const json = {
  'Example.com': {
    TXT: ['v=spf1 -all', 'x'],
    MX: ['10 mx.example.com', '20 mx2.example.com.'],
    A: ['192.0.2.1'],
    AAAA: ['2001:db8::1'],
  },
  'a.deep.example.com': { A: ['192.0.2.2'] },
  'broken.example.com': { TXT: 'SERVFAIL', A: 'TIMEOUT', MX: ['0 mx.example.com'] },
  'www.example.com': { CNAME: ['example.com'] },
  'dangling.example.com': { CNAME: ['gone.example.com'] },
  'loop1.example.com': { CNAME: ['loop2.example.com'] },
  'loop2.example.com': { CNAME: ['loop1.example.com'] },
  '1.2.0.192.in-addr.arpa': { PTR: ['mx.example.com'] },
};

describe('zone', () => {
  const resolve = zoneResolver(parseZone(json));

  it('answers in the shape of dns.promises.resolve', async () => {
    expect(await resolve('EXAMPLE.com.', 'TXT')).toEqual([['v=spf1 -all'], ['x']]);
    expect(await resolve('example.com', 'MX')).toEqual([
      { priority: 10, exchange: 'mx.example.com' },
      { priority: 20, exchange: 'mx2.example.com' },
    ]);
    expect(await resolve('example.com', 'A')).toEqual(['192.0.2.1']);
    expect(await resolve('example.com', 'AAAA')).toEqual(['2001:db8::1']);
    expect(await resolve('1.2.0.192.in-addr.arpa', 'PTR')).toEqual(['mx.example.com']);
  });

  it('follows an alias', async () => {
    expect(await resolve('www.example.com', 'A')).toEqual(['192.0.2.1']);
    expect(await resolve('www.example.com', 'CNAME')).toEqual(['example.com']);
  });

  it.each([
    ['an absent name', 'gone.example.com', 'A', 'ENOTFOUND'],
    ['an absent type', 'example.com', 'NS', 'ENODATA'],
    ['an ancestor without records', 'deep.example.com', 'A', 'ENODATA'],
    ['a top-level ancestor', 'com', 'TXT', 'ENODATA'],
    ['a name below an existing one', 'x.www.example.com', 'A', 'ENOTFOUND'],
    ['a temporary failure', 'broken.example.com', 'TXT', 'ESERVFAIL'],
    ['silence', 'broken.example.com', 'A', 'ETIMEOUT'],
    ['an alias to nowhere', 'dangling.example.com', 'A', 'ENOTFOUND'],
    ['an alias in a circle', 'loop1.example.com', 'A', 'ESERVFAIL'],
  ] as const)('says %s by its code', async (_, name, type, code) => {
    await expect(resolve(name, type)).rejects.toMatchObject({ code });
  });

  it.each([
    [[], 'zone: must be an object of names'],
    [{ 'a..b': {} }, 'zone: "a..b" is not a domain name'],
    [{ 'a.test': {}, 'A.test.': {} }, 'zone: a.test stands there twice'],
    [{ 'a.test': [] }, 'zone: a.test: must be an object of record types'],
    [{ 'a.test': { SPF: ['x'] } }, 'zone: a.test SPF: is not one of TXT, A, AAAA, MX, CNAME, PTR, NS'],
    [{ 'a.test': { TXT: 'v=spf1' } }, 'zone: a.test TXT: must be a list of records, or "SERVFAIL" or "TIMEOUT"'],
    [{ 'a.test': { TXT: [] } }, 'zone: a.test TXT: must be a list of records, or "SERVFAIL" or "TIMEOUT"'],
    [{ 'a.test': { TXT: [7] } }, 'zone: a.test TXT: every record must be a text'],
    [{ 'a.test': { A: ['::1'] } }, 'zone: a.test A: "::1" is not an IPv4 address'],
    [{ 'a.test': { MX: ['mx.a.test'] } }, 'zone: a.test MX: "mx.a.test" is not "<preference> <host>"'],
    [{ 'a.test': { CNAME: ['b.test'], A: ['192.0.2.1'] } }, 'zone: a.test CNAME: must be the only type of its name'],
    [{ 'a.test': { __proto__: null, toString: ['x'] } }, 'zone: a.test toString: is not one of'],
  ])('names what is wrong: %j', (bad, message) => {
    expect(() => parseZone(bad)).toThrow(ZoneError);
    expect(() => parseZone(bad)).toThrow(message);
  });
});

describe('overlay', () => {
  const asked: string[] = [];
  const resolve = overlayResolver({
    zone: parseZone({ 'ada.test': { A: ['192.0.2.1'] }, 'bank.example': { A: ['192.0.2.66'] } }),
    suffix: 'test',
    under: async (name) => {
      asked.push(name);
      return ['198.51.100.1'];
    },
  });

  it('answers for its suffix alone', async () => {
    expect(await resolve('Ada.TEST', 'A')).toEqual(['192.0.2.1']);
    await expect(resolve('gone.test', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(asked).toEqual([]);
    expect(await resolve('bank.example', 'A')).toEqual(['198.51.100.1']);
    expect(await resolve('test.example', 'A')).toEqual(['198.51.100.1']);
    expect(await resolve('contest', 'A')).toEqual(['198.51.100.1']);
    expect(asked).toEqual(['bank.example', 'test.example', 'contest']);
  });
});
