/**
 * The workers are killed between each two steps of what follows a verdict: record -> ticket -> hand-over -> its end ->
 * notice -> its end -> question to the address on file. Nothing is lost and nothing is doubled, on either database.
 *
 * The steps are held from outside, by triggers in the database: on PostgreSQL one waits for a lock of the test, so that the
 * worker dies in the middle of its transaction; SQLite has one writer, so there it refuses until the worker is dead.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { eventually } from '../helpers/eventually.ts';
import { isRunning, type Postern, startPostern } from '../helpers/postern.ts';
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/relay-sink.ts';
import { startWebhookServer, type WebhookServer } from '../helpers/webhook-server.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

// Whole systems start and stop here: slow machines get their time.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 240_000 });
const patienceMs = 150_000;

type Row = Readonly<Record<string, unknown>>;
/** A step: a write to a table that is held, of all or of those for which a condition on NEW holds. */
type Step = {
  readonly table: string;
  readonly event: 'insert' | 'update';
  /** In the words of both databases. */
  readonly when?: string;
};

type Database = {
  readonly env: Readonly<Record<string, string>>;
  rows(sql: string): Promise<readonly Row[]>;
  /** Whoever takes the step is held from now on. */
  hold(step: Step): Promise<void>;
  /** Resolves when somebody is held there. */
  held(log: () => string): Promise<void>;
  letGo(step: Step): Promise<void>;
  close(): Promise<void>;
};

const refusal = 'held by the test';

function sqliteOf(dataDir: () => string): Database {
  const run = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(dataDir(), 'postern.db'), { timeout: 10_000 });
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  let seen = 0;
  const times = (log: string): number => log.split(refusal).length - 1;
  return {
    env: {},
    rows: async (sql) => run((database) => database.prepare(sql).all()),
    hold: async ({ event, table, when }) => {
      const condition = when === undefined ? '' : `when ${when}`;
      const body = `begin select raise(abort, '${refusal}'); end`;
      run((database) => database.exec(`create trigger held before ${event} on ${table} ${condition} ${body}`));
    },
    held: async (log) => {
      await eventually('a refused step', () => times(log()) > seen);
      seen = times(log());
    },
    letGo: async () => run((database) => database.exec('drop trigger held')),
    close: async () => undefined,
  };
}
const lock = 20_261_126;

async function postgresOf(server: TestPostgres): Promise<Database> {
  const url = await server.createDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  const rows = async (sql: string): Promise<readonly Row[]> => (await client.query<Row>(sql)).rows;
  return {
    env: { DATABASE_URL: url },
    rows,
    hold: async ({ event, table, when }) => {
      await client.query(`select pg_advisory_lock(${lock})`);
      await client.query(
        `create or replace function held() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(${lock}); return new; end $$`,
      );
      const condition = when === undefined ? '' : `when (${when})`;
      await client.query(
        `create trigger held before ${event} on ${table} for each row ${condition} execute function held()`,
      );
    },
    held: async () => {
      const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
      await eventually('a transaction that waits', async () => (await rows(waiting)).length > 0);
    },
    letGo: async ({ table }) => {
      await client.query(`select pg_advisory_unlock(${lock})`);
      await client.query(`drop trigger held on ${table}`);
    },
    close: () => client.end(),
  };
}

let world: CustomerWorld;
let dns: ZoneServer;
let folder: string;
beforeAll(async () => {
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  folder = mkdtempSync(join(tmpdir(), 'postern-after-'));
  writeFileSync(join(folder, 'secret'), `whsec_${randomBytes(32).toString('base64')}`);
});
afterAll(async () => {
  await dns?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each step has an admin of its own: at most one notice of a kind goes to an address in a while. */
const admins = Array.from({ length: 7 }, (_, index) =>
  adminJson({ id: `c${index}`, name: `C${index}`, primaryEmail: `c${index}@customer.example` }),
);
const directory = {
  tenants: [
    tenantJson({ domains: ['customer.example'], admins }),
    tenantJson({
      id: 't2',
      name: 'Plain',
      domains: ['plain.example'],
      admins: ['p7', 'p8'].map((id) => adminJson({ id, name: id, primaryEmail: `${id}@plain.example` })),
    }),
  ],
};

const customer = (index: number): string => `c${index}@customer.example`;
const plain = (index: number): string => `p${index}@plain.example`;

type Death = {
  readonly when: string;
  readonly from: string;
  readonly step: Step;
  /** What else of the mail is awaited first, so that only this step is cut: the end of its delivery or of its notice. */
  readonly after?: 'handoff_deliveries' | 'notices';
};

const accepted: readonly Death[] = [
  {
    when: 'before the end of its hand-over is written',
    from: customer(0),
    step: { table: 'handoff_deliveries', event: 'update', when: "new.state = 'delivered'" },
    after: 'notices',
  },
  {
    when: 'before the end of its notice is written',
    from: customer(1),
    step: { table: 'notices', event: 'update', when: "new.state = 'sent' and new.kind = 'received'" },
    after: 'handoff_deliveries',
  },
  {
    when: 'between record and notice',
    from: customer(2),
    step: { table: 'notices', event: 'insert', when: "new.kind = 'received'" },
    after: 'handoff_deliveries',
  },
  { when: 'before its trace is written', from: customer(3), step: { table: 'trace', event: 'insert' } },
  { when: 'between trace and ticket', from: customer(4), step: { table: 'tickets', event: 'insert' } },
  { when: 'between ticket and hand-over', from: customer(5), step: { table: 'handoff_deliveries', event: 'insert' } },
];
const inDoubt: readonly Death[] = [
  { when: 'before its question is kept', from: plain(7), step: { table: 'verifications', event: 'insert' } },
  {
    when: 'between question and letter',
    from: plain(8),
    step: { table: 'notices', event: 'insert', when: "new.kind = 'verify-sender'" },
  },
];

const names = ['SQLite', 'PostgreSQL'] as const;

type System = {
  readonly database: Database;
  readonly sink: SmtpSink;
  readonly hook: WebhookServer;
  readonly postern: Postern;
  stop(): Promise<void>;
};

async function startSystem(name: (typeof names)[number]): Promise<System> {
  const sink = await startSmtpSink();
  const hook = await startWebhookServer();
  const server = name === 'PostgreSQL' ? await startPostgres() : null;
  let dataDir = '';
  const database = server === null ? sqliteOf(() => dataDir) : await postgresOf(server);
  const caFile = join(folder, `${name}.pem`);
  writeFileSync(caFile, sink.ca);
  const target = { name: 'hook', kind: 'webhook', url: hook.url, allowedNetworks: ['127.0.0.1'] };
  const postern = await startPostern({
    dns: dns.address,
    directory,
    roles: ['smtp', 'workers'],
    env: database.env,
    settings: {
      relay: { host: '127.0.0.1', port: sink.port, caFile },
      handoff: { targets: [{ ...target, secretFiles: [join(folder, 'secret')] }] },
      console: { verifyUrl: 'https://gate.postern.example' },
    },
  });
  dataDir = postern.dataDir;
  const stop = async (): Promise<void> => {
    await postern.remove();
    await database.close();
    await server?.stop();
    await hook.stop();
    await sink.stop();
  };
  return { database, sink, hook, postern, stop };
}

const messageIds = new Map([...accepted, ...inDoubt].map(({ from }): [string, string] => [from, newMessageId()]));
const messageIdOf = (from: string): string => messageIds.get(from) ?? '';
const traced = (from: string) => `(select message_id from trace where rfc_message_id = '${messageIdOf(from)}')`;

async function isOver({ database }: System, table: 'handoff_deliveries' | 'notices', from: string) {
  const over = `select id from ${table} where message_id in ${traced(from)} and state in ('delivered', 'sent')`;
  return (await database.rows(over))[0];
}

/** Sends a mail whose workers are killed at this step, and lets others go on. */
async function die(system: System, { after, from, step }: Death): Promise<void> {
  const { database, postern } = system;
  const isDoubtful = from.endsWith('plain.example');
  const plainMail = mailOf({ from, messageId: messageIdOf(from) });
  const raw = isDoubtful ? plainMail : await world.customer.sign(plainMail);
  const mailFrom = isDoubtful ? 'eve@elsewhere.example' : from;
  await database.hold(step);
  const { reply } = await deliver(postern.smtpPort(), { raw, mailFrom, recipients: [support] });
  expect(reply.code).toBe(250);
  await database.held(() => postern.log());
  if (after !== undefined) await eventually(`the end in ${after}`, () => isOver(system, after, from));
  const workers = postern.pidsOf('workers');
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await eventually('the end of the workers', () => !workers.some(isRunning));
  await database.letGo(step);
  // What a dead worker has in hand is due when its lease is over, after ten minutes: they pass here.
  if (step.event === 'update') {
    const mine = `message_id in ${traced(from)}`;
    await database.rows(`update ${step.table} set next_at = 1 where next_at is not null and ${mine} returning id`);
  }
  await eventually('other workers', () => postern.pidsOf('workers').length > 0);
}

/** The next death must not catch what this mail has in hand: its lease would outlast the test. */
async function goOn(system: System, { from, when }: Death): Promise<void> {
  const tables = from.endsWith('plain.example') ? (['notices'] as const) : (['handoff_deliveries', 'notices'] as const);
  for (const table of tables) {
    await eventually(
      `the end in ${table} of a mail whose workers died ${when}`,
      () => isOver(system, table, from),
      patienceMs,
    );
  }
}

const systems = new Map<(typeof names)[number], System>();
beforeAll(async () => {
  await Promise.all(names.map(async (name) => systems.set(name, await startSystem(name))));
});
afterAll(async () => {
  for (const system of systems.values()) await system.stop();
});

it('the workers die at each step', async () => {
  // Side by side on both databases, since a supervisor lets more and more time pass between two starts.
  const dieAtEach = async (system: System): Promise<void> => {
    for (const death of [...accepted, ...inDoubt]) {
      await die(system, death);
      await goOn(system, death);
    }
  };
  await Promise.all(systems.values().map(dieAtEach));
});

describe.each(names)('on %s', (name) => {
  let system: System;
  beforeAll(() => {
    const started = systems.get(name);
    if (started === undefined) throw new Error(`${name} does not run`);
    system = started;
  });

  const one = async (sql: string): Promise<Row | undefined> => (await system.database.rows(sql))[0];
  const countOf = async (from: string): Promise<number> =>
    Number((await one(`select count(*) as count from ${from}`))?.['count']);

  const idOf = async (messageId: string): Promise<string> =>
    String(
      (
        await eventually(
          'the trace of the mail',
          () => one(`select message_id from trace where rfc_message_id = '${messageId}'`),
          patienceMs,
        )
      )['message_id'],
    );

  it.each(accepted)('a mail whose workers die $when is recorded, handed over and told of once', async (death) => {
    const { from, step } = death;
    const id = await idOf(messageIdOf(from));
    await eventually('the end of the hand-over', () => isOver(system, 'handoff_deliveries', from), patienceMs);
    await eventually('the end of the notice', () => isOver(system, 'notices', from), patienceMs);
    expect({
      traces: await countOf(`trace where rfc_message_id = '${messageIdOf(from)}'`),
      tickets: await countOf(`tickets where message_id = '${id}'`),
      mails: await countOf(`ticket_messages where message_id = '${id}'`),
      clocks: await countOf(`ticket_clocks where ticket_id = '${id}'`),
      deliveries: await countOf(`handoff_deliveries where message_id = '${id}'`),
      notices: await countOf(`notices where message_id = '${id}'`),
    }).toEqual({ traces: 1, tickets: 1, mails: 1, clocks: 1, deliveries: 1, notices: 1 });
    const posts = system.hook.received.filter(({ body }) => body.includes(`"${id}"`));
    const letters = system.sink.mails.filter(({ to }) => to.includes(from));
    // Who had it when the worker died gets it again, and can tell: it is one event with one id.
    expect(new Set(posts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(letters.map(({ raw }) => /^Message-ID: .*$/im.exec(raw.toString())?.[0])).size).toBe(1);
    if (step.table === 'handoff_deliveries' && step.event === 'update') expect(posts.length).toBe(2);
    if (step.table === 'notices' && step.event === 'update') expect(letters.length).toBe(2);
  });

  it.each(inDoubt)('a mail in doubt whose workers die $when is asked about once', async ({ from }) => {
    const id = await idOf(messageIdOf(from));
    await eventually('the letter', () => isOver(system, 'notices', from), patienceMs);
    expect({
      reviews: await countOf(`reviews where message_id = '${id}'`),
      questions: await countOf(`verifications where message_id = '${id}'`),
      notices: await countOf(`notices where message_id = '${id}'`),
    }).toEqual({ reviews: 1, questions: 1, notices: 1 });
    expect(system.sink.mails.filter(({ to }) => to.includes(from))).toHaveLength(1);
    expect(system.sink.mails.filter(({ to }) => to.some((address) => address.includes('eve')))).toEqual([]);
  });
});
