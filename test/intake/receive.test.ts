/**
 * The walk of one mail, with a real spool and real DKIM. Queue and memory are stand-ins that fail on demand: what Redis
 * itself does when it is down or frozen is tested in test/queue, and the whole of it in test/crash.
 */
import { hash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryFileOptions } from '../../src/cli/directory-options.ts';
import { loadConfig } from '../../src/config/load.ts';
import { indexDenylist } from '../../src/denylist/index-denylist.ts';
import { parseDirectory } from '../../src/directory/directory-file.ts';
import { indexDirectory } from '../../src/directory/lookup.ts';
import { parseZone, zoneResolver } from '../../src/dns/zone.ts';
import type { ReplayRecord } from '../../src/evidence/ports.ts';
import { classifyHere } from '../../src/intake/classifier.ts';
import { domainLimitsOf, ownNamesOf, pgpLimitsOf, policyOf, readLimitsOf } from '../../src/intake/configured.ts';
import { createGatherer } from '../../src/intake/gather.ts';
import type { SessionRefusal } from '../../src/intake/intake.ts';
import { messageIdsOf, newMailId } from '../../src/intake/mail-id.ts';
import { createPlaces } from '../../src/intake/places.ts';
import { createIntake, type IntakeOptions } from '../../src/intake/receive.ts';
import { sweep } from '../../src/intake/sweep.ts';
import { type JudgedMail, judgedMailSchema } from '../../src/jobs/judged-mail.ts';
import type { Envelope } from '../../src/message/envelope.ts';
import { readMessage } from '../../src/message/read.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { portalMail } from '../../src/portal/portal-mail.ts';
import { signedMail } from '../../src/samples/pgp-samples.ts';
import { localSpool } from '../../src/spool/local-spool.ts';
import { takenReply } from '../../src/verdict/reply.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { createSigner } from '../helpers/dkim-signer.ts';
import { keyFor, letter as pgpLetter } from '../helpers/pgp-mail.ts';

const support = { address: 'support@postern.test', department: 'support' } as const;
const sales = { address: 'sales@postern.test', department: 'sales' } as const;
const envelope: Envelope = {
  client: { ip: '192.0.2.7', port: 4711 },
  helo: 'mx.customer.example',
  mailFrom: 'ada@customer.example',
  recipients: ['support@postern.test'],
  tls: null,
  smtpUtf8: false,
};
const logger = silentLogger();
const signer = createSigner({ domain: 'customer.example', selector: 's1' });
const zone = {
  'customer.example': { TXT: ['v=spf1 -all'] },
  [signer.dnsName]: { TXT: [signer.dnsRecord] },
};
const brokenDns = { 'customer.example': { TXT: 'SERVFAIL' }, [signer.dnsName]: { TXT: 'SERVFAIL' } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-intake-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Ada is an admin of the customer, with these keys. */
async function directoryWith(pgpKeys: readonly string[]) {
  const admins = [adminJson({ primaryEmail: 'ada@customer.example', pgpKeys })];
  const tenants = [tenantJson({ domains: ['customer.example'], admins })];
  const parsed = await parseDirectory({ tenants }, directoryFileOptions(Date.now()));
  if (!parsed.ok) throw new Error('the directory is faulty');
  return parsed;
}

/** Everything around one intake; what a test changes, it names. */
async function world(changes: { zone?: unknown; places?: number; now?: () => number } = {}) {
  const config = loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder });
  const directory = await directoryWith([]);
  const spool = localSpool({ dir: join(folder, 'spool'), memoryThreshold: 1_000_000 });
  const enqueued: JudgedMail[] = [];
  const refusals: SessionRefusal[] = [];
  const deferrals = new Map<string, number>();
  const queue = { fails: false, sawOnDisk: [] as boolean[] };
  const options: IntakeOptions = {
    spool,
    queue: {
      async enqueue(mail) {
        queue.sawOnDisk.push(
          mail.spoolKey === null
            ? false
            : filesUnder(join(folder, 'spool')).some((file) => file.endsWith(String(mail.spoolKey))),
        );
        if (queue.fails) throw new Error('redis is away');
        enqueued.push(mail);
      },
    },
    memory: {
      firstDeferred: async (key, now) => deferrals.get(key) ?? deferrals.set(key, now).get(key) ?? now,
      deferredSince: async (key) => deferrals.get(key) ?? null,
      rememberReplays: async () => new Map(),
    },
    gather: createGatherer({
      ports: {
        directory: indexDirectory(directory.directory),
        denylist: indexDenylist([]),
        replays: { find: async () => new Map() },
        cases: { supportCeased: async () => false },
      },
      ...gatherOptions(changes.zone),
      deferredSince: async (key) => deferrals.get(key) ?? null,
    }),
    policy: () => policyOf(config),
    logger,
    observe: { judged: () => undefined, deferred: () => undefined, refused: (refusal) => refusals.push(refusal) },
    places: createPlaces({ all: changes.places ?? 10, perClient: 1 }),
    clientOf: () => null,
    now: changes.now ?? Date.now,
  };
  return { intake: createIntake(options), spool, enqueued, refusals, queue, options };
}

function filesUnder(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    );
  } catch {
    return []; // the spool makes its folders when it first needs them
  }
}

async function letter(fields: readonly string[] = []): Promise<Buffer> {
  const head = [
    'From: Ada <ada@customer.example>',
    'To: support@postern.test',
    'Subject: Backup',
    `Date: ${new Date().toUTCString()}`,
    'Message-ID: <1@customer.example>',
    ...fields,
  ];
  return signer.sign(`${head.join('\r\n')}\r\n\r\nThe backup job stopped last night.\r\n`);
}

async function deliver(
  { intake }: Awaited<ReturnType<typeof world>>,
  raw: Buffer,
  mailboxes: readonly (typeof support | typeof sales)[] = [support],
) {
  const receiving = await intake.begin({ ...envelope, recipients: mailboxes.map(({ address }) => address) }, mailboxes);
  for (let at = 0; at < raw.length; at += 100) await receiving.write(raw.subarray(at, at + 100));
  return receiving.finish();
}

describe('a mail that is taken', () => {
  it('is on disk before its job is enqueued, octet by octet, and then answered', async () => {
    const here = await world();
    const raw = await letter();
    expect(await deliver(here, raw)).toEqual({ code: 250, enhanced: '2.0.0', text: 'Received' });
    expect(here.queue.sawOnDisk).toEqual([true]);
    const [job] = here.enqueued;
    expect(job).toMatchObject({ verdict: { outcome: 'accepted', reason: 'admin' }, sender: { proof: ['domain'] } });
    const kept = await here.spool.read(job?.spoolKey ?? '');
    expect((await kept.bytes()).equals(raw)).toBe(true);
  });

  it('has used up its signature before it is answered', async () => {
    const here = await world();
    const remembered: (readonly string[])[] = [];
    const rememberReplays: IntakeOptions['memory']['rememberReplays'] = async (keys, { mailId }) => {
      await new Promise((resolve) => setImmediate(resolve));
      remembered.push([mailId, ...keys]);
      return new Map();
    };
    const intake = createIntake({ ...here.options, memory: { ...here.options.memory, rememberReplays } });
    expect(await deliver({ ...here, intake }, await letter())).toMatchObject({ code: 250 });
    expect(remembered).toEqual([[here.enqueued[0]?.spoolKey, expect.stringMatching(/^dkim:[0-9a-f]{64}$/)]]);
  });

  it('has one verdict and one job for each mailbox', async () => {
    const here = await world();
    await deliver(here, await letter(), [support, sales]);
    expect(here.enqueued.map(({ envelope: { recipient }, verdict: { rule } }) => [recipient, rule])).toEqual([
      ['support@postern.test', 'W-PRIMARY'],
      ['sales@postern.test', 'D-SALES'],
    ]);
    expect(messageIdsOf(here.enqueued[0]?.spoolKey ?? '')).toEqual(here.enqueued.map(({ messageId }) => messageId));
  });
});

describe('trouble', () => {
  it('after the commit: 451, the entry stays, and the sweep enqueues the same job', async () => {
    const here = await world();
    here.queue.fails = true;
    expect(await deliver(here, await letter())).toMatchObject({ code: 451, enhanced: '4.3.0' });
    expect(here.enqueued).toEqual([]);
    here.queue.fails = false;
    const result = await sweep(
      {
        ...here.options,
        mailboxes: [support],
        traced: async () => new Set(),
        graceMs: 0,
        now: () => Date.now() + 1_000,
      },
      0,
    );
    expect(result).toMatchObject({ seen: 1, enqueued: 1, corrupt: 0 });
    expect(here.enqueued).toMatchObject([{ verdict: { outcome: 'accepted', reason: 'admin' } }]);
    expect(here.refusals).toMatchObject([{ stage: 'data', cause: 'queue: the queue did not answer' }]);
  });

  it('before the commit: 451, and nothing is left behind', async () => {
    const here = await world();
    const intake = createIntake({
      ...here.options,
      spool: { ...here.spool, begin: async () => Promise.reject(new Error('disk full')) },
    });
    expect(await deliver({ ...here, intake }, await letter())).toMatchObject({ code: 451, enhanced: '4.3.0' });
    expect(filesUnder(folder)).toEqual([]);
    expect(here.enqueued).toEqual([]);
  });

  it('records away: 451 for whoever writes', async () => {
    const here = await world();
    const gather = createGatherer({
      ...gatherOptions(),
      ports: {
        directory: away,
        denylist: indexDenylist([]),
        replays: { find: async () => new Map() },
        cases: { supportCeased: async () => false },
      },
    });
    const intake = createIntake({ ...here.options, gather });
    expect(await deliver({ ...here, intake }, await letter())).toMatchObject({ code: 451, enhanced: '4.3.0' });
    expect(filesUnder(folder)).toEqual([]);
  });

  it('memory away: 451 for every PGP mail, whether its key is registered or not', async () => {
    const here = await world();
    const [known, unknown] = await Promise.all([keyFor('ada@customer.example'), keyFor('eve@elsewhere.example')]);
    const registered = await directoryWith([known.armoredPublic]);
    let asked = 0;
    const gather = createGatherer({
      ...gatherOptions(),
      ports: {
        directory: indexDirectory(registered.directory),
        denylist: indexDenylist([]),
        replays: {
          find: async () => {
            asked += 1;
            throw new Error('redis is away');
          },
        },
        cases: { supportCeased: async () => false },
      },
    });
    const intake = createIntake({ ...here.options, gather });
    const from = 'Ada <ada@customer.example>';
    for (const key of [known, unknown]) {
      const raw = await signedMail(pgpLetter({ from, at: Date.now() - 1_000 }), { key });
      expect(await deliver({ ...here, intake }, raw)).toMatchObject({ code: 451, enhanced: '4.3.0' });
    }
    expect(asked).toBe(2);
  });

  it('a check that takes too long: 451; a turn with a reader or classifier thread is no check, and is waited for', async () => {
    const here = await world();
    const ports = {
      denylist: indexDenylist([]),
      replays: { find: async () => new Map() },
      cases: { supportCeased: async () => false },
    };
    const known = { ...away, standingOf: async () => ({ kind: 'unregistered' as const }) };
    const slow = async <T>(work: Promise<T>): Promise<T> => {
      await sleep(4_000);
      return work;
    };
    const answerOf = async (changes: Partial<Parameters<typeof createGatherer>[0]>) => {
      const gather = createGatherer({
        ...gatherOptions(),
        deadlineMs: 3_000,
        ports: { ...ports, directory: known },
        ...changes,
      });
      return deliver({ ...here, intake: createIntake({ ...here.options, gather }) }, await letter());
    };
    const { classify, read } = gatherOptions();
    const slowDirectory = { ...known, standingOf: () => slow(known.standingOf()) };
    const answers = await Promise.all([
      answerOf({ ports: { ...ports, directory: slowDirectory } }),
      answerOf({ read: (raw) => slow(read(raw)) }),
      answerOf({ classify: (input) => slow(classify(input)) }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([451, 250, 250]);
  });

  it('too many at once: read to the end, then 451', async () => {
    const here = await world({ places: 0 });
    expect(await deliver(here, await letter())).toMatchObject({ code: 451, enhanced: '4.3.2' });
  });

  it('an aborted mail leaves nothing and frees its place', async () => {
    const here = await world({ places: 1 });
    const receiving = await here.intake.begin(envelope, [support]);
    await receiving.write(Buffer.from('From: a'));
    await receiving.abort();
    expect(filesUnder(folder)).toEqual([]);
    expect(await deliver(here, await letter())).toMatchObject({ code: 250 });
  });
});

describe('what is asked of our stores', () => {
  it('is the same for every author and every key, registered or not', async () => {
    const here = await world();
    const [known, unknown] = await Promise.all([keyFor('ada@customer.example'), keyFor('eve@elsewhere.example')]);
    const directory = indexDirectory((await directoryWith([known.armoredPublic])).directory);
    const denylist = indexDenylist([]);
    let asked: string[] = [];
    const noting =
      <Args extends readonly unknown[], Answer>(name: string, ask: (...args: Args) => Promise<Answer>) =>
      (...args: Args): Promise<Answer> => {
        asked.push(name);
        return ask(...args);
      };
    const gather = createGatherer({
      ...gatherOptions(),
      ports: {
        directory: {
          standingOf: noting('standing', (address) => directory.standingOf(address)),
          keysOf: noting('keys', (address) => directory.keysOf(address)),
          keysById: noting('owners', (keyId) => directory.keysById(keyId)),
          namesUnder: noting('look-alikes', (keys) => directory.namesUnder(keys)),
        },
        denylist: { find: noting('deny-list', (keys) => denylist.find(keys)) },
        replays: { find: noting('replays', async () => new Map()) },
        cases: { supportCeased: noting('cases', async () => false) },
      },
    });
    const intake = createIntake({ ...here.options, gather });
    const askedFor = async (raw: Buffer): Promise<readonly string[]> => {
      asked = [];
      expect(await deliver({ ...here, intake }, raw)).toMatchObject({ code: 250 });
      return asked.sort();
    };
    const authors = ['ada@customer.example', 'bob@customer.example', 'nina@stranger.example'];
    const plain: string[] = [];
    const signed: string[] = [];
    for (const from of authors) {
      plain.push(String(await askedFor(Buffer.from(`From: ${from}\r\nTo: support@postern.test\r\n\r\nx`))));
    }
    expect(new Set(plain)).toEqual(new Set([plain[0]]));
    // Of Ada's own key no owner has to be found: that is known of a signature, not of an address.
    for (const from of authors) {
      for (const key of from === authors[0] ? [unknown] : [known, unknown]) {
        signed.push(String(await askedFor(await signedMail(pgpLetter({ from, at: Date.now() - 1_000 }), { key }))));
      }
    }
    expect(new Set(signed)).toEqual(new Set([signed[0]]));
  });
});

describe('two altered copies of one signed mail, both judged before either is committed', () => {
  /** As the real one does it, in one step. */
  function oneMemory() {
    const kept = new Map<string, ReplayRecord>();
    const remember: IntakeOptions['memory']['rememberReplays'] = async (keys, record) => {
      const others = new Map<string, ReplayRecord>();
      for (const key of keys) {
        const before = kept.get(key);
        if (before === undefined) kept.set(key, record);
        else if (before.contentDigest !== record.contentDigest) others.set(key, before);
      }
      return others;
    };
    return { kept, remember };
  }

  /** Nobody passes before so many have come. */
  function barrier(size: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    let come = 0;
    return async () => {
      come += 1;
      if (come >= size) resolve();
      await promise;
    };
  }

  async function together(copies: readonly Buffer[], pgpKeys: readonly string[] = []) {
    const here = await world();
    const memory = oneMemory();
    const judged = barrier(copies.length);
    const directory = await directoryWith(pgpKeys);
    const gather = createGatherer({
      ...gatherOptions(),
      ports: {
        directory: indexDirectory(directory.directory),
        denylist: indexDenylist([]),
        replays: { find: async (keys) => new Map([...memory.kept].filter(([key]) => keys.includes(key))) },
        cases: { supportCeased: async () => false },
      },
    });
    const options: IntakeOptions = {
      ...here.options,
      memory: { ...here.options.memory, rememberReplays: memory.remember },
      gather: async (input) => {
        const gathered = await gather(input);
        await judged();
        return gathered;
      },
    };
    const intake = createIntake(options);
    const replies = await Promise.all(copies.map((raw) => deliver({ ...here, intake }, raw)));
    return { ...here, options, replies };
  }

  const proofsOf = (jobs: readonly JudgedMail[]) =>
    jobs.map(({ sender, verdict }) => `${verdict.reason} by ${sender.proof.join()}`).sort();

  it('DKIM: one proves; the other is judged, kept and answered as any unproven mail', async () => {
    const signed = await letter();
    const copies = ['html', 'plain'].map((type) =>
      Buffer.concat([Buffer.from(`MIME-Version: 1.0\r\nContent-Type: text/${type}\r\n`), signed]),
    );
    const { enqueued, replies, spool } = await together(copies);
    expect(replies).toEqual([takenReply, takenReply]);
    expect(proofsOf(enqueued)).toEqual(['admin by domain', 'unproven-sender by ']);
    for (const job of enqueued) {
      const sidecar = await spool.sidecar(job.spoolKey ?? '');
      expect(sidecar.judgements.map(({ verdict }) => verdict)).toEqual([job.verdict]);
      expect(sidecar.replayKeys).toHaveLength(job.sender.proof.length);
      expect(copies.some((raw) => hash('sha256', raw) === sidecar.sha256)).toBe(true);
      expect((await spool.read(job.spoolKey ?? '')).size).toBe(sidecar.size);
    }
  });

  it('PGP: one proves', async () => {
    const key = await keyFor('ada@customer.example');
    const signed = await signedMail(pgpLetter({ from: 'Ada <ada@customer.example>', at: Date.now() - 1_000 }), { key });
    const copies = ['One', 'Two'].map((word) =>
      Buffer.from(String(signed).replace(/^Subject: .*$/m, `Subject: ${word}`)),
    );
    const { enqueued, replies } = await together(copies, [key.armoredPublic]);
    expect(replies).toEqual([takenReply, takenReply]);
    expect(enqueued.map(({ sender }) => sender.proof.join()).sort()).toEqual(['', 'pgp']);
    expect(enqueued.find(({ sender }) => sender.proof.length === 0)).toMatchObject({
      verdict: { outcome: 'escalated' },
    });
  });

  it('the same content twice is a retry: both prove', async () => {
    const signed = await letter();
    const { enqueued } = await together([signed, signed]);
    expect(enqueued.map(({ sender }) => sender.proof)).toEqual([['domain'], ['domain']]);
  });

  it('a crash between commit and claim: the sweep finds that another was first', async () => {
    const signed = await letter();
    const altered = Buffer.concat([Buffer.from('MIME-Version: 1.0\r\nContent-Type: text/html\r\n'), signed]);
    const here = await world();
    const memory = oneMemory();
    const lost = { ...here.options.memory, rememberReplays: async () => Promise.reject(new Error('crash')) };
    expect(await deliver({ ...here, intake: createIntake({ ...here.options, memory: lost }) }, altered)).toMatchObject({
      code: 451,
    });
    const options = {
      ...here.options,
      memory: { ...here.options.memory, rememberReplays: memory.remember },
      mailboxes: [support],
    };
    expect(await deliver({ ...here, intake: createIntake(options) }, signed)).toEqual(takenReply);
    const first = here.enqueued[0]?.messageId ?? '';
    await sweep({ ...options, traced: async () => new Set([first]), graceMs: 0, now: () => Date.now() + 1_000 }, 0);
    expect(proofsOf(here.enqueued)).toEqual(['admin by domain', 'unproven-sender by ']);
  });
});

describe('refusal and deferral', () => {
  it('5xx: not spooled, its job names no raw mail', async () => {
    const here = await world();
    expect(await deliver(here, await letter(['From: Eve <eve@customer.example>']))).toMatchObject({
      code: 554,
      enhanced: '5.6.0',
    });
    expect(filesUnder(folder)).toEqual([]);
    expect(here.enqueued).toMatchObject([
      { spoolKey: null, verdict: { reason: 'malformed' }, refusal: { reply: { code: 554, enhanced: '5.6.0' } } },
    ]);
    expect(judgedMailSchema.parse(here.enqueued[0])).toEqual(here.enqueued[0]);
  });

  it('5xx only when all mailboxes refuse', async () => {
    const here = await world();
    const raw = Buffer.from('From: x@customer.example\nTo: support@postern.test\r\n\r\nbare line feed\r\n');
    expect(await deliver(here, raw, [support, sales])).toMatchObject({ code: 554 });
    expect(here.enqueued).toHaveLength(2);
  });

  it('a missing DNS answer: 451 4.4.3, found by staff, judged as unproven after twelve hours', async () => {
    let now = Date.now();
    const here = await world({ zone: brokenDns, now: () => now });
    const raw = await letter();
    expect(await deliver(here, raw)).toMatchObject({ code: 451, enhanced: '4.4.3' });
    expect(filesUnder(folder)).toEqual([]);
    expect(here.refusals).toMatchObject([{ stage: 'data', mailFrom: 'ada@customer.example', reply: { code: 451 } }]);
    now += 11.9 * 3_600_000;
    expect(await deliver(here, raw)).toMatchObject({ code: 451, enhanced: '4.4.3' });
    now += 0.2 * 3_600_000;
    expect(await deliver(here, raw)).toMatchObject({ code: 250 });
    expect(here.enqueued).toMatchObject([{ verdict: { outcome: 'escalated', reason: 'unproven-sender' } }]);
  });
});

describe('sweep', () => {
  it('leaves what is traced, what is young, and what is corrupt', async () => {
    const here = await world();
    await deliver(here, await letter());
    await deliver(here, await letter(['X-Second: 1']));
    const [first, second] = here.enqueued.map(({ spoolKey }) => spoolKey ?? '');
    here.enqueued.length = 0;
    const options = { ...here.options, mailboxes: [support], graceMs: 60_000, now: Date.now };
    expect(await sweep({ ...options, traced: async () => new Set() }, 0)).toMatchObject({ seen: 0, enqueued: 0 });

    const later = { ...options, now: () => Date.now() + 120_000 };
    const traced = async () => new Set([`${first}-0`]);
    expect(await sweep({ ...later, traced }, 0)).toMatchObject({ seen: 2, enqueued: 1 });
    expect(here.enqueued.map(({ spoolKey }) => spoolKey)).toEqual([second]);

    const spool = {
      ...here.spool,
      sidecar: async (key: string) => (key === first ? Promise.reject(corrupt()) : here.spool.sidecar(key)),
    };
    expect(await sweep({ ...later, spool, traced: async () => new Set() }, 0)).toMatchObject({
      enqueued: 1,
      corrupt: 1,
    });
  });

  it('says from where the next one may start', async () => {
    const here = await world();
    await deliver(here, await letter());
    const now = Date.now() + 120_000;
    const options = { ...here.options, mailboxes: [support], graceMs: 60_000, now: () => now };
    const pending = await sweep({ ...options, traced: async () => new Set() }, 0);
    expect(pending.cleanUpTo).toBeLessThan(now - 60_000);
    const clean = await sweep({ ...options, traced: async (ids) => new Set(ids) }, 0);
    expect(clean.cleanUpTo).toBe(now - 60_000);
  });
});

const away = {
  standingOf: async () => Promise.reject(new Error('no records')),
  keysOf: async () => [],
  keysById: async () => [],
  namesUnder: async () => [],
};

function corrupt(): Error {
  return Object.assign(new Error('cut off'), { name: 'SpoolCorrupt' });
}

/** What every gatherer here has in common. */
function gatherOptions(names: unknown = zone) {
  const config = loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder });
  const limits = readLimitsOf(config);
  return {
    resolverFor: () => zoneResolver(parseZone(names)),
    read: (raw: Parameters<typeof readMessage>[0]) => readMessage(raw, limits),
    classify: classifyHere,
    pgpPool: null,
    decryptionKeys: () => [],
    own: ownNamesOf(config),
    trustedSealers: [],
    domainLimits: domainLimitsOf(config),
    pgpLimits: pgpLimitsOf(config),
    deadlineMs: 10_000,
    deferredSince: async () => null,
    deferLimitMs: policyOf(config).deferLimitMs,
  };
}

describe('what the portal hands in', () => {
  const mailId = newMailId(Date.now(), 1);
  const origin = { tenantId: 't1', adminId: 'a1', tokenId: 'x' };
  const octets = () =>
    portalMail({
      mailId,
      from: { name: 'Ada', address: 'ada@customer.example' },
      to: support.address,
      subject: 'Backup',
      text: 'The backup job stopped last night.',
      attachments: [],
      at: Date.now(),
    });
  const take = async (raw: Buffer, portal: Envelope['portal'], id?: string) => {
    const here = await world();
    const whole = { ...envelope, helo: 'admin portal', ...(portal === undefined ? {} : { portal }) };
    const receiving = await here.intake.begin(whole, [support], id);
    await receiving.write(raw);
    return { reply: await receiving.finish(), job: here.enqueued[0] };
  };

  it('is proven by the call alone, under the id that it was begun with', async () => {
    const { job, reply } = await take(await octets(), origin, mailId);
    expect(reply.code).toBe(250);
    expect(job).toMatchObject({
      messageId: `${mailId}-0`,
      verdict: { rule: 'W-PORTAL' },
      sender: { proof: ['portal'] },
    });
  });

  it('is nothing that a mail could claim: the same octets by SMTP prove nobody', async () => {
    const claims = ['X-Postern-Portal: t1 a1', 'X-Postern-Token: x', 'Received: from admin portal'].join('\r\n');
    for (const raw of [await octets(), Buffer.concat([Buffer.from(`${claims}\r\n`), await octets()])]) {
      const { job } = await take(raw, undefined);
      expect(job).toMatchObject({
        verdict: { outcome: 'escalated', reason: 'unproven-sender' },
        sender: { proof: [] },
      });
    }
  });

  it.each([
    ['another admin', { ...origin, adminId: 'a2' }],
    ['another tenant', { ...origin, tenantId: 't2' }],
  ])('proves nobody when the author is not its admin: %s', async (_, portal) => {
    const { job } = await take(await octets(), portal);
    expect(job).toMatchObject({ verdict: { outcome: 'escalated', reason: 'unproven-sender' }, sender: { proof: [] } });
  });

  it('is answered alike and kept, even where SMTP would refuse', async () => {
    const { job, reply } = await take(
      Buffer.from(String(await octets()).replace('Subject:', 'From: x@y.example\r\nSubject:')),
      origin,
    );
    expect(reply).toEqual({ code: 250, enhanced: '2.0.0', text: 'Received' });
    expect(job).toMatchObject({ verdict: { outcome: 'rejected', reason: 'malformed' }, spoolKey: expect.any(String) });
  });
});
