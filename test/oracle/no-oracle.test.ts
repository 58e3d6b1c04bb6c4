/**
 * No oracle (POLICY "Four properties", 1): whoever has not proven an address learns nothing about it. The same mails go to
 * one gateway from addresses of every standing; all that comes back, and all that is asked of DNS, is held equal.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makePgpKey, type SampleKey, signedMail } from '../../src/samples/pgp-samples.ts';
import { type MailText, mailOf, support, type ZoneJson } from '../helpers/customer-world.ts';
import { type Delivered, openSender, type Sender } from '../helpers/delivery.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { createSigner, type Signer } from '../helpers/dkim-signer.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/**
 * Domains of one form, `d` and two digits: names of one length, so that every octet of an answer can be compared. Each
 * situation has one of its own; what is registered or denied about it is all that differs.
 */
type Situation = { readonly what: string; readonly local: string; readonly reason: string };
const situations: readonly Situation[] = [
  { what: 'an unregistered address', local: 'someone', reason: 'prospect' },
  { what: 'the primary address of an admin', local: 'someone', reason: 'unproven-sender' },
  { what: 'a secondary address', local: 'someone', reason: 'not-primary' },
  { what: 'an inactive admin', local: 'someone', reason: 'not-active-admin' },
  { what: 'somebody at a tenant’s domain', local: 'someone', reason: 'not-an-admin' },
  { what: 'the help desk of a tenant', local: 'someone', reason: 'own-support-address' },
  { what: 'an alternate sender of a contract', local: 'someone', reason: 'unproven-sender' },
  { what: 'a group mailbox', local: 'someone', reason: 'shared-mailbox' },
  { what: 'a denied address', local: 'someone', reason: 'deny-listed' },
  { what: 'a denied domain', local: 'someone', reason: 'deny-listed' },
  { what: 'an admin whose address is denied', local: 'someone', reason: 'deny-listed' },
  { what: 'an address denied for this mailbox', local: 'someone', reason: 'deny-listed' },
  { what: 'an admin denied for the own tenant', local: 'someone', reason: 'deny-listed' },
  { what: 'an admin of a free tenant', local: 'someone', reason: 'unproven-sender' },
  { what: 'an admin whose contract requires PGP', local: 'someone', reason: 'unproven-sender' },
  { what: 'an admin whose contract requires TLS', local: 'someone', reason: 'unproven-sender' },
  { what: 'an admin whose contract takes SPF as proof', local: 'someone', reason: 'unproven-sender' },
  { what: 'an admin with a signing domain', local: 'someone', reason: 'unproven-sender' },
  { what: 'an admin with a registered PGP key', local: 'someone', reason: 'unproven-sender' },
  { what: 'an admin of a partner', local: 'someone', reason: 'unproven-sender' },
];

const domainOf = (index: number): string => `d${String(index).padStart(2, '0')}.example`;
const stranger = 'stranger.example';

let dns: ZoneServer;
let postern: Postern;
let sender: Sender;
let strangerSigner: Signer;
let keys: { readonly registered: SampleKey; readonly denied: SampleKey; readonly unknown: SampleKey };

beforeAll(async () => {
  strangerSigner = createSigner({ domain: stranger, selector: 's1' });
  const date = new Date(Date.now() - 86_400_000);
  const make = (name: string) => makePgpKey({ name, email: `${name}@key.example`, date });
  keys = { registered: await make('registered'), denied: await make('denied'), unknown: await make('unknown') };
  dns = await startZoneServer(zone());
  postern = await startPostern({
    dns: dns.address,
    directory: directory(),
    roles: ['smtp', 'workers'],
    // Each mail asks anew, so that questions can be counted.
    settings: {
      dns: { cacheEntries: 0, cacheTtlMs: 0, negativeTtlMs: 0 },
      console: { verifyUrl: 'https://gate.postern.example' },
    },
  });
  for (const [kind, value, ...scope] of denied()) {
    const { code, stderr } = await postern.run('deny', 'add', kind, value, '--reason', 'test', ...scope);
    if (code !== 0) throw new Error(stderr);
  }
  sender = await openSender(postern.smtpPort());
});

afterAll(async () => {
  sender?.close();
  await postern?.remove();
  await dns?.close();
});

/** What is told to a mail of each situation, with what was asked of DNS for it, the domain's number left out. */
async function told(
  make: (address: string, domain: string) => Promise<Buffer> | Buffer,
  envelope: (address: string) => string = (address) => address,
  recipients: readonly string[] = [support],
): Promise<readonly { what: string; seen: readonly string[]; asked: readonly string[] }[]> {
  const all: { what: string; seen: readonly string[]; asked: readonly string[] }[] = [];
  for (const [index, { what, local }] of situations.entries()) {
    const domain = domainOf(index);
    const address = `${local}@${domain}`;
    const before = dns.questions.length;
    const { dialogue }: Delivered = await sender.deliver({
      raw: await make(address, domain),
      mailFrom: envelope(address),
      recipients,
    });
    const asked = dns.questions.slice(before).map((question) => question.replaceAll(domain, 'DOMAIN'));
    all.push({ what, seen: dialogue, asked: asked.sort() });
  }
  return all;
}

async function expectAlike(...input: Parameters<typeof told>): Promise<readonly string[]> {
  const all = await told(...input);
  const first = all[0];
  if (first === undefined) throw new Error('no situation');
  for (const { what, seen, asked } of all) {
    expect({ what, seen, asked }).toEqual({ what, seen: first.seen, asked: first.asked });
  }
  return first.seen;
}

const unproven =
  (changes: Partial<MailText> = {}) =>
  (address: string) =>
    mailOf({ from: address, ...changes });
const begun = ['250 2.1.0 Sender OK', '250 2.1.5 Recipient OK', '354 End the data with <CR><LF>.<CR><LF>'];
const taken = '250 2.0.0 Received';

describe('unproven mail', () => {
  it('gets one and the same dialogue, although it is judged in as many ways as there are situations', async () => {
    const before = postern.trace().length;
    expect(await expectAlike(unproven())).toEqual([...begun, taken]);
    const rows = (await postern.traced(before + situations.length)).slice(before);
    const reasons = situations.map((_, index) => rows.find((row) => row.mail_from.endsWith(domainOf(index)))?.reason);
    expect(reasons).toEqual(situations.map(({ reason }) => reason));
  });

  const requests: readonly (readonly [string, string])[] = [
    ['a deletion', 'Please delete our account and all of its data.\r\n'],
    ['account information', 'Please send me the list of all users and admins of our account.\r\n'],
    ['credentials', 'I forgot my password, please reset my password.\r\n'],
    ['becoming an admin', 'Please make me an administrator of our tenant.\r\n'],
    ['abuse', 'You are all idiots and I will come and kill you.\r\n'],
    ['a wish to buy', 'We would like to buy the premium plan, please send a quote.\r\n'],
    ['a recovery', 'Our admin was fired and locked us out of the system. We have a police report.\r\n'],
    ['cessation', 'Please cease all support for our tenant at once.\r\n'],
    ['an out-of-office text', 'I am out of the office until Monday and will answer then.\r\n'],
  ];
  it.each(requests)('that asks for %s', async (_what, body) => {
    expect(await expectAlike(unproven({ body }))).toEqual([...begun, taken]);
  });

  it('from the null sender', async () => {
    expect(await expectAlike(unproven(), () => '')).toEqual([...begun, taken]);
  });

  it('from another envelope sender', async () => {
    expect(await expectAlike(unproven(), () => `bulk@${stranger}`)).toEqual([...begun, taken]);
  });

  it('whose envelope sender alone is of the situation', async () => {
    expect(await expectAlike(() => mailOf({ from: `eve@${stranger}` }))).toEqual([...begun, taken]);
  });

  it('that shows the address in the display name of another', async () => {
    const raw = (address: string) => mailOf({ from: `"${address}" <eve@${stranger}>` });
    expect(await expectAlike(raw, () => `eve@${stranger}`)).toEqual([...begun, taken]);
  });

  it('that came through a list, or says that it is automatic', async () => {
    expect(await expectAlike(unproven({ fields: ['List-Id: <l.list.example>'] }))).toEqual([...begun, taken]);
    expect(await expectAlike(unproven({ fields: ['Auto-Submitted: auto-replied'] }))).toEqual([...begun, taken]);
  });

  it('signed by a domain that does not speak for it', async () => {
    const raw = (address: string) => strangerSigner.sign(mailOf({ from: address }));
    expect(await expectAlike(raw)).toEqual([...begun, taken]);
  });

  it('that is malformed', async () => {
    const seen = await expectAlike((address) => mailOf({ from: `${address}, eve@${stranger}` }));
    expect(seen.at(-1)).toMatch(/^554 5\.6\.0 /);
  });

  it('to several mailboxes, in any order, and to the department that appeals go to', async () => {
    const pairs = [
      [support, 'sales@postern.test', 'security@postern.test'],
      ['security@postern.test', support],
      ['security@postern.test'],
      ['legal@postern.test', 'finance@postern.test'],
    ];
    for (const recipients of pairs) {
      const seen = await expectAlike(unproven(), undefined, recipients);
      expect(seen).toEqual([begun[0], ...recipients.map(() => begun[1]), begun[2], taken]);
    }
  });

  it('whose recipients are half unknown', async () => {
    const seen = await expectAlike(unproven(), undefined, ['nobody@postern.test', support]);
    expect(seen).toEqual([begun[0], '550 5.1.1 No such mailbox here', begun[1], begun[2], taken]);
  });

  it('sent again, as a copy', async () => {
    const mails = new Map<string, Buffer>();
    const once = (address: string): Buffer => {
      const mail = mails.get(address) ?? mailOf({ from: address });
      mails.set(address, mail);
      return mail;
    };
    expect(await expectAlike(once)).toEqual([...begun, taken]);
    expect(await expectAlike(once)).toEqual([...begun, taken]);
  });
});

describe('PGP signatures by a key that is', () => {
  const letter = (address: string) => ({
    from: address,
    to: support,
    subject: 'Printer on fire',
    text: 'The printer is on fire.\n',
    at: Date.now() - 5_000,
  });
  it.each(['registered', 'denied', 'unknown'] as const)('%s: all senders are told the same', async (which) => {
    const raw = (address: string) => signedMail(letter(address), { key: keys[which] });
    const seen = await told(raw);
    // The owner of the registered key has proven the address with it.
    const others = seen.filter(({ what }) => which !== 'registered' || !what.includes('registered PGP key'));
    for (const { what, seen: lines } of others) expect({ what, lines }).toEqual({ what, lines: [...begun, taken] });
    expect(new Set(seen.map(({ asked }) => asked.join()))).toHaveLength(1);
  });
});

describe('a proven stranger', () => {
  const own = `eve@${stranger}`;
  it('learns nothing by an envelope sender of the situation', async () => {
    const seen = await expectAlike(() => strangerSigner.sign(mailOf({ from: own })));
    expect(seen).toEqual([...begun, taken]);
  });

  it('learns nothing by a display name, Sender or Reply-To of the situation', async () => {
    const fields = (address: string) => [`Sender: ${address}`, `Reply-To: ${address}`];
    const raw = (address: string) =>
      strangerSigner.sign(mailOf({ from: `"${address}" <${own}>`, fields: fields(address) }));
    expect(await expectAlike(raw, () => own)).toEqual([...begun, taken]);
  });

  it('learns nothing by the PGP signature of somebody else', async () => {
    const letter = { from: own, to: support, subject: 'Fire', text: 'Fire.\n', at: Date.now() - 5_000 };
    for (const key of Object.values(keys)) {
      const raw = await strangerSigner.sign(await signedMail(letter, { key }));
      expect(
        await expectAlike(
          () => raw,
          () => own,
        ),
      ).toEqual([...begun, taken]);
    }
  });
});

describe('policies and faults of the author’s own domain', () => {
  const withZone = async (change: (domain: string) => ZoneJson, work: () => Promise<void>): Promise<void> => {
    dns.setZone({ ...zone(), ...Object.assign({}, ...situations.map((_, index) => change(domainOf(index)))) });
    try {
      await work();
    } finally {
      dns.setZone(zone());
    }
  };
  const deferred = '451 4.4.3 A DNS answer is missing, try again later';

  it('a policy of reject refuses all alike, one of quarantine takes all alike', async () => {
    await withZone(
      (domain) => ({ [`_dmarc.${domain}`]: { TXT: ['v=DMARC1; p=reject'] } }),
      async () => {
        const seen = await expectAlike(unproven());
        expect(seen.at(-1)).toBe('550 5.7.26 The DMARC policy of the From domain rejects this mail');
      },
    );
    await withZone(
      (domain) => ({ [`_dmarc.${domain}`]: { TXT: ['v=DMARC1; p=quarantine'] } }),
      async () => {
        expect(await expectAlike(unproven())).toEqual([...begun, taken]);
      },
    );
  });

  it('a policy that does not answer defers all alike', async () => {
    await withZone(
      (domain) => ({ [`_dmarc.${domain}`]: { TXT: 'SERVFAIL' } }),
      async () => {
        expect(await expectAlike(unproven())).toEqual([...begun, deferred]);
        const both = [support, 'security@postern.test'];
        expect((await expectAlike(unproven(), undefined, both)).at(-1)).toBe(deferred);
      },
    );
  });

  it('an SPF record that does not answer defers all alike', async () => {
    await withZone(
      (domain) => ({ [domain]: { TXT: 'SERVFAIL' } }),
      async () => {
        expect(await expectAlike(unproven())).toEqual([...begun, deferred]);
        expect((await expectAlike(unproven(), () => `bulk@${stranger}`)).at(-1)).toBe(taken);
      },
    );
  });

  it('a DKIM key that does not answer defers all alike', async () => {
    const key = createSigner({ domain: 'unused.example', selector: 's1' });
    const signedAs = (address: string, domain: string) =>
      key
        .sign(mailOf({ from: address }))
        .then((raw) => Buffer.from(raw.toString('latin1').replace('d=unused.example', `d=${domain}`), 'latin1'));
    await withZone(
      (domain) => ({ [`s1._domainkey.${domain}`]: { TXT: 'SERVFAIL' } }),
      async () => {
        expect(await expectAlike(signedAs)).toEqual([...begun, deferred]);
      },
    );
  });

  it('a registered signing domain that does not answer defers nobody', async () => {
    dns.setZone({ ...zone(), [strangerSigner.dnsName]: { TXT: 'SERVFAIL' } });
    const raw = (address: string) => strangerSigner.sign(mailOf({ from: address }));
    expect(await expectAlike(raw)).toEqual([...begun, taken]);
    dns.setZone(zone());
  });
});

describe('the dialogue before the data', () => {
  it('answers RCPT, VRFY and EXPN alike for mailboxes and people', async () => {
    const { client } = sender;
    for (const verb of ['VRFY', 'EXPN']) {
      const replies = await Promise.resolve(
        [support, 'nobody@postern.test', 'someone@d01.example'].map((address) => `${verb} ${address}`),
      );
      const lines: string[] = [];
      for (const command of replies) lines.push((await client.command(command)).lines.join());
      expect(new Set(lines)).toHaveLength(1);
    }
  });
});

describe('behind the dialogue, after all of these mails', () => {
  type Row = Readonly<Record<string, string | number | null>>;
  const rows = (sql: string): readonly Row[] => {
    const database = new DatabaseSync(join(postern.dataDir, 'postern.db'), { readOnly: true, timeout: 5_000 });
    try {
      return database
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }) as Row);
    } finally {
      database.close();
    }
  };
  const ofUnproven = `select message_id from trace where assurance != 'proven'`;
  beforeAll(async () => {
    // One that comes last is told of last.
    const messageId = `<last@${stranger}>`;
    const raw = await strangerSigner.sign(mailOf({ from: `nina@${stranger}`, messageId }));
    await sender.deliver({ raw, mailFrom: `nina@${stranger}`, recipients: [support] });
    await eventually('the last notice', () => rows(`select id from notices where recipient = 'nina@${stranger}'`)[0]);
  });

  it('unproven mail had written to nobody but registered primary addresses, that they look at a page', () => {
    const registered = new Set(
      [...situations.keys()].flatMap((index) => [`someone@${domainOf(index)}`, `other@${domainOf(index)}`]),
    );
    const sent = rows(`select recipient, kind, because, state from notices where message_id in (${ofUnproven})`);
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.filter(({ recipient }) => !registered.has(String(recipient)))).toEqual([]);
    expect(new Set(sent.map(({ kind }) => kind))).toEqual(new Set(['verify-sender', 'summary']));
    expect(new Set(sent.map(({ because }) => because))).toEqual(new Set(['registered-primary']));
    // Three questions and a summary a day, however many mails came in its name.
    const most = Map.groupBy(sent, ({ recipient }) => recipient);
    for (const group of most.values()) expect(group.length).toBeLessThanOrEqual(4);
  });

  it('no ticket of an unproven mail knows a tenant', () => {
    const tickets = rows(`select tenant_id, admin_id, tier from tickets where message_id in (${ofUnproven})`);
    expect(tickets.length).toBeGreaterThan(10);
    expect(tickets.filter((ticket) => Object.values(ticket).some((value) => value !== null))).toEqual([]);
  });

  it('a proven stranger gets one and the same receipt, whatever was named in its mails', () => {
    const mine = `select message_id from trace where assurance = 'proven' and sender_address like '%@${stranger}' and duplicate_of is null`;
    const told = rows(
      `select kind, because, language, count(*) as notices from notices where message_id in (${mine}) group by message_id`,
    );
    expect(told).toHaveLength(rows(mine).length);
    expect(new Set(told.map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ kind: 'receipt', because: 'proven-sender', language: 'en', notices: 1 })]),
    );
  });
});

function directory() {
  const tenant = (index: number, changes: object, adminChanges: object | null = {}) => {
    const domain = domainOf(index);
    const address = `${situations[index]?.local}@${domain}`;
    const first = { id: `a${index}`, primaryEmail: adminChanges === null ? `other@${domain}` : address };
    return tenantJson({
      id: `t${index}`,
      name: `Tenant ${index}`,
      domains: [domain],
      admins: [adminJson({ ...first, ...adminChanges })],
      ...changes,
    });
  };
  const own = (index: number): string => `${situations[index]?.local}@${domainOf(index)}`;
  const contract = { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] };
  return {
    tenants: [
      tenant(1, {}),
      tenant(2, {}, { primaryEmail: `other@${domainOf(2)}`, secondaryEmails: [own(2)] }),
      tenant(3, {}, { active: false }),
      tenant(4, {}, null),
      tenant(5, { helpdeskAddresses: [own(5)] }, null),
      // An authorised third party: its domain is nobody's.
      tenant(6, {
        domains: ['agency-customer.example'],
        contract: { ...contract, alternateSenders: [{ address: own(6), requests: [] }] },
        admins: [adminJson({ id: 'a6', primaryEmail: 'boss@agency-customer.example' })],
      }),
      tenant(7, {}, { mailbox: 'group' }),
      tenant(10, {}),
      tenant(12, {}),
      tenant(13, { tier: 'free', users: 3 }),
      tenant(14, { contract: { ...contract, requirePgp: 'signed' } }),
      tenant(15, { contract: { ...contract, requireTls: true } }),
      tenant(16, { contract: { ...contract, spfProves: true } }),
      tenant(17, { signingDomains: ['mailer.example'] }),
      tenant(18, {}, { pgpKeys: [keys.registered.armoredPublic] }),
      tenant(19, { partner: true }),
    ],
  };
}

function denied(): readonly (readonly [string, string, ...string[]])[] {
  const own = (index: number): string => `${situations[index]?.local}@${domainOf(index)}`;
  return [
    ['email', own(8)],
    ['domain', domainOf(9)],
    ['email', own(10)],
    ['email', own(11), '--scope', `mailbox:${support}`],
    ['email', own(12), '--scope', 'tenant:t12'],
    ['pgp', keys.denied.fingerprint],
  ];
}

function zone(): ZoneJson {
  const elsewhere = 'v=spf1 ip4:192.0.2.25 -all';
  return {
    ...Object.fromEntries(situations.map((_, index) => [domainOf(index), { TXT: [elsewhere] }])),
    [stranger]: { TXT: [elsewhere] },
    [strangerSigner.dnsName]: { TXT: [strangerSigner.dnsRecord] },
  };
}
