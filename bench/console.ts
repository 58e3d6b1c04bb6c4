/**
 * Server time of every console page and of typical searches with weeks of mail behind them, on SQLite and PostgreSQL; and
 * what the first load weighs. Each look asks for something else, and looks at the overview come when its caches are old.
 *
 * Usage: bench/console.ts [mails] [sqlite|postgres|address of records that hold them already] [looks]
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../src/observe/logger.ts';
import { alertRaising } from '../src/records/alert-events.ts';
import { alertRecords } from '../src/records/alerts.ts';
import { migrate } from '../src/records/migrate.ts';
import { openRecords } from '../src/records/open-records.ts';
import { happening, rules, timing } from '../test/alerts/desk.ts';
import { type ConsoleWorld, type Session, startConsole } from '../test/console/console-world.ts';
import { storeRawMail } from '../test/console/hostile-mail.ts';
import { startPostgres } from '../test/helpers/postgres.ts';
import { startZoneServer } from '../test/helpers/zone-server.ts';
import { denyCount, fillRecords } from './console-fill.ts';
import { nuisanceAddress, rareWord, tenantDomain } from './made-up-traffic.ts';
import { percentile } from './smtp-load.ts';

const mails = Number(process.argv[2] ?? 1_000_000);
const wanted = process.argv[3] ?? '';
const kept = wanted.includes(':') ? wanted : null;
const dialects = (['sqlite', 'postgres'] as const).filter((name) => wanted.startsWith(name) || wanted === '');
const looks = Number(process.argv[4] ?? 30);

/** `most` bounds the looks at what takes long by its nature. */
type Look = { readonly name: string; readonly ask: (index: number) => Promise<Response>; readonly most?: number };
type Times = { readonly median: number; readonly p95: number };
const plainPage = 'a page that does not exist';
/** Not pages: they judge recorded mails anew, and take as long as that takes. */
const work = 'work: ';

/** What the bulk rows do not hold: alerts with a history, unnamed cases, mails whose octets are kept. */
async function furnish(world: ConsoleWorld): Promise<readonly string[]> {
  const now = world.now();
  for (let index = 0; index < 200; index += 1) {
    const about = { subject: `case-${index}`, reference: `case-${index}` };
    await alertRaising(world.records)([happening('case-alarm', about)]);
    await alertRecords(world.records).pass({ readings: [], rules, timing, targets: [] }, now - (200 - index) * 60_000);
  }
  const { name } = await world.session('trust', `bench-${now}`);
  for (let index = 0; index < 100; index += 1) {
    const reference = `P-${now}-${index}`;
    const communication = { channel: 'portal', reference, receivedAt: now - 1_000, address: null } as const;
    const by = { kind: 'staff', id: name, roles: [] } as const;
    const opened = await world.ports.caseTools.cases.open({ by, named: null, communication, note: '' }, now);
    if (opened.kind !== 'accepted') throw new Error(`no case: ${JSON.stringify(opened)}`);
  }
  const kept = Array.from(
    { length: looks },
    (_, index) => `0bench${now.toString(36)}${String(index).padStart(7, '0')}-0`,
  );
  for (const messageId of kept) {
    const from = `admin0@${tenantDomain(1)}`;
    const traits = { messageId, receivedAt: now - 1_000, from, outcome: 'escalated' as const, subject: 'Printer' };
    const head = `From: Ada <${from}>\r\nTo: support@postern.test\r\nSubject: Printer\r\nMessage-ID: <${messageId}@x.example>`;
    await storeRawMail(world, traits, Buffer.from(`${head}\r\n\r\nThe printer does not print.\r\n`));
  }
  return kept;
}

async function looksOf(world: ConsoleWorld, admin: Session, kept: readonly string[]): Promise<readonly Look[]> {
  const { db } = world.records;
  const ids = async (table: 'trace' | 'reviews' | 'tickets') => {
    const rows = await db.selectFrom(table).select('message_id').orderBy('message_id', 'desc').limit(20_000).execute();
    return rows.map(({ message_id }) => message_id);
  };
  const [messages, reviews] = [await ids('trace'), await ids('reviews')];
  const tickets = await db
    .selectFrom('tickets')
    .select('number')
    .limit(looks * 50)
    .execute();
  const entries = await db
    .selectFrom('deny_list')
    .select('id')
    .limit(looks * 50)
    .execute();
  const second = await Promise.all(
    ['backup', 'support@postern.test'].map(async (words) => {
      const page = await (await world.get(`/mail?q=${words}`, admin)).text();
      return page.match(/after=([0-9a-z.-]+)/)?.[1] ?? 'missing';
    }),
  );
  const at = <Item>(items: readonly Item[], index: number): Item | undefined => items[(index * 47) % items.length];
  const page = (name: string, path: (index: number) => string): Look => ({
    name,
    ask: (index) => world.get(path(index), admin),
  });
  const search = (name: string, words: (index: number) => string): Look =>
    page(`mail: ${name}`, (index) => `/mail?q=${encodeURIComponent(words(index))}`);
  const preview = (name: string, kind: string, value: (index: number) => string, scope = ''): Look => ({
    name: `deny preview: ${name}`,
    ask: (index) =>
      world.post(
        '/deny/new',
        { kind, value: value(index), reason: 'bench', note: '', scope, expires: '', step: 'preview' },
        admin,
      ),
  });
  const day = (index: number) => new Date(world.now() - (2 + (index % 30)) * 86_400_000).toISOString().slice(0, 10);
  return [
    page(plainPage, () => '/no-such-page'),
    {
      name: 'overview',
      ask: (index) => {
        if (index > 0) world.elapse(31_000);
        return world.get('/', admin);
      },
    },
    page('chart of the hour', () => '/live/flow?range=hour'),
    page('chart of the day', () => '/live/flow?range=day'),
    page('chart of 30 days', () => '/live/flow?range=month'),
    page('mail: newest', () => '/mail'),
    page('mail: rejected', () => '/mail?outcome=rejected'),
    page('mail: by reason', () => '/mail?reason=suspicious'),
    search('an admin’s address', (index) => `admin0@${tenantDomain(index)}`),
    search('our own mailbox', () => 'support@postern.test'),
    search('a nuisance’s address', (index) => nuisanceAddress(index * 11)),
    search('two addresses', (index) => `admin0@${tenantDomain(index)} sales@postern.test`),
    search('a domain', (index) => tenantDomain(index)),
    search('client address', (index) => `198.51.${index}.0`),
    search('message id', (index) => at(messages, index) ?? ''),
    search('Message-ID', (index) => `<${at(messages, index)}@example.com>`),
    search('ticket number', (index) => at(tickets, index)?.number ?? ''),
    search('a rare word', (index) => rareWord(index * 971)),
    search('a common word', () => 'backup'),
    search('two common words', () => 'invoice printer'),
    search('a rare and a common word', (index) => `backup ${rareWord(index * 977)}`),
    search('a day', day),
    search('a common word on a day', (index) => `backup ${day(index)}`),
    page('mail: a common word, one reason', () => '/mail?q=question&reason=forged'),
    page('mail: our own mailbox, one reason', () => '/mail?q=accounts%40postern.test&reason=abuse'),
    search('nothing found', (index) => `nothing${index}`),
    page('mail: second page, a common word', () => `/mail?q=backup&after=${second[0]}`),
    page('mail: second page, our own mailbox', () => `/mail?q=support%40postern.test&after=${second[1]}`),
    page('mail: its story', (index) => `/mail/${at(messages, index)}`),
    page('reviews', () => '/reviews'),
    page('reviews, decided', () => '/reviews?state=accepted'),
    page('one review', (index) => `/reviews/${at(reviews, index)}`),
    page('cases', () => '/cases'),
    page('cases: unnamed', () => '/cases/unnamed'),
    page('alerts', () => '/alerts'),
    page('queue: done jobs', () => '/queues/accepted?state=completed'),
    page('simulate', () => '/simulate'),
    page('queues', () => '/queues'),
    page('deny-list', () => '/deny'),
    page('deny-list: a value', (index) => `/deny?q=${encodeURIComponent(nuisanceAddress(index * 13))}`),
    page('deny-list: a word of every fourth reason', () => '/deny?q=threats'),
    page('deny-list: nothing found', (index) => `/deny?q=nothing${index}`),
    page('deny-list: last page', () => `/deny?from=${Math.floor(denyCount * 0.7)}`),
    page('deny-list: one kind', () => '/deny?kind=domain'),
    page('deny entry', (index) => `/deny/${at(entries, index)?.id}`),
    page('deny entry: edit', (index) => `/deny/${at(entries, index)?.id}/edit`),
    page('deny proposals', () => '/deny/proposals'),
    page('deny tester: address', (index) => `/deny/test?what=${encodeURIComponent(nuisanceAddress(index * 13))}`),
    page('deny tester: client', (index) => `/deny/test?what=203.0.${index}.9`),
    preview('a nuisance', 'email', (index) => nuisanceAddress(index * 3)),
    preview('a busy admin', 'email', (index) => `admin0@${tenantDomain(index)}`),
    preview('a domain with names below', 'domain', (index) => `bulk${index}.example.org`),
    preview('a busy tenant’s domain', 'domain', (index) => tenantDomain(index)),
    preview('a /24', 'network', (index) => `203.0.${index}.0/24`),
    preview('a /16', 'network', () => '203.0.0.0/16'),
    preview('a /16, one mailbox', 'network', () => '203.0.0.0/16', 'mailbox:support@postern.test'),
    page('directory', () => '/directory'),
    page('directory: by words', (index) => `/directory?q=tenant${index}.`),
    page('a tenant', (index) => `/directory/t${index}`),
    page('keys of an admin', (index) => `/directory/t${index}/admins/a1/keys`),
    page('directory: history', () => '/directory/history'),
    page('directory: ending keys', () => '/directory/ending-keys'),
    page('phone desk', (index) => `/phone?number=${encodeURIComponent(`+1202555${String(index).padStart(4, '0')}`)}`),
    page('audit log', () => '/audit'),
    page('audit log: of one member', (index) => `/audit?actor=trust-${index % 7}`),
    page('audit log: of nobody', (index) => `/audit?actor=nobody${index}`),
    page('audit log: one kind of act', () => '/audit?action=directory.import'),
    page('staff', () => '/staff'),
    page('tokens', () => '/tokens'),
    page('settings', () => '/settings'),
    page('account', () => '/account'),
    { name: `${work}one mail judged again`, ask: (index) => world.post(`/mail/${at(kept, index)}/judge`, {}, admin) },
    { name: `${work}a simulation of one day`, ask: () => simulate(world, admin), most: 3 },
  ];
}

function simulate(world: ConsoleWorld, admin: Session): Promise<Response> {
  const fields = { days: '1', denylist: 'present', directory: 'present', policy_file: '' };
  return world.post('/simulate', fields, admin);
}

async function timed({ ask, most = looks, name }: Look): Promise<Times> {
  const times: number[] = [];
  for (let index = 0; index < Math.min(looks, most); index += 1) {
    const begin = performance.now();
    const response = await ask(index);
    await response.arrayBuffer();
    times.push(performance.now() - begin);
    if (response.status >= 400 && name !== plainPage) {
      throw new Error(`${name}: ${response.status}`);
    }
  }
  times.sort((one, other) => one - other);
  return { median: percentile(times, 0.5), p95: percentile(times, 0.95) };
}

/** Octets on the wire, as a browser asks for them. */
async function weightOf(url: string, cookie: string): Promise<{ readonly octets: number; readonly text: string }> {
  const request = get(url, { headers: { cookie, 'accept-encoding': 'gzip' } });
  const [response] = await once(request, 'response');
  let octets = 0;
  for await (const chunk of response) octets += chunk.length;
  return { octets, text: await (await fetch(url, { headers: { cookie } })).text() };
}

async function firstLoad(world: ConsoleWorld, admin: Session): Promise<void> {
  const page = await weightOf(`${world.origin}/`, admin.cookie);
  let [packed, plain] = [page.octets, Buffer.byteLength(page.text)];
  const files = new Set([...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? ''));
  for (const path of files) {
    const { octets, text } = await weightOf(`${world.origin}${path}`, admin.cookie);
    packed += octets;
    plain += Buffer.byteLength(text);
  }
  const kilobytes = (octets: number) => `${(octets / 1_024).toFixed(1)} KB`;
  console.log(
    `first load (overview and its ${files.size} files): ${kilobytes(packed)} sent, ${kilobytes(plain)} unpacked`,
  );
}

async function fill(url: string): Promise<void> {
  const records = await openRecords({ url, logger: silentLogger() });
  const began = performance.now();
  await migrate(records);
  await fillRecords(records, url, mails, Date.now());
  await records.close();
  console.log(`filled in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

async function measure(url: string): Promise<ReadonlyMap<string, Times>> {
  const zone = await startZoneServer({});
  const world = await startConsole({}, url, { POSTERN_DNS: zone.address });
  try {
    const admin = await world.session('admin', `admin-${Date.now()}`);
    const times = new Map<string, Times>();
    const all = await looksOf(world, admin, await furnish(world));
    await timed({ ...(all[0] ?? { name: '', ask: () => world.get('/', admin) }) });
    for (const look of all) times.set(look.name, await timed(look));
    if (url.startsWith('sqlite:')) await firstLoad(world, admin);
    return times;
  } finally {
    await world.close();
    await zone.close();
  }
}

async function filledAndMeasured(dialect: 'sqlite' | 'postgres'): Promise<ReadonlyMap<string, Times>> {
  if (kept !== null) return measure(kept);
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const server = dialect === 'postgres' ? await startPostgres() : null;
  try {
    const url = server === null ? `sqlite:${join(folder, 'p.db')}` : await server.createDatabase();
    await fill(url);
    return await measure(url);
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = new Map<string, ReadonlyMap<string, Times>>();
for (const dialect of dialects) {
  console.log(`\n${dialect}, ${mails} mails, ${denyCount} deny entries, ${looks} looks each`);
  results.set(dialect, await filledAndMeasured(dialect));
}

const columns = [...results];
console.log(
  `\n${'median / p95 in ms'.padEnd(44)}${columns.map(([dialect]) => dialect.padStart(18)).join('')}   page : plain page`,
);
for (const name of columns[0]?.[1].keys() ?? []) {
  const cells = columns.map(([, times]) => times.get(name) ?? { median: 0, p95: 0 });
  const texts = cells.map(({ median, p95 }) => `${median.toFixed(1)} / ${p95.toFixed(1)}`.padStart(18));
  const ratios = columns.map(([, times], index) =>
    ((cells[index]?.median ?? 0) / (times.get(plainPage)?.median ?? 1)).toFixed(1),
  );
  const flag = cells.some(({ median }) => median > 100) && !name.startsWith(work) ? '  above 100 ms' : '';
  console.log(`${name.padEnd(44)}${texts.join('')}   ${ratios.join(' , ')}${flag}`);
}
