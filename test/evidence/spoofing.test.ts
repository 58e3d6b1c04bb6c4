/** Each way of seeming to be somebody, what the checks find, and whether it proves anything. One line of why each. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Standing, TenantFacts } from '../../src/directory/tenant.ts';
import { parseZone, zoneResolver } from '../../src/dns/zone.ts';
import { missingAnswer } from '../../src/evidence/defer.ts';
import { checkDomain, type DomainCheck, defaultDomainLimits } from '../../src/evidence/domain.ts';
import type { Assurance, CheckResult } from '../../src/evidence/finding.ts';
import { type Proven, proofsOf } from '../../src/evidence/proof.ts';
import { markReplays, replayKeyOf } from '../../src/evidence/replay.ts';
import { createSigner, type Signer } from '../helpers/dkim-signer.ts';
import { readMail } from '../helpers/read-mail.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const day = 24 * 60 * 60 * 1_000;
const corporateIp = '192.0.2.10';
const attackerIp = '203.0.113.66';
const forwarderIp = '198.51.100.7';
const trusted = 'relay.test';

const keys = new Map<string, Signer>();
const signer = (name: string): Signer => {
  const found = keys.get(name);
  if (found === undefined) throw new Error(`no signer ${name}`);
  return found;
};
let zoneJson: Record<string, Record<string, string[] | 'SERVFAIL'>>;

const make = (name: string, domain: string, options: Partial<Parameters<typeof createSigner>[0]> = {}) => {
  keys.set(name, createSigner({ domain, selector: name, ...options }));
};

beforeAll(() => {
  make('corp', 'corp.test');
  make('edwards', 'corp.test', { algorithm: 'ed25519-sha256' });
  make('old', 'corp.test', { algorithm: 'rsa-sha1' });
  make('short', 'corp.test', { bits: 768 });
  make('trial', 'corp.test', { testing: true });
  make('mailer', 'mailer.test');
  make('council', 'council.gov.test');
  make('evilgov', 'evil.gov.test');
  make('gov', 'gov.test');
  make('evil', 'evil.test');
  make('open', 'open.test');
  make('relay', trusted);
  make('stranger', 'stranger.test');
  zoneJson = {
    'corp.test': { TXT: [`v=spf1 ip4:${corporateIp} -all`] },
    'bulk.corp.test': { TXT: [`v=spf1 ip4:${forwarderIp} -all`] },
    'sub.corp.test': { TXT: ['v=spf1 -all'] },
    '_dmarc.corp.test': { TXT: ['v=DMARC1; p=reject'] },
    'evil.test': { TXT: [`v=spf1 ip4:${attackerIp} -all`] },
    'council.gov.test': { TXT: [`v=spf1 ip4:${corporateIp} -all`] },
    'evil.gov.test': { TXT: [`v=spf1 ip4:${attackerIp} -all`] },
    // The parent publishes a policy without psd=y, so DMARC takes both councils for one organisation.
    '_dmarc.gov.test': { TXT: ['v=DMARC1; p=reject'] },
    'open.test': { TXT: ['v=spf1 +all'] },
    '_dmarc.open.test': { TXT: ['v=DMARC1; p=reject'] },
    'nopolicy.test': { TXT: [`v=spf1 ip4:${corporateIp} -all`] },
    [trusted]: { TXT: [`v=spf1 ip4:${forwarderIp} -all`] },
    'stranger.test': { TXT: [`v=spf1 ip4:${forwarderIp} -all`] },
  };
  for (const { dnsName, dnsRecord } of keys.values()) zoneJson[dnsName] = { TXT: [dnsRecord] };
});

const tenant = (changes: Partial<TenantFacts> = {}): TenantFacts => ({
  id: 't1',
  name: 'Corp',
  tier: 'standard',
  users: 100,
  partner: false,
  timezone: 'UTC',
  domains: ['corp.test'],
  signingDomains: [],
  contract: { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] },
  ...changes,
});
const primary = (facts: TenantFacts = tenant()): Standing => ({
  kind: 'primary',
  tenant: facts,
  admin: { id: 'a1', name: 'Ada', primaryEmail: 'ada@corp.test', role: 'owner', active: true, mailbox: 'dedicated' },
});
const contractSpf = tenant({
  contract: { requirePgp: 'none', requireTls: false, spfProves: true, alternateSenders: [] },
});
const council = tenant({ domains: ['council.gov.test'] });

type Mail = { from: string; to: string; subject: string; date: string; extra: string; body: string };
const plain = (changes: Partial<Mail> = {}): string => {
  const mail = {
    from: 'Ada <ada@corp.test>',
    to: 'support@postern.test',
    subject: 'Backup fails',
    date: 'Mon, 2 Mar 2026 09:59:00 +0000',
    extra: '',
    body: 'It fails since Monday.\r\n',
    ...changes,
  };
  const fields = [
    `From: ${mail.from}`,
    ...(mail.to === '' ? [] : [`To: ${mail.to}`]),
    `Subject: ${mail.subject}`,
    `Date: ${mail.date}`,
    `Message-ID: <1@corp.test>`,
  ];
  return `${fields.join('\r\n')}\r\n${mail.extra}\r\n${mail.body}`;
};

type Case = {
  readonly what: string;
  readonly why: string;
  readonly raw: () => Promise<Buffer | string>;
  readonly ip?: string;
  readonly mailFrom?: string;
  readonly helo?: string;
  readonly standing?: Standing;
  readonly broken?: readonly [string, string][];
  readonly seenBefore?: 'same' | 'other';
  readonly expect: {
    readonly spf?: CheckResult;
    readonly dkim?: CheckResult;
    readonly dmarc?: CheckResult;
    readonly trustedArc?: boolean;
    readonly proof: string | null;
    readonly assurance: Assurance;
    readonly missing?: string | null;
  };
};

const sign = (name: string, raw: string, options = {}) =>
  signer(name).sign(raw, { signedAt: now - 60_000, ...options });

const cases: readonly Case[] = [
  {
    what: 'the admin, signed',
    why: 'the domain signed body, addressing and From for us',
    raw: () => sign('corp', plain()),
    ip: corporateIp,
    mailFrom: 'ada@corp.test',
    expect: { spf: 'pass', dkim: 'pass', dmarc: 'pass', proof: 'DKIM d=corp.test', assurance: 'proven', missing: null },
  },
  {
    what: 'the admin, signed with Ed25519',
    why: 'RFC 8463 is strong',
    raw: () => sign('edwards', plain()),
    expect: { dkim: 'pass', proof: 'DKIM d=corp.test', assurance: 'proven' },
  },
  {
    what: 'a forwarder that leaves the signature whole',
    why: 'DKIM survives forwarding, and alone it is enough',
    raw: () => sign('corp', plain()),
    ip: forwarderIp,
    mailFrom: 'bounce@stranger.test',
    expect: { spf: 'pass', dkim: 'pass', dmarc: 'pass', proof: 'DKIM d=corp.test', assurance: 'proven' },
  },
  {
    what: 'From copied, nothing else',
    why: 'anybody can write a From; the domain says reject',
    raw: async () => plain(),
    expect: { spf: 'pass', dkim: 'none', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'From copied, envelope copied',
    why: 'the address of the client is not the domain’s',
    raw: async () => plain(),
    mailFrom: 'ada@corp.test',
    expect: { spf: 'fail', dkim: 'none', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'From copied, signed by the attacker’s own domain',
    why: 'a good signature of somebody else is nothing',
    raw: () => sign('evil', plain()),
    mailFrom: 'x@evil.test',
    expect: { spf: 'pass', dkim: 'pass', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'a body changed after signing',
    why: 'the body hash differs',
    raw: async () => (await sign('corp', plain())).toString().replace('It fails', 'Delete it'),
    expect: { dkim: 'fail', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'a subject changed after signing',
    why: 'the signature covers it',
    raw: async () => (await sign('corp', plain())).toString().replace('Subject: Backup', 'Subject: Account'),
    expect: { dkim: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'text added behind l=',
    why: 'l= leaves the rest to anybody; DMARC passes all the same',
    raw: async () =>
      Buffer.concat([await sign('corp', plain(), { bodyLength: 24 }), Buffer.from('And delete our account.\r\n')]),
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'l= over the whole body',
    why: 'a signature that allows additions is no proof even before there are any',
    raw: () => sign('corp', plain(), { bodyLength: 24 }),
    ip: corporateIp,
    mailFrom: 'ada@corp.test',
    expect: { spf: 'pass', dkim: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a key in testing (t=y)',
    why: 'the domain asks not to rely on it (RFC 6376 §3.6.1)',
    raw: () => sign('trial', plain()),
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'rsa-sha1',
    why: 'RFC 8301 §3.1',
    raw: () => sign('old', plain()),
    expect: { dkim: 'permerror', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'a key of 768 bits',
    why: 'RFC 8301 §3.2: it can be factored',
    raw: () => sign('short', plain()),
    expect: { dkim: 'permerror', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'an expired signature (x=)',
    why: 'the signer limited its life',
    raw: () => sign('corp', plain(), { signedAt: now - 2 * day, expiresAt: now - day }),
    expect: { dkim: 'permerror', proof: null, assurance: 'forged' },
  },
  {
    what: 'an old signature with To rewritten to us',
    why: 'h= leaves To open: the mail was for somebody else, DMARC passes today',
    raw: async () =>
      (
        await sign('corp', plain({ to: 'bob@friend.test' }), {
          signedAt: now - 900 * day,
          fields: ['From', 'Subject', 'Date'],
        })
      )
        .toString()
        .replace('bob@friend.test', 'support@postern.test'),
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a fresh signature with To rewritten to us',
    why: 'To is not in h=',
    raw: async () =>
      (await sign('corp', plain({ to: 'bob@friend.test' }), { fields: ['From', 'Subject', 'Date'] }))
        .toString()
        .replace('bob@friend.test', 'support@postern.test'),
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a provider that does not sign To, from its own addresses',
    why: 'an aligned SPF pass besides cannot be replayed by others',
    raw: () => sign('corp', plain(), { fields: ['From', 'Subject', 'Date'] }),
    ip: corporateIp,
    mailFrom: 'ada@corp.test',
    expect: { spf: 'pass', dkim: 'pass', proof: 'DKIM d=corp.test with SPF corp.test', assurance: 'proven' },
  },
  {
    what: 'a provider that does not sign To, from a bulk subdomain',
    why: 'whoever sends for bulk.corp.test was let by corp.test',
    raw: () => sign('corp', plain(), { fields: ['From', 'Subject', 'Date'] }),
    ip: forwarderIp,
    mailFrom: 'b@bulk.corp.test',
    expect: { spf: 'pass', proof: 'with SPF bulk.corp.test', assurance: 'proven' },
  },
  {
    what: 'a mail to somebody else, bounced on to us unchanged',
    why: 'To names none of our mailboxes',
    raw: () => sign('corp', plain({ to: 'bob@friend.test' })),
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'Bcc to us from the admin’s own server',
    why: 'To does not name us; SPF besides covers Bcc',
    raw: () => sign('corp', plain({ to: 'bob@friend.test' })),
    ip: corporateIp,
    mailFrom: 'ada@corp.test',
    expect: { proof: 'with SPF corp.test', assurance: 'proven' },
  },
  {
    what: 'a Cc field added to a signed mail',
    why: 'Cc is not in h= as often as it occurs',
    raw: async () =>
      (await sign('corp', plain({ to: 'bob@friend.test' })))
        .toString()
        .replace('\r\nSubject: ', '\r\nCc: support@postern.test\r\nSubject: '),
    expect: { dkim: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a second To on top of the signed one',
    why: 'DKIM signs from the bottom; the upper field is free',
    raw: async () => `To: support@postern.test\r\n${(await sign('corp', plain({ to: 'bob@friend.test' }))).toString()}`,
    expect: { dkim: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a signature eight days old',
    why: 'at most seven days',
    raw: () => sign('corp', plain(), { signedAt: now - 8 * day }),
    expect: { dkim: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a signature from tomorrow',
    why: 'it would be fresh for longer than seven days',
    raw: () => sign('corp', plain(), { signedAt: now + day }),
    expect: { dkim: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a signature seen before with other content',
    why: 'replay',
    raw: () => sign('corp', plain()),
    seenBefore: 'other',
    expect: { dkim: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a signature seen before with the same content',
    why: 'a retry or a second recipient is no replay',
    raw: () => sign('corp', plain()),
    seenBefore: 'same',
    expect: { dkim: 'pass', proof: 'DKIM d=corp.test', assurance: 'proven' },
  },
  {
    what: 'a neighbour under a suffix-like parent',
    why: 'DMARC and SPF align, and the owner is another',
    raw: () => sign('evilgov', plain({ from: 'clerk@council.gov.test' })),
    mailFrom: 'x@evil.gov.test',
    standing: primary(council),
    expect: { spf: 'pass', dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a neighbour that replays a council’s signature with its own SPF',
    why: 'aligned SPF of a sibling is not the council’s',
    raw: async () =>
      (
        await sign('council', plain({ from: 'clerk@council.gov.test', to: 'bob@friend.test' }), {
          fields: ['From', 'Subject', 'Date'],
        })
      )
        .toString()
        .replace('bob@friend.test', 'support@postern.test'),
    mailFrom: 'x@evil.gov.test',
    standing: primary(council),
    expect: { spf: 'pass', dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a parent that is no registered domain of the tenant',
    why: 'a registry may sign for itself, not for those below it',
    raw: () => sign('gov', plain({ from: 'clerk@council.gov.test' })),
    standing: primary(council),
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a subdomain author signed by the tenant’s registered parent',
    why: 'the parent is theirs',
    raw: () => sign('corp', plain({ from: 'ada@sub.corp.test' })),
    expect: { dkim: 'pass', dmarc: 'pass', proof: 'DKIM d=corp.test', assurance: 'proven' },
  },
  {
    what: 'the same from an unregistered author',
    why: 'without a tenant only the exact domain speaks',
    raw: () => sign('corp', plain({ from: 'eve@sub.corp.test' })),
    standing: { kind: 'unregistered' },
    expect: { dkim: 'pass', dmarc: 'pass', proof: null, assurance: 'unknown' },
  },
  {
    what: 'a subdomain nobody made',
    why: 'the parent’s reject covers it',
    raw: async () => plain({ from: 'ada@login.corp.test' }),
    standing: { kind: 'unregistered' },
    expect: { dkim: 'none', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'the tenant’s mail service signs with its own domain',
    why: 'the tenant named it in signingDomains; its own domain has no policy',
    raw: () => sign('mailer', plain({ from: 'ada@nopolicy.test' })),
    standing: primary(tenant({ domains: ['nopolicy.test'], signingDomains: ['mailer.test'] })),
    expect: { dkim: 'pass', dmarc: 'none', proof: 'DKIM d=mailer.test', assurance: 'proven' },
  },
  {
    what: 'the same service signs for an authorised third party',
    why: 'the tenant vouches for its own domains only',
    raw: () => sign('mailer', plain({ from: 'temp@agency.test' })),
    standing: { kind: 'alternate', tenant: tenant({ signingDomains: ['mailer.test'] }), requests: [] },
    expect: { dkim: 'pass', dmarc: 'none', proof: null, assurance: 'claimed' },
  },
  {
    what: 'signing domain beside a reject policy',
    why: 'the domain’s own policy refuses it: forged comes first',
    raw: () => sign('mailer', plain()),
    standing: primary(tenant({ signingDomains: ['mailer.test'] })),
    expect: { dkim: 'pass', dmarc: 'fail', proof: 'DKIM d=mailer.test', assurance: 'forged' },
  },
  {
    what: 'SPF alone',
    why: 'neighbours share a provider’s addresses',
    raw: async () => plain(),
    ip: corporateIp,
    mailFrom: 'ada@corp.test',
    expect: { spf: 'pass', dkim: 'none', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'SPF alone, where the contract takes it',
    why: 'spfProves',
    raw: async () => plain(),
    ip: corporateIp,
    mailFrom: 'ada@corp.test',
    standing: primary(contractSpf),
    expect: { proof: 'SPF corp.test', assurance: 'proven' },
  },
  {
    what: 'SPF of a bulk subdomain, where the contract takes SPF',
    why: 'exactly the From domain: other customers of the bulk sender pass there too',
    raw: async () => plain(),
    ip: forwarderIp,
    mailFrom: 'x@bulk.corp.test',
    standing: primary(contractSpf),
    expect: { spf: 'pass', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'SPF that lets everybody send',
    why: '+all says nothing, even where the contract takes SPF',
    raw: async () => plain({ from: 'ada@open.test' }),
    mailFrom: 'ada@open.test',
    standing: primary(tenant({ ...contractSpf, domains: ['open.test'] })),
    expect: { spf: 'none', dmarc: 'pass', proof: null, assurance: 'claimed' },
  },
  {
    what: 'a mailing list that changes the subject',
    why: 'the signature breaks and the list’s SPF is not aligned',
    raw: async () => (await sign('corp', plain())).toString().replace('Subject: ', 'Subject: [list] '),
    ip: forwarderIp,
    mailFrom: 'list-bounces@stranger.test',
    expect: { spf: 'pass', dkim: 'fail', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
  {
    what: 'the same list, sealed by a forwarder on our list',
    why: 'a trusted ARC softens forged, and never proves',
    raw: async () => {
      const changed = (await sign('corp', plain())).toString().replace('Subject: ', 'Subject: [list] ');
      return signer('relay').seal(changed, { results: 'dmarc=pass header.from=corp.test', signedAt: now - 1_000 });
    },
    ip: forwarderIp,
    expect: { dmarc: 'fail', trustedArc: true, proof: null, assurance: 'claimed' },
  },
  {
    what: 'the same, sealed by a stranger',
    why: 'anybody can seal',
    raw: async () =>
      signer('stranger').seal(plain(), { results: 'dmarc=pass header.from=corp.test', signedAt: now - 1_000 }),
    ip: forwarderIp,
    expect: { dmarc: 'fail', trustedArc: false, proof: null, assurance: 'forged' },
  },
  {
    what: 'a trusted seal that saw DMARC pass for another domain',
    why: 'what it saw was not this author',
    raw: async () =>
      signer('relay').seal(plain(), { results: 'dmarc=pass header.from=evil.test', signedAt: now - 1_000 }),
    ip: forwarderIp,
    expect: { trustedArc: false, proof: null, assurance: 'forged' },
  },
  {
    what: 'a trusted seal with dmarc=pass only in a comment and a quoted text',
    why: 'only the result itself counts',
    raw: async () =>
      signer('relay').seal(plain(), {
        results:
          'spf=fail (dmarc=pass header.from=corp.test) smtp.mailfrom="x; dmarc=pass header.from=corp.test"@evil.test',
        signedAt: now - 1_000,
      }),
    ip: forwarderIp,
    expect: { trustedArc: false, proof: null, assurance: 'forged' },
  },
  {
    what: 'a trusted seal over another text',
    why: 'the newest message signature does not verify',
    raw: async () =>
      (await signer('relay').seal(plain(), { results: 'dmarc=pass header.from=corp.test', signedAt: now - 1_000 }))
        .toString()
        .replace('It fails', 'Delete it'),
    ip: forwarderIp,
    expect: { trustedArc: false, proof: null, assurance: 'forged' },
  },
  {
    what: 'a trusted seal below a stranger’s',
    why: 'the newest sealer must be the trusted one: it touched the mail last',
    raw: async () => {
      const first = await signer('relay').seal(plain(), {
        results: 'dmarc=pass header.from=corp.test',
        signedAt: now - 2_000,
      });
      return signer('stranger').seal(first, {
        results: 'dmarc=pass header.from=corp.test',
        chain: 'pass',
        signedAt: now - 1_000,
      });
    },
    ip: forwarderIp,
    expect: { trustedArc: false, proof: null, assurance: 'forged' },
  },
  {
    what: 'a trusted seal above one whose key does not answer',
    why: 'every seal of the chain must verify, and this one may yet',
    raw: async () => {
      const first = await signer('stranger').seal(plain(), {
        results: 'dmarc=pass header.from=corp.test',
        signedAt: now - 2_000,
      });
      return signer('relay').seal(first, {
        results: 'dmarc=pass header.from=corp.test',
        chain: 'pass',
        signedAt: now - 1_000,
      });
    },
    ip: forwarderIp,
    broken: [['stranger._domainkey.stranger.test', 'TXT']],
    expect: { trustedArc: false, proof: null, assurance: 'forged', missing: `ARC key of ${trusted}` },
  },
  {
    what: 'the author’s key does not answer',
    why: 'a missing answer about the author’s own signature is not a fail',
    raw: () => sign('corp', plain()),
    broken: [['corp._domainkey.corp.test', 'TXT']],
    expect: { dkim: 'temperror', dmarc: 'temperror', proof: null, assurance: 'claimed', missing: 'DKIM key' },
  },
  {
    what: 'the key of a stranger’s signature does not answer',
    why: 'an unaligned identity cannot change anything',
    raw: () => sign('evil', plain()),
    broken: [['evil._domainkey.evil.test', 'TXT']],
    expect: { dkim: 'temperror', dmarc: 'fail', proof: null, assurance: 'forged', missing: null },
  },
  {
    what: 'the author’s SPF record does not answer, nothing signed',
    why: 'it might be aligned and pass',
    raw: async () => plain(),
    mailFrom: 'ada@corp.test',
    broken: [['corp.test', 'TXT']],
    expect: {
      spf: 'temperror',
      dmarc: 'temperror',
      proof: null,
      assurance: 'claimed',
      missing: 'SPF record of corp.test',
    },
  },
  {
    what: 'the author’s SPF record does not answer, signed well',
    why: 'DKIM proves without it',
    raw: () => sign('corp', plain()),
    mailFrom: 'ada@corp.test',
    broken: [['corp.test', 'TXT']],
    expect: { spf: 'temperror', dmarc: 'pass', proof: 'DKIM d=corp.test', assurance: 'proven', missing: null },
  },
  {
    what: 'the author’s SPF record does not answer, To not signed',
    why: 'here SPF would make the proof',
    raw: () => sign('corp', plain(), { fields: ['From', 'Subject', 'Date'] }),
    mailFrom: 'ada@corp.test',
    broken: [['corp.test', 'TXT']],
    expect: { spf: 'temperror', dmarc: 'pass', proof: null, assurance: 'claimed', missing: 'SPF record of corp.test' },
  },
  {
    what: 'the SPF record of a strange envelope does not answer',
    why: 'not aligned: the mail fails whatever it says',
    raw: async () => plain(),
    mailFrom: 'x@evil.test',
    broken: [['evil.test', 'TXT']],
    expect: { spf: 'temperror', dmarc: 'fail', proof: null, assurance: 'forged', missing: null },
  },
  {
    what: 'the policy does not answer, nothing proves',
    why: 'it may be reject',
    raw: async () => plain(),
    broken: [['_dmarc.corp.test', 'TXT']],
    expect: { dmarc: 'temperror', proof: null, assurance: 'claimed', missing: 'DMARC policy of corp.test' },
  },
  {
    what: 'the policy does not answer, the exact domain signed',
    why: 'no policy could refuse it',
    raw: () => sign('corp', plain()),
    broken: [['_dmarc.corp.test', 'TXT']],
    expect: { dmarc: 'temperror', proof: 'DKIM d=corp.test', assurance: 'proven', missing: null },
  },
  {
    what: 'the key of a trusted seal does not answer',
    why: 'it could turn forged into suspicious',
    raw: async () =>
      signer('relay').seal(plain(), { results: 'dmarc=pass header.from=corp.test', signedAt: now - 1_000 }),
    broken: [[`relay._domainkey.${trusted}`, 'TXT']],
    expect: { trustedArc: false, proof: null, assurance: 'forged', missing: `ARC key of ${trusted}` },
  },
  {
    what: 'the key of a stranger’s seal does not answer',
    why: 'it could change nothing',
    raw: async () =>
      signer('stranger').seal(plain(), { results: 'dmarc=pass header.from=corp.test', signedAt: now - 1_000 }),
    broken: [['stranger._domainkey.stranger.test', 'TXT']],
    expect: { trustedArc: false, proof: null, assurance: 'forged', missing: null },
  },
  {
    what: 'the null sender',
    why: 'the HELO name is what SPF checks then',
    raw: async () => plain(),
    mailFrom: '',
    helo: 'evil.test',
    expect: { spf: 'pass', dmarc: 'fail', proof: null, assurance: 'forged' },
  },
];

type Judged = { readonly check: DomainCheck; readonly proven: Proven; readonly missing: string | null };

async function judge(spoof: Case): Promise<Judged> {
  const { raw, header, author, addressees } = readMail(await spoof.raw());
  if (author === null) throw new Error('no author');
  const json = structuredClone(zoneJson);
  for (const [name, type] of spoof.broken ?? []) json[name] = { ...json[name], [type]: 'SERVFAIL' };
  const found = await checkDomain({
    raw,
    header,
    author,
    envelope: {
      client: { ip: spoof.ip ?? attackerIp, port: 4_000 },
      helo: spoof.helo ?? 'client.evil.test',
      mailFrom: spoof.mailFrom ?? 'x@evil.test',
    },
    now,
    resolve: zoneResolver(parseZone(json)),
    trustedSealers: [trusted],
    limits: defaultDomainLimits,
  });
  const digest = { same: 'aa', other: 'bb' } as const;
  const memory = new Map(
    found.dkim.signatures.map((signature) => [
      replayKeyOf(signature),
      { contentDigest: digest[spoof.seenBefore ?? 'same'], mailId: 'm1' },
    ]),
  );
  const check = markReplays(found, memory, 'aa');
  const mail = {
    authorDomain: author.domain,
    header,
    addressees,
    isOurs: (address: string) => address === 'support@postern.test',
    now,
  };
  const pgp = {
    result: 'none',
    cause: '',
    fingerprint: null,
    signer: null,
    signedAt: null,
    boundBy: null,
    encrypted: false,
    replayKey: null,
  } as const;
  return {
    check,
    proven: proofsOf({ mail, domain: check, pgp, standing: spoof.standing ?? primary() }),
    missing: missingAnswer(check, mail, [trusted]),
  };
}

describe('spoofing', () => {
  it.each(cases)('$what: $why', async (spoof) => {
    const { check, proven, missing } = await judge(spoof);
    const wanted = spoof.expect;
    const got = {
      spf: check.spf.result,
      dkim: check.dkim.result,
      dmarc: check.dmarc.result,
      trustedArc: check.arc.trusted,
      assurance: proven.assurance,
    };
    const { proof, missing: wantedMissing, ...results } = wanted;
    expect(got, JSON.stringify(check, null, 1)).toMatchObject(results);
    expect(proven.proofs.map(({ cause }) => cause)).toEqual(proof === null ? [] : [expect.stringContaining(proof)]);
    if (wantedMissing === null) expect(missing).toBeNull();
    if (typeof wantedMissing === 'string') expect(missing).toContain(wantedMissing);
  });
});
