/** Simulations for the console: the newest mails of a time, judged again under what somebody wants to change. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { directoryFileOptions } from '../cli/directory-options.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import type { SimulationResult, SimulationWish } from '../console/ports.ts';
import { denyCsvFaultLine, parseDenyCsv } from '../denylist/csv.ts';
import { indexDenylist } from '../denylist/index-denylist.ts';
import { parseDirectoryText } from '../directory/directory-file.ts';
import { faultLine } from '../directory/fault.ts';
import { indexDirectory } from '../directory/lookup.ts';
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import { ownNamesOf, policyOf } from '../intake/configured.ts';
import type { SpoolPort } from '../intake/ports.ts';
import type { ReaderPool } from '../intake/reader-pool.ts';
import { type RecordedMail, simulate } from '../intake/simulation.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import type { Records } from '../records/open-records.ts';
import { replayRows } from '../records/replay-rows.ts';

type Stores = {
  readonly config: Config;
  readonly records: Records;
  readonly spool: Pick<SpoolPort, 'read'>;
  readonly reader: Pick<ReaderPool, 'read'>;
};

/** More belong to the command line: the console answers others meanwhile. */
const mostMails = 20_000;
const examples = 5;

export async function simulation(stores: Stores, wish: SimulationWish): Promise<SimulationResult> {
  const changes = await readChanges(stores, wish);
  if ('faults' in changes) return changes;
  const { config, records, reader, spool } = stores;
  const rows = replayRows(records);
  const { until } = wish;
  const earliest = await rows.startOfLast(mostMails, until);
  const since = Math.max(wish.since, earliest ?? wish.since);
  const result = await simulate({
    change: {
      policy: policyOf(changes.config),
      own: ownNamesOf(config),
      mailboxes: config.mailboxes,
      denylist: changes.denylist,
      directory: changes.directory,
    },
    pages: unhurried(rows.pages(since, until)),
    message: async (spoolKey) => {
      const raw = await spool.read(spoolKey).catch(() => null);
      return raw === null ? null : reader.read(raw);
    },
    examples,
  });
  return { ok: true, ...result, since };
}

/** SQLite answers without a pause of its own. */
async function* unhurried(pages: AsyncIterable<readonly RecordedMail[]>): AsyncGenerator<readonly RecordedMail[]> {
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += mailsAtOnce) {
      await breathe();
      yield page.slice(start, start + mailsAtOnce);
    }
  }
}

const mailsAtOnce = 25;

type Changes =
  | { readonly config: Config; readonly denylist: DenylistPort | null; readonly directory: DirectoryPort | null }
  | { readonly ok: false; readonly faults: readonly string[] };

async function readChanges({ config, records }: Stores, wish: SimulationWish): Promise<Changes> {
  const faults: string[] = [];
  let denylist: DenylistPort | null = null;
  if (wish.denylist.kind === 'present') denylist = denylistRecords(records);
  else if (wish.denylist.kind === 'file') {
    const parsed = parseDenyCsv(wish.denylist.text, wish.until);
    if (parsed.ok) denylist = indexDenylist(parsed.entries);
    else faults.push(...parsed.faults.map((fault) => `Deny-list: ${denyCsvFaultLine(fault)}`));
  }
  let directory: DirectoryPort | null = null;
  if (wish.directory.kind === 'present') directory = directoryRecords(records);
  else if (wish.directory.kind === 'file') {
    const parsed = await parseDirectoryText(wish.directory.text, directoryFileOptions(wish.until));
    if (parsed.ok) directory = indexDirectory(parsed.directory);
    else faults.push(...parsed.faults.map((fault) => `Directory: ${faultLine(fault)}`));
  }
  let changed = config;
  if (wish.policy !== null) {
    const read = policyFrom(wish.policy);
    if (typeof read === 'string') faults.push(`Policy: ${read}`);
    else changed = { ...config, policy: read };
  }
  return faults.length > 0 ? { ok: false, faults } : { config: changed, denylist, directory };
}

/** The policy section of a settings file, validated as at a start; or one line on what is wrong. */
function policyFrom(text: string): Config['policy'] | string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-simulate-'));
  const file = join(folder, 'postern.yaml');
  try {
    writeFileSync(file, text);
    return loadConfig({ env: { POSTERN_CONFIG: file, POSTERN_DATA_DIR: folder }, cwd: folder }).policy;
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(file, 'the file');
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
