/** Each sample mail, judged without a server by its own zone, directory and deny-list. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJudge, type Judge } from '../../src/cli/check-judge.ts';
import { directoryFileOptions } from '../../src/cli/directory-options.ts';
import { loadConfig } from '../../src/config/load.ts';
import { indexDenylist } from '../../src/denylist/index-denylist.ts';
import { parseDirectory } from '../../src/directory/directory-file.ts';
import { indexDirectory } from '../../src/directory/lookup.ts';
import { parseZone, zoneResolver } from '../../src/dns/zone.ts';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { makeSamples } from '../../src/samples/make-samples.ts';
import type { Samples } from '../../src/samples/sample-mail.ts';
import type { Mailbox } from '../../src/verdict/verdict.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const departments = { 'support@postern.test': 'support', 'sales@postern.test': 'sales' } as const;

describe('the sample mails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-samples-'));
  let samples: Samples;
  let judge: Judge;

  beforeAll(async () => {
    const keyring = await openKeyring(join(folder, 'keys'));
    const key = await keyring.generate({
      name: 'Gateway',
      email: 'support@postern.test',
      now: now - 1_000,
      lifetimeMs: null,
    });
    const gatewayKey = keyring.exportPublic(key.fingerprint);
    samples = await makeSamples({ now, support: 'support@postern.test', sales: 'sales@postern.test', gatewayKey });
    const parsed = await parseDirectory(samples.directory, directoryFileOptions(now));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    expect(parsed.warnings).toEqual([]);
    const resolver = zoneResolver(parseZone(samples.zone));
    judge = createJudge({
      config: loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder }),
      directory: indexDirectory(parsed.directory),
      denylist: indexDenylist(samples.deny),
      resolver: () => resolver,
      decryptionKeys: keyring.decryptionKeys(),
      logger: silentLogger(),
    });
  });
  afterAll(async () => {
    await judge.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('get the verdicts that they were made for', async () => {
    const got = [];
    for (const mail of samples.mails) {
      const [judged] = await judge.judge({
        bytes: mail.raw,
        ip: '127.0.0.1',
        helo: null,
        mailFrom: mail.envelope.mailFrom,
        mailboxes: [mailboxOf(mail.envelope.recipient)],
        tls: false,
        now,
      });
      const { outcome, reason } = judged?.explained.decision ?? { outcome: 'none', reason: 'none' };
      got.push({ name: mail.name, outcome, reason });
    }
    expect(got).toEqual(samples.mails.map(({ name, expected }) => ({ name, ...expected })));
  });

  it('show every outcome', () => {
    const outcomes = new Set(samples.mails.map(({ expected }) => expected.outcome));
    expect(outcomes).toEqual(new Set(['accepted', 'rejected', 'escalated', 'deferred']));
  });

  it('speak of names below .test alone, which nobody owns', () => {
    expect(Object.keys(samples.zone).filter((name) => !name.endsWith('.test'))).toEqual([]);
    const addresses = samples.mails.flatMap(({ envelope }) => [envelope.mailFrom, envelope.recipient]);
    expect(addresses.filter((address) => !address.endsWith('.test'))).toEqual([]);
  });

  it('are other mails each time', async () => {
    const again = await makeSamples({ now, support: 'support@postern.test', sales: null, gatewayKey: null });
    expect(ids(again).filter((id) => ids(samples).includes(id))).toEqual([]);
    expect(again.mails.map(({ name }) => name.slice(3))).not.toContain('to-sales');
    expect(again.mails.map(({ name }) => name.slice(3))).not.toContain('pgp-encrypted');
  });

  it('hold no private key', () => {
    const all =
      JSON.stringify([samples.zone, samples.directory, samples.deny]) + samples.mails.map(({ raw }) => raw).join();
    expect(all).not.toContain('PRIVATE KEY');
  });
});

function ids({ mails }: Samples): readonly (string | undefined)[] {
  return mails.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw.toString('latin1'))?.[1]);
}

function mailboxOf(address: string): Mailbox {
  const department = Object.entries(departments).find(([name]) => name === address)?.[1];
  if (department === undefined) throw new Error(address);
  return { address, department };
}
