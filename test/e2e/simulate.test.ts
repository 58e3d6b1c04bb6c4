/**
 * `postern simulate` against gateways that live: the same mails go to one as it is, and to others that were started with
 * a change. What the first one's records say under the change must be what the others answered.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makePgpKey, type SampleKey, signedMail } from '../../src/samples/pgp-samples.ts';
import { type MailText, mailOf } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { adminJson, type Json, tenantJson } from '../helpers/directory-json.ts';
import { createSigner, type Signer } from '../helpers/dkim-signer.ts';
import { type Postern, type PosternOptions, startPostern } from '../helpers/postern.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const dayMs = 86_400_000;
const begun = Date.now();
const names = 'customer newcomer free pgp mailer agency custommer'.split(' ');
const signers = new Map(names.map((name) => [name, createSigner({ domain: `${name}.example`, selector: 's1' })]));
const signer = (name: string): Signer => {
  const found = signers.get(name);
  if (found === undefined) throw new Error(`no signer ${name}`);
  return found;
};

const elsewhere = { TXT: ['v=spf1 ip4:192.0.2.25 -all'] };
const zone = {
  ...Object.fromEntries(names.map((name) => [`${name}.example`, elsewhere])),
  ...Object.fromEntries([...signers.values()].map(({ dnsName, dnsRecord }) => [dnsName, { TXT: [dnsRecord] }])),
  '_dmarc.customer.example': { TXT: ['v=DMARC1; p=reject'] },
  'quarantine.example': elsewhere,
  '_dmarc.quarantine.example': { TXT: ['v=DMARC1; p=quarantine'] },
  'spf.example': { TXT: ['v=spf1 ip4:127.0.0.1 ip6:::1 -all'] },
  'plain.example': elsewhere,
};

const contract = { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] };
const adminOf = (id: string, primaryEmail: string, changes: Json = {}): Json =>
  adminJson({ id, primaryEmail, ...changes });

/** The directory as it is, or as it might be. */
function tenants(key: SampleKey, isChanged: boolean): readonly Json[] {
  const one = (id: string, before: Json, after: Json = before): Json =>
    tenantJson({ id, domains: [`${id}.example`], ...(isChanged ? after : before) });
  const customer = (admins: readonly Json[], helpdeskAddresses: readonly string[]): Json => ({
    helpdeskAddresses,
    contract: { ...contract, alternateSenders: [{ address: 'temp@agency.example', requests: [] }] },
    admins,
  });
  const ada = 'ada@customer.example';
  const second = 'ada.second@customer.example';
  return [
    one(
      'customer',
      customer(
        [
          adminOf('a1', ada, { secondaryEmails: [second], pgpKeys: [key.armoredPublic] }),
          adminOf('a2', 'old@customer.example', { role: 'admin', active: false }),
          adminOf('a3', 'team@customer.example', { role: 'admin', mailbox: 'group' }),
        ],
        ['help@customer.example'],
      ),
      {
        ...customer(
          [
            adminOf('a1', second),
            adminOf('a2', 'old@customer.example', { role: 'admin' }),
            adminOf('a4', 'nobody@customer.example', { role: 'admin' }),
          ],
          [],
        ),
        contract: { ...contract, requirePgp: 'signed' },
      },
    ),
    one('plain', { admins: [adminOf('p1', 'pam@plain.example')] }, { admins: [adminOf('p2', 'pat@plain.example')] }),
    one(
      'free',
      { tier: 'free', users: 4, admins: [adminOf('f1', 'fay@free.example')] },
      { admins: [adminOf('f1', 'fay@free.example')] },
    ),
    one(
      'pgp',
      { contract: { ...contract, requirePgp: 'signed' }, admins: [adminOf('g1', 'pia@pgp.example')] },
      { admins: [adminOf('g1', 'pia@pgp.example')] },
    ),
    one(
      'spf',
      { admins: [adminOf('s1', 'sue@spf.example')] },
      { contract: { ...contract, spfProves: true }, admins: [adminOf('s1', 'sue@spf.example')] },
    ),
    one(
      'outsourced',
      { admins: [adminOf('o1', 'olga@outsourced.example')] },
      { signingDomains: ['mailer.example'], admins: [adminOf('o1', 'olga@outsourced.example')] },
    ),
    ...(isChanged ? [one('newcomer', { admins: [adminOf('n1', 'nina@newcomer.example')] })] : []),
  ];
}

type Sent = { readonly what: string; readonly raw: Buffer; readonly mailFrom: string; readonly to: string };

const sales = 'sales@postern.test';
const ordinary = 'The export of the weekly report stops at 30 percent since Monday. Can you look?';

/** Each mail of its own; the same octets go to each gateway. */
async function mailsOf(key: SampleKey): Promise<readonly Sent[]> {
  let count = 0;
  const sent: Sent[] = [];
  const add = async (
    what: string,
    from: string,
    signedBy: string | null,
    changes: Partial<MailText> & { readonly signedAt?: number } = {},
  ): Promise<void> => {
    count += 1;
    const { signedAt = begun - 1_000, ...text } = changes;
    const mail = mailOf({
      from,
      at: signedAt,
      messageId: `<m${count}@mails.example>`,
      body: `${ordinary}\r\n`,
      ...text,
    });
    const raw = signedBy === null ? mail : await signer(signedBy).sign(mail, { signedAt });
    sent.push({ what, raw, mailFrom: from, to: text.to ?? 'support@postern.test' });
  };
  const ada = 'ada@customer.example';
  await add('a proven admin', ada, 'customer');
  await add('a secondary address', 'ada.second@customer.example', 'customer');
  await add('a former admin', 'old@customer.example', 'customer');
  await add('a shared mailbox', 'team@customer.example', 'customer');
  await add('no admin', 'nobody@customer.example', 'customer');
  await add('an own help desk', 'help@customer.example', 'customer');
  await add('an authorised third party', 'temp@agency.example', 'agency');
  await add('not proven', 'pam@plain.example', null);
  await add('not proven and no admin', 'pat@plain.example', null);
  await add('a newcomer', 'nina@newcomer.example', 'newcomer');
  await add('a stranger', 'x@nowhere.example', null);
  await add('a stranger to sales', 'y@nowhere.example', null, { to: sales });
  await add('a newcomer to sales', 'nina@newcomer.example', 'newcomer', { to: sales });
  await add('forged', ada, null);
  await add('suspicious', 'quin@quarantine.example', null);
  await add('a free tenant', 'fay@free.example', 'free');
  await add('a contract that wants PGP', 'pia@pgp.example', 'pgp');
  await add('SPF alone', 'sue@spf.example', null);
  await add('signed by a mailer', 'olga@outsourced.example', 'mailer');
  await add('an imitation', 'ada@custommer.example', 'custommer');
  await add('three days old', ada, 'customer', { signedAt: begun - 3 * dayMs });
  await add('through a list', ada, 'customer', { fields: ['List-Id: <list.customer.example>'] });
  await add('automatic', ada, 'customer', { fields: ['Auto-Submitted: auto-replied'] });
  await add('a deletion', ada, 'customer', { body: 'Please delete our account and all our data.\r\n' });
  await add('a deletion to sales', ada, 'customer', {
    to: sales,
    body: 'Please delete our account and all our data.\r\n',
  });
  await add('a deletion by nobody', 'nobody@customer.example', 'customer', { body: 'Please delete our account.\r\n' });
  await add('a recovery', ada, 'customer', {
    body: 'We dismissed an admin who is angry and still has access. We have a police report and want him deleted.\r\n',
  });
  await add('abuse', ada, 'customer', { body: 'You are a bunch of idiots, the whole lot of you.\r\n' });
  await add('abuse to security', ada, 'customer', { to: 'security@postern.test', body: 'You idiots.\r\n' });
  await add('a question of a denied one', 'pest@denied.example', null);
  await add('of one who is denied for sales', 'scoped@denied.example', null, { to: sales });
  await add('of the same to support', 'scoped@denied.example', null);
  await add('of one whose entry has ended', 'forgiven@denied.example', null);
  const letter = { from: `Ada <${ada}>`, to: 'support@postern.test', subject: 'Export fails', text: `${ordinary}\n` };
  const pgp = await signedMail({ ...letter, at: begun - 5_000 }, { key });
  sent.push({ what: 'signed by PGP', raw: await signer('customer').sign(pgp), mailFrom: ada, to: letter.to });
  const old = await signedMail({ ...letter, at: begun - 3 * dayMs }, { key });
  sent.push({
    what: 'signed by PGP three days ago',
    raw: await signer('customer').sign(old),
    mailFrom: ada,
    to: letter.to,
  });
  return sent;
}

const denyCsv = (): string =>
  [
    'kind,value,reason,note,scope,expires_at,created_by',
    'email,pest@denied.example,x,,global,,me',
    'email,scoped@denied.example,x,,mailbox:sales@postern.test,,me',
    `email,forgiven@denied.example,x,,global,${new Date(begun + 1).toISOString()},me`,
    'domain,newcomer.example,x,,global,,me',
    'email,old@customer.example,x,,tenant:customer,,me',
    'email,ada+x@customer.example,x,,global,,me',
    '',
  ].join('\n');
const policy = { acceptSecondary: true, lookalikes: false, proofAgeDays: 1, fronts: ['list.customer.example'] };

let folder: string;
let dns: ZoneServer;
let key: SampleKey;
let mails: readonly Sent[];
let base: Postern;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-simulate-'));
  dns = await startZoneServer(zone);
  key = await makePgpKey({ name: 'Ada', email: 'ada@customer.example', date: new Date(begun - 10 * dayMs) });
  mails = await mailsOf(key);
  base = await gateway({});
  await sendAll(base);
});
afterAll(async () => {
  await base?.remove();
  await dns?.close();
  rmSync(folder, { recursive: true, force: true });
});

function gateway(options: Partial<PosternOptions>): Promise<Postern> {
  const directory = { tenants: tenants(key, false) };
  return startPostern({ dns: dns.address, directory, roles: ['smtp', 'workers'], ...options });
}

async function sendAll(postern: Postern): Promise<void> {
  for (const { mailFrom, raw, to } of mails) await deliver(postern.smtpPort(), { raw, mailFrom, recipients: [to] });
  await postern.traced(mails.length);
}

/** What a gateway decided of each mail, by the mail's own id. */
function decided(postern: Postern): Readonly<Record<string, string>> {
  const rows = postern.trace().map(({ outcome, reason, rfc_message_id, rule }) => {
    const index = mails.findIndex(({ raw }) => rfc_message_id !== null && raw.includes(rfc_message_id));
    return [`${index} ${mails[index]?.what ?? 'unknown'}`, `${rule} ${outcome} ${reason}`] as const;
  });
  return Object.fromEntries(rows.toSorted(([one], [other]) => Number.parseInt(one, 10) - Number.parseInt(other, 10)));
}

/** What the records of the first gateway say that another would have decided. */
async function foretold(...options: readonly string[]) {
  const ran = await base.run('simulate', '--since', '1d', '--json', '--examples', '100', ...options);
  expect(ran.code, ran.stderr).toBe(0);
  const { judged, unknown, guessed, differences } = JSON.parse(ran.stdout);
  const changed = new Map<string, string>();
  for (const { after, examples } of differences) {
    for (const id of examples) changed.set(id, `${after.rule} ${after.outcome} ${after.reason}`);
  }
  const own = new Map(base.trace().map(({ message_id, rfc_message_id }) => [message_id, rfc_message_id ?? '']));
  const before = decided(base);
  const entries = Object.entries(before).map(([what, decision]) => {
    const mail = mails[Number.parseInt(what, 10)];
    const [id = ''] = [...own].find(([, rfcId]) => rfcId !== '' && mail?.raw.includes(rfcId) === true) ?? [];
    return [what, changed.get(id) ?? decision];
  });
  return { judged, unknown, guessed, differing: changed.size, decisions: Object.fromEntries(entries) };
}

it('the mails meet many rules', () => {
  const rules = new Set(Object.values(decided(base)).map((decision) => decision.split(' ')[0]));
  expect(Object.keys(decided(base))).toHaveLength(mails.length);
  expect(rules.size).toBeGreaterThan(14);
});

it('nothing would differ where nothing is changed', async () => {
  // What was forged was refused in the session, and is not kept.
  expect(await foretold()).toMatchObject({ judged: mails.length - 1, unknown: 1, guessed: 0, differing: 0 });
  const file = join(folder, 'same.json');
  writeFileSync(file, JSON.stringify({ tenants: tenants(key, false) }));
  expect(await foretold('--directory', file)).toMatchObject({ judged: mails.length - 1, guessed: 0, differing: 0 });
});

/** Starts a gateway with the change, and holds what it decides against what was foretold. */
async function compare(options: Partial<PosternOptions>, simulated: readonly string[]): Promise<number> {
  const expected = await foretold(...simulated);
  const postern = await gateway(options);
  try {
    if (simulated[0] === '--deny') {
      const { code, stderr } = await postern.run('deny', 'import', simulated[1] ?? '');
      expect(code, stderr).toBe(0);
    }
    await sendAll(postern);
    expect(decided(postern)).toEqual(expected.decisions);
  } finally {
    await postern.remove();
  }
  return expected.differing;
}

it('under another policy it is what a gateway with that policy decides', async () => {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, JSON.stringify({ policy }));
  expect(await compare({ settings: { policy } }, ['--policy', file])).toBeGreaterThan(2);
});

it('under another deny-list it is what a gateway with that list decides', async () => {
  const file = join(folder, 'deny.csv');
  writeFileSync(file, denyCsv());
  expect(await compare({}, ['--deny', file])).toBeGreaterThan(4);
});

it('under another directory it is what a gateway with that directory decides', async () => {
  const directory = { tenants: tenants(key, true) };
  const file = join(folder, 'directory.json');
  writeFileSync(file, JSON.stringify(directory));
  expect(await compare({ directory }, ['--directory', file])).toBeGreaterThan(8);
});
