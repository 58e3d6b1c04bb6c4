import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { type SimulateContext, simulateCommand } from '../../src/cli/simulate.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { DkimSignature, Evidence } from '../../src/evidence/finding.ts';
import { memoryMail, type RawMail } from '../../src/message/raw-mail.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { replayRows } from '../../src/records/replay-rows.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { decide } from '../../src/verdict/decide.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { admin, evidenceWith, tenant, unregistered } from '../helpers/evidence.ts';
import { buildMail } from '../helpers/mail-builder.ts';
import { keyFor } from '../helpers/pgp-mail.ts';
import { traceInput } from '../records/mails.ts';

const dayMs = 86_400_000;
const support = { address: 'support@postern.test', department: 'support' } as const;
let cli: TestCli;
let url: string;
const spool = new Map<string, Buffer>();
beforeEach(async () => {
  cli = testCli();
  url = `sqlite:${join(cli.folder, 'postern.db')}`;
  spool.clear();
  const records = await openRecords({ url, logger: silentLogger() });
  await migrate(records);
  await records.close();
});
afterEach(() => cli.remove());

/** A mail as it was judged then. */
async function receive(messageId: string, receivedAt: number, ...changes: readonly Partial<Evidence>[]): Promise<void> {
  const { mail, sidecar } = traceInput({ messageId, receivedAt });
  if (sidecar === null) throw new Error('no sidecar');
  const evidence: Evidence = { ...evidenceWith(...changes), receivedAt };
  const verdict = decide(evidence, support, defaultPolicy, receivedAt);
  if (verdict.outcome === 'deferred') throw new Error('deferred');
  const records = await openRecords({ url, logger: silentLogger() });
  await traceRecords(records).record([{ mail: { ...mail, verdict }, sidecar: { ...sidecar, evidence } }], receivedAt);
  await records.close();
}

const run = (...argv: readonly string[]) =>
  cli.run(
    (context) => {
      const env = { POSTERN_DATA_DIR: join(cli.folder, 'data') };
      const simulating: SimulateContext = {
        ...context,
        logger: silentLogger(),
        config: () => loadConfig({ env, cwd: cli.folder }),
        configFrom: (file) => loadConfig({ env: { ...env, POSTERN_CONFIG: join(cli.folder, file) }, cwd: cli.folder }),
        openReplay: async () => {
          const records = await openRecords({ url, logger: silentLogger(), readOnly: true });
          return {
            rows: replayRows(records),
            raw: async (key): Promise<RawMail> => {
              const bytes = spool.get(key);
              if (bytes === undefined) throw new Error('gone');
              return memoryMail(bytes);
            },
            close: () => records.close(),
          };
        },
      };
      return simulateCommand(simulating);
    },
    ...argv,
  );

const json = async (...argv: readonly string[]) => {
  const { code, stderr, stdout } = await run(...argv, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};
const write = (name: string, text: string) => writeFileSync(join(cli.folder, name), text);
const secondary = {
  sender: { standing: { kind: 'secondary', tenant: tenant(), admin: admin() }, lookalike: null },
} as const;

describe('postern simulate', () => {
  it('says nothing where nothing would differ', async () => {
    await receive('a-0', cliNow - dayMs);
    expect(await json('--since', '30d')).toMatchObject({ judged: 1, unknown: 0, guessed: 0, differences: [] });
  });

  it('says what other settings would decide, by rule, with examples', async () => {
    for (const id of ['a', 'b', 'c']) await receive(`${id}-0`, cliNow - dayMs, secondary);
    await receive('d-0', cliNow - dayMs);
    write('new.yaml', 'policy:\n  acceptSecondary: true\n');
    expect(await json('--since', '30d', '--policy', 'new.yaml', '--examples', '2')).toMatchObject({
      judged: 4,
      differences: [
        {
          before: { rule: 'W-SECONDARY', outcome: 'escalated', reason: 'not-primary' },
          after: { rule: 'W-SECONDARY', outcome: 'accepted', reason: 'admin' },
          mails: 3,
          examples: ['a-0', 'b-0'],
        },
      ],
    });
    const { stdout } = await run('--since', '30d', '--policy', 'new.yaml');
    expect(stdout).toContain('4 mails judged again, 3 would differ');
    expect(stdout).toMatch(/W-SECONDARY escalated not-primary +W-SECONDARY accepted admin +3 +a-0 b-0 c-0/);
  });

  it('says what another deny-list would hit, with its life at the time of the mail', async () => {
    await receive('a-0', cliNow - dayMs);
    await receive('b-0', cliNow - 3 * dayMs);
    const until = new Date(cliNow - 2 * dayMs).toISOString();
    write(
      'deny.csv',
      `kind,value,reason,note,scope,expires_at,created_by\nemail,ada@example.com,x,,global,${until},me\n`,
    );
    const { differences } = await json('--since', '30d', '--deny', 'deny.csv');
    expect(differences).toMatchObject([
      { after: { rule: 'R-DENY', outcome: 'rejected' }, mails: 1, examples: ['b-0'] },
    ]);
  });

  it('says what another directory would make of the senders, from the kept mail', async () => {
    await receive('a-0', cliNow - dayMs, unregistered);
    spool.set('2026-11-22/09/a', buildMail());
    write('directory.json', JSON.stringify({ tenants: [tenantJson()] }));
    const found = await json('--since', '30d', '--directory', 'directory.json');
    expect(found).toMatchObject({ judged: 1, guessed: 0 });
    expect(found.differences).toMatchObject([
      { before: { rule: 'D-PROSPECT' }, after: { rule: 'W-CLAIMED', reason: 'unproven-sender' }, mails: 1 },
    ]);
  });

  describe('a shorter age of proof', () => {
    const signedAt = cliNow - 4 * dayMs;
    const signature: DkimSignature = {
      result: 'pass',
      cause: 'made',
      domain: 'example.com',
      selector: 's1',
      algorithm: 'rsa-sha256',
      keyBits: 2_048,
      testing: false,
      partialBody: false,
      signedFields: ['from', 'to', 'cc', 'subject', 'date'],
      signedAt,
      signatureId: 'ab',
      replayed: false,
    };
    const { domain, pgp } = evidenceWith();
    const spf = { result: 'none', cause: 'made', domain: '', aligned: false, exact: false } as const;
    const byDkim: Partial<Evidence> = { domain: { ...domain, spf, dkim: { ...domain.dkim, signatures: [signature] } } };
    const signer = { tenantId: 't1', adminId: 'a1', address: 'ada@example.com' };
    const byPgp: Partial<Evidence> = {
      pgp: { ...pgp, result: 'pass', signer, signedAt, fingerprint: 'AB', boundBy: 'signed-headers' },
      proofs: [{ kind: 'pgp', cause: 'made' }],
    };
    const differences = async (days: number, directory?: object) => {
      write('new.yaml', `policy:\n  proofAgeDays: ${days}\n`);
      if (directory !== undefined) write('directory.json', JSON.stringify(directory));
      const lists = directory === undefined ? [] : ['--directory', 'directory.json'];
      return (await json('--since', '30d', '--policy', 'new.yaml', ...lists)).differences;
    };

    it.each<[string, Partial<Evidence>, string]>([
      ['leaves an older DKIM signature unproven', byDkim, 'unproven-sender'],
      ['makes an older PGP signature a bad one', byPgp, 'bad-signature'],
    ])('%s', async (_name, change, reason) => {
      await receive('a-0', cliNow - dayMs, change);
      spool.set('2026-11-22/09/a', buildMail({ to: 'support@postern.test' }));
      expect(await differences(2)).toMatchObject([{ before: { reason: 'admin' }, after: { reason }, mails: 1 }]);
      expect(await differences(3)).toEqual([]);
      expect(await differences(7)).toEqual([]);
    });

    it('counts under another directory, too', async () => {
      await receive('a-0', cliNow - dayMs, byDkim);
      spool.set('2026-11-22/09/a', buildMail({ to: 'support@postern.test' }));
      const tenants = [tenantJson({ users: 121 })];
      expect(await differences(7, { tenants })).toEqual([]);
      expect(await differences(2, { tenants })).toMatchObject([{ after: { reason: 'unproven-sender' } }]);
    });

    it('takes the DKIM proof as it stood where the mail is gone, but no PGP signature that is too old', async () => {
      await receive('a-0', cliNow - dayMs, byDkim);
      await receive('b-0', cliNow - dayMs, byPgp);
      expect(await differences(2)).toMatchObject([{ after: { reason: 'bad-signature' }, examples: ['b-0'] }]);
    });
  });

  it('has nothing to say of a store without mails', async () => {
    expect(await json('--since', '30d')).toMatchObject({ judged: 0, unknown: 0, guessed: 0, differences: [] });
    expect((await run('--since', '30d')).stdout).toContain('0 mails judged again, 0 would differ');
  });

  it('takes the proof as it stood where the mail is gone, and says so', async () => {
    await receive('a-0', cliNow - dayMs);
    write('directory.json', '{"tenants":[]}');
    const found = await json('--since', '30d', '--directory', 'directory.json');
    expect(found).toMatchObject({ judged: 1, guessed: 1 });
    expect(found.differences).toMatchObject([{ before: { rule: 'W-PRIMARY' }, after: { rule: 'D-PROSPECT' } }]);
    expect((await run('--since', '30d', '--directory', 'directory.json')).stdout).toContain('kept no longer');
  });

  it('says of whom it cannot tell what a key that is new would prove', async () => {
    const { armoredPublic, fingerprint } = await keyFor('ada@example.com');
    const { pgp } = evidenceWith();
    const unknownKey: Partial<Evidence> = {
      pgp: { ...pgp, result: 'unknown-key', fingerprint },
      proofs: [],
      assurance: 'claimed',
    };
    await receive('a-0', cliNow - dayMs, unknownKey);
    spool.set('2026-11-22/09/a', buildMail());
    const guessedUnder = async (pgpKeys: readonly string[]) => {
      write('directory.json', JSON.stringify({ tenants: [tenantJson({ admins: [adminJson({ pgpKeys })] })] }));
      return (await json('--since', '30d', '--directory', 'directory.json')).guessed;
    };
    expect(await guessedUnder([armoredPublic])).toBe(1);
    expect(await guessedUnder([])).toBe(0);
  });

  it('leaves out what is older, and counts what was refused in the session', async () => {
    await receive('a-0', cliNow - 40 * dayMs, secondary);
    const { mail } = traceInput({ messageId: 'r-0', outcome: 'rejected', receivedAt: cliNow - dayMs });
    const records = await openRecords({ url, logger: silentLogger() });
    await traceRecords(records).record([{ mail: { ...mail, spoolKey: null }, sidecar: null }], cliNow);
    await records.close();
    write('new.yaml', 'policy:\n  acceptSecondary: true\n');
    expect(await json('--since', '30d', '--policy', 'new.yaml')).toMatchObject({
      judged: 0,
      unknown: 1,
      differences: [],
    });
  });

  it('changes nothing: every file is what it was, and the records hold the same rows', async () => {
    await receive('a-0', cliNow - dayMs, secondary);
    spool.set('2026-11-22/09/a', buildMail());
    write('new.yaml', 'policy:\n  acceptSecondary: true\n  proofAgeDays: 2\n');
    write('directory.json', JSON.stringify({ tenants: [tenantJson()] }));
    write('deny.csv', 'kind,value,reason,note,scope,expires_at,created_by\nemail,ada@example.com,x,,global,,me\n');
    // What SQLite keeps beside its file to read it is no record.
    const state = () =>
      readdirSync(cli.folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => !/-(?:wal|shm)$/.test(name) && statSync(join(cli.folder, name)).isFile())
        .toSorted()
        .map((name) => [
          name,
          createHash('sha256')
            .update(readFileSync(join(cli.folder, name)))
            .digest('hex'),
        ]);
    const before = state();
    const lists = ['--deny', 'deny.csv', '--directory', 'directory.json'];
    expect((await json('--since', '30d', '--policy', 'new.yaml', ...lists)).differences).toHaveLength(1);
    expect(state()).toEqual(before);
    const records = await openRecords({ url, logger: silentLogger() });
    for (const table of ['audit_log', 'deny_list', 'deny_counters', 'tenants', 'alerts', 'replays'] as const) {
      const { count } = await records.db
        .selectFrom(table)
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      expect([table, count]).toEqual([table, 0]);
    }
    await records.close();
  });

  it.each([
    ['an unknown rule', 'policy:\n  noSuchRule: true\n', 'policy.noSuchRule'],
    ['a bad value', 'policy:\n  deferHours: soon\n', 'policy.deferHours'],
    ['a contradiction', 'policy:\n  proofAgeDays: 7\n  replayMemoryDays: 6\n', 'policy.replayMemoryDays'],
    ['no YAML', 'policy: [\n', 'line'],
  ])('does not load a policy with %s, and names the field', async (_name, text, field) => {
    write('bad.yaml', text);
    const { code, stderr, stdout } = await run('--since', '30d', '--policy', 'bad.yaml');
    expect({ code, stdout }).toEqual({ code: exitCodes.config, stdout: '' });
    expect(stderr).toContain(field);
    expect(stderr).toContain('bad.yaml: ');
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('names the policy file that it cannot read', async () => {
    const { code, stderr } = await run('--since', '30d', '--policy', 'nowhere.yaml');
    expect(code).toBe(exitCodes.noInput);
    expect(stderr).toContain('nowhere.yaml: cannot be read (ENOENT)');
  });

  it.each([
    ['no time', []],
    ['a bad time', ['--since', 'yesterday']],
    ['too many examples', ['--since', '30d', '--examples', '1e9']],
  ])('refuses %s', async (_name, argv) => {
    expect((await run(...argv)).code).toBe(exitCodes.usage);
  });

  it('refuses faulty files as a whole', async () => {
    mkdirSync(join(cli.folder, 'folder'));
    write('deny.csv', 'kind,value\nemail,nobody\n');
    expect((await run('--since', '30d', '--deny', 'deny.csv')).code).toBe(exitCodes.dataError);
    write('directory.json', '{"tenants":[{"id":1}]}');
    expect((await run('--since', '30d', '--directory', 'directory.json')).code).toBe(exitCodes.dataError);
    expect((await run('--since', '30d', '--deny', 'folder')).code).toBe(exitCodes.noInput);
  });
});
