/** The bounds of the domain check: what a hostile mail may cost, and what counts as the mail that was checked. */
import { assert, asyncProperty, constantFrom, nat, record, string } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseZone, zoneResolver } from '../../src/dns/zone.ts';
import { checkDomain, type DomainCheck, type DomainLimits, defaultDomainLimits } from '../../src/evidence/domain.ts';
import type { RecordType, Resolver } from '../../src/evidence/ports.ts';
import type { RawMail } from '../../src/message/raw-mail.ts';
import { createSigner, type Signer } from '../helpers/dkim-signer.ts';
import { readMail } from '../helpers/read-mail.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const header = [
  'From: Ada <ada@corp.test>',
  'To: support@postern.test',
  'Subject: Backup fails',
  'Date: Mon, 2 Mar 2026 09:59:00 +0000',
].join('\r\n');
const plain = `${header}\r\n\r\nIt fails.\r\n`;

let corp: Signer;
let twin: Signer;
let evil: Signer;
let zone: Record<string, Record<string, string[] | 'SERVFAIL' | 'TIMEOUT'>>;

beforeAll(() => {
  corp = createSigner({ domain: 'corp.test', selector: 's1' });
  twin = createSigner({ domain: 'corp.test', selector: 's2', algorithm: 'ed25519-sha256' });
  evil = createSigner({ domain: 'evil.test', selector: 's1' });
  zone = {
    'corp.test': { TXT: ['v=spf1 ip4:192.0.2.10 -all'] },
    '_dmarc.corp.test': { TXT: ['v=DMARC1; p=reject'] },
    'evil.test': { TXT: ['v=spf1 -all'] },
  };
  for (const { dnsName, dnsRecord } of [corp, twin, evil]) zone[dnsName] = { TXT: [dnsRecord] };
});

type Counted = { readonly resolve: Resolver; readonly questions: string[] };
function counting(resolve: Resolver = zoneResolver(parseZone(zone))): Counted {
  const questions: string[] = [];
  return {
    questions,
    resolve: (name: string, type: RecordType) => {
      questions.push(`${type} ${name}`);
      return resolve(name, type);
    },
  };
}

type Options = {
  readonly resolve?: Resolver;
  readonly raw?: RawMail;
  readonly mailFrom?: string;
  readonly limits?: Partial<DomainLimits>;
  readonly at?: number;
};
function check(octets: Buffer | string, options: Options = {}): Promise<DomainCheck> {
  const mail = readMail(octets);
  return checkDomain({
    raw: options.raw ?? mail.raw,
    header: mail.header,
    author: mail.author,
    envelope: {
      client: { ip: '192.0.2.10', port: 4_000 },
      helo: 'mx.corp.test',
      mailFrom: options.mailFrom ?? 'ada@corp.test',
    },
    now: options.at ?? now,
    resolve: options.resolve ?? counting().resolve,
    trustedSealers: [],
    limits: { ...defaultDomainLimits, ...options.limits },
  });
}

const sign = (signer: Signer, octets: Buffer | string, options = {}) =>
  signer.sign(octets, { signedAt: now - 60_000, ...options });

const policyZone = (record: string) => zoneResolver(parseZone({ '_dmarc.corp.test': { TXT: [record] } }));

const arcSet = (i: number) =>
  ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results']
    .map((name) => `${name}: i=${i}; d=relay.test; s=s${i}`)
    .join('\r\n');

const silent: Resolver = () => new Promise(() => undefined);

describe('what is reported', () => {
  it('tells everything a proof needs of a signature', async () => {
    const { dkim, spf, dmarc, headerFrom } = await check(
      await sign(corp, plain, { fields: ['From', 'To', 'Subject', 'Date'] }),
    );
    expect(dkim).toMatchObject({ result: 'pass', ignored: 0 });
    expect(dkim.signatures).toEqual([
      {
        result: 'pass',
        cause: 'pass for d=corp.test s=s1',
        domain: 'corp.test',
        selector: 's1',
        algorithm: 'rsa-sha256',
        keyBits: 1_024,
        testing: false,
        partialBody: false,
        signedFields: expect.arrayContaining(['from', 'to', 'subject', 'date']),
        signedAt: now - 60_000,
        signatureId: expect.stringMatching(/^[0-9a-f]{64}$/),
        replayed: false,
      },
    ]);
    expect(spf).toMatchObject({ result: 'pass', domain: 'corp.test', aligned: true, exact: true });
    expect(dmarc).toMatchObject({ result: 'pass', policy: 'reject' });
    expect(headerFrom).toEqual(['ada@corp.test']);
  });

  it('names a signature by its octets, not by its spelling', async () => {
    const signed = (await sign(corp, plain)).toString();
    // 128 octets end in padding, which readers of base64 do without.
    const respelt = signed.replace('=\r\nFrom:', '\r\nFrom:');
    expect(respelt).not.toBe(signed);
    const [first, second] = await Promise.all([check(signed), check(respelt)]);
    expect(second.dkim.signatures[0]?.signatureId).toBe(first.dkim.signatures[0]?.signatureId);
  });

  it('judges at the given time', async () => {
    const signed = await sign(corp, plain, { expiresAt: now + 60_000 });
    expect((await check(signed)).dkim.result).toBe('pass');
    expect((await check(signed, { at: now + 120_000 })).dkim).toMatchObject({ result: 'permerror' });
  });

  it('shows staff no control characters of the sender', async () => {
    const evilTag = 'DKIM-Signature: v=1; a=rsa-sha256; d=corp.test; s=\u001b[2Jx; h=from; bh=AA==; b=AA==';
    const { dkim } = await check(`${evilTag}\r\n${plain}`);
    expect(JSON.stringify([dkim.cause, dkim.signatures])).not.toMatch(/\\u001b/);
    expect(dkim.signatures[0]?.selector).toBe('?[2Jx');
  });

  it('evaluates the policy of a subdomain, sp and t included', async () => {
    const from = plain.replace('ada@corp.test', 'ada@sub.corp.test');
    const dmarcOf = async (record: string) => (await check(from, { resolve: policyZone(record), mailFrom: '' })).dmarc;
    expect(await dmarcOf('v=DMARC1; p=reject; sp=none')).toMatchObject({ result: 'fail', policy: 'none' });
    expect(await dmarcOf('v=DMARC1; p=none; np=reject')).toMatchObject({ result: 'fail', policy: 'reject' });
    expect(await dmarcOf('v=DMARC1; p=reject; t=y')).toMatchObject({ result: 'fail', policy: 'quarantine' });
  });

  it('checks nothing of a mail without a single author', async () => {
    const { resolve, questions } = counting();
    const found = await check(plain.replace('ada@corp.test', 'ada@corp.test>, <eve@evil.test'), { resolve });
    expect(found.dmarc.result).toBe('none');
    expect(questions).toEqual([]);
  });

  it('takes an error of ours in a record for permanent, and only the DNS for temporary', async () => {
    const broken = { ...zone, [corp.dnsName]: { TXT: ['v=DKIM1; k=rsa; p=AAAA'] } };
    const found = await check(await sign(corp, plain), { resolve: zoneResolver(parseZone(broken)) });
    expect(found.dkim).toMatchObject({ result: 'permerror' });
    const withGarbage = { ...zone, 'corp.test': { TXT: ['v=spf1 ip4:999.1.1.1 -all'] } };
    expect((await check(plain, { resolve: zoneResolver(parseZone(withGarbage)) })).spf.result).toBe('permerror');
  });
});

describe('what was checked is what was read', () => {
  it('refuses a header that is not the mail’s', async () => {
    const signed = await sign(corp, plain);
    const other = readMail(signed.toString().replace('Subject: Backup', 'Subject: backup')).raw;
    const { dkim } = await check(signed, { raw: other });
    expect(dkim).toMatchObject({ result: 'permerror', cause: expect.stringContaining('plain form') });
  });

  it('takes a mail that ends with its header, and one with an mbox separator', async () => {
    const bare = await sign(corp, `${header}\r\n\r\n`);
    expect((await check(bare)).dkim.result).toBe('pass');
    expect((await check(bare.subarray(0, -2))).dkim.result).toBe('pass');
    const fromMbox = Buffer.concat([Buffer.from('From ada Mon Mar  2 09:59:00 2026\r\n'), await sign(corp, plain)]);
    expect((await check(fromMbox)).dkim.result).toBe('pass');
  });

  it('keeps signatures in the header that another signature covers', async () => {
    const inner = await sign(evil, plain);
    const outer = await sign(corp, inner, { fields: ['From', 'To', 'Subject', 'Date', 'DKIM-Signature'] });
    const { dkim } = await check(outer, { limits: { signatures: 1 } });
    expect(dkim).toMatchObject({ result: 'pass', ignored: 1 });
    expect(dkim.signatures.map(({ domain }) => domain)).toEqual(['corp.test']);
  });
});

describe('what a hostile mail may cost', () => {
  it('looks at a few of 1,000 signatures, those of the author first', async () => {
    const genuine = await sign(corp, plain);
    const junk = (await sign(evil, plain)).toString().split('\r\nFrom:')[0] ?? '';
    const flood = Array.from({ length: 999 }, (_, at) => junk.replace('s=s1;', `s=s${at + 100};`)).join('\r\n');
    const { resolve, questions } = counting();
    const { dkim } = await check(`${flood}\r\n${genuine.toString()}`, { resolve });
    expect(dkim.result).toBe('pass');
    expect(dkim.signatures).toHaveLength(defaultDomainLimits.signatures);
    expect(dkim.ignored).toBe(1_000 - defaultDomainLimits.signatures);
    expect(questions.filter((question) => question.includes('_domainkey')).length).toBeLessThanOrEqual(
      defaultDomainLimits.signatures,
    );
  });

  it('ignores signatures of monstrous shape', async () => {
    const names = `h=From:${'x:'.repeat(400)}y;`;
    const shapes = [
      (await sign(corp, plain)).toString().replace(/h=[^;]+;/, names),
      (await sign(corp, plain)).toString().replace('; a=', `;${' '.repeat(900)}a=`),
      (await sign(corp, plain)).toString().replace('; a=', `; z=${'x'.repeat(5_000)}; a=`),
    ];
    for (const shape of shapes) {
      expect((await check(shape)).dkim).toMatchObject({ result: 'none', signatures: [], ignored: 1 });
    }
  });

  it('hashes the body for one length at most', async () => {
    let mail = await sign(corp, plain);
    for (const bodyLength of [1, 2, 3, 4, 5]) mail = await sign(corp, mail, { bodyLength });
    const { dkim } = await check(mail);
    expect(dkim.signatures.filter(({ partialBody }) => partialBody)).toHaveLength(1);
    expect(dkim.signatures.filter(({ partialBody }) => !partialBody)).toHaveLength(1);
    expect(dkim.ignored).toBe(4);
  });

  it('does not look at an endless ARC chain', async () => {
    const chain = Array.from({ length: 40 }, (_, at) => arcSet(at + 1)).join('\r\n');
    const { resolve, questions } = counting();
    const { arc } = await check(`${chain}\r\n${plain}`, { resolve });
    expect(arc).toMatchObject({ result: 'fail', trusted: false });
    expect(questions.filter((question) => question.includes('relay.test'))).toEqual([]);
  });

  it('streams a large mail once and never asks for all of it', async () => {
    const body = `${'A line of a rather ordinary text with  spaces in it. '.repeat(18)}\r\n`.repeat(3_000);
    const signed = await sign(corp, `${header}\r\n\r\n${body}`);
    const { raw } = readMail(signed);
    let opened = 0;
    const onDisk: RawMail = {
      ...raw,
      bytes: () => Promise.reject(new Error('too large for memory')),
      open: () => {
        opened += 1;
        return raw.open();
      },
    };
    expect((await check(signed, { raw: onDisk })).dkim.result).toBe('pass');
    expect(opened).toBe(1);
  });

  it('gives up on a line that no mailer writes', async () => {
    const signed = await sign(corp, `${header}\r\n\r\n${'x'.repeat(400_000)}\r\n`);
    expect((await check(signed)).dkim).toMatchObject({
      result: 'permerror',
      cause: expect.stringContaining('longer than 262144'),
    });
  });

  it('gives up on more lines than any mailer writes', async () => {
    const signed = await sign(corp, `${header}\r\n\r\n${'x\r\n'.repeat(1_001)}`);
    expect((await check(signed, { limits: { bodyLines: 1_000 } })).dkim).toMatchObject({
      result: 'permerror',
      cause: expect.stringContaining('more than 1000 lines'),
    });
    expect((await check(signed, { limits: { bodyLines: 1_001 } })).dkim.result).toBe('pass');
  });

  it('asks each question once', async () => {
    const { resolve, questions } = counting();
    await check(await sign(twin, await sign(corp, await sign(corp, plain))), { resolve });
    expect(questions).toHaveLength(new Set(questions).size);
  });

  it('counts what hides inside mx', async () => {
    const hosts = Array.from({ length: 10 }, (_, at) => `m${at}.corp.test`);
    const wide = {
      'corp.test': { TXT: [`v=spf1 ${hosts.map((host) => `mx:${host}`).join(' ')} -all`] },
      ...Object.fromEntries(
        hosts.map((host) => [host, { MX: hosts.map((_, at) => `10 x${at}.${host}`), A: ['198.51.100.1'] }]),
      ),
      ...Object.fromEntries(
        hosts.flatMap((host) => hosts.map((_, at) => [`x${at}.${host}`, { A: ['198.51.100.1'] }] as const)),
      ),
    };
    const { resolve, questions } = counting(zoneResolver(parseZone(wide)));
    const { spf } = await check(plain, { resolve });
    expect(spf.result).toBe('permerror');
    expect(questions.filter((question) => /^(?:A|AAAA|MX) /.test(question)).length).toBeLessThanOrEqual(
      defaultDomainLimits.spfLookUps,
    );
  });

  it('has a finding for every garbled signature and seal', async () => {
    const sealed = await corp.seal(await sign(corp, plain), { results: 'dmarc=pass', signedAt: now });
    const [fields = ''] = sealed.toString().split('\r\nFrom:');
    const piece = record({ at: nat(fields.length - 1), cut: nat(40), put: string({ maxLength: 12 }) });
    const zones = constantFrom(zone, { ...zone, [corp.dnsName]: { TXT: 'SERVFAIL' as const } }, {});
    await assert(
      asyncProperty(piece, zones, async ({ at, cut, put }, json) => {
        const garbled = `${fields.slice(0, at)}${put.replace(/[\r\n]/g, '')}${fields.slice(at + cut)}`;
        const resolve = zoneResolver(parseZone(json));
        const { dkim, arc } = await check(`${garbled}\r\n${plain}`, { resolve });
        expect(['pass', 'fail', 'none', 'temperror', 'permerror']).toContain(dkim.result);
        expect(arc.trusted).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('waits for no answer past the deadline', async () => {
    const found = await check(await sign(corp, plain), { resolve: silent, limits: { elapsedMs: 50 } });
    expect([found.spf.result, found.dkim.result, found.dmarc.result]).toEqual(['temperror', 'temperror', 'temperror']);
  });
});
