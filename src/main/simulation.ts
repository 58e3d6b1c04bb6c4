/** Simulations for the console: the newest mails of a time, judged again under what somebody wants to change. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import type { SimulatedList, SimulationResult, SimulationWish } from '../console/ports.ts';
import { changedAgeOf, ownNamesOf, policyOf } from '../intake/configured.ts';
import type { SpoolPort } from '../intake/ports.ts';
import type { ReaderPool } from '../intake/reader-pool.ts';
import { type RecordedMail, type SimulatedChange, simulate } from '../intake/simulation.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import type { Records } from '../records/open-records.ts';
import { replayRows } from '../records/replay-rows.ts';
import { openLists } from './threaded-lists.ts';

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
  const policy = policyOfWish(stores, wish);
  // A thread is started only for what there is to read.
  const lists = await openLists({ denylist: textOf(wish.denylist), directory: textOf(wish.directory), at: wish.until });
  try {
    const faults = [...lists.faults, ...(typeof policy === 'string' ? [`Policy: ${policy}`] : [])];
    if (typeof policy === 'string' || faults.length > 0) return { ok: false, faults };
    const { records } = stores;
    return await judgedAgain(stores, wish, {
      policy,
      denylist: listOf(wish.denylist, lists.denylist, () => denylistRecords(records)),
      directory: listOf(wish.directory, lists.directory, () => directoryRecords(records)),
    });
  } finally {
    await lists.close();
  }
}

function textOf(list: SimulatedList): string | null {
  return list.kind === 'file' ? list.text : null;
}

/** Null leaves what was found when the mails came. */
function listOf<Port>({ kind }: SimulatedList, file: Port, present: () => Port): Port | null {
  if (kind === 'then') return null;
  return kind === 'file' ? file : present();
}

type Changes = Pick<SimulatedChange, 'denylist' | 'directory'> & { readonly policy: Config['policy'] };

async function judgedAgain(
  { config, records, reader, spool }: Stores,
  { since: wished, until }: SimulationWish,
  { denylist, directory, policy }: Changes,
): Promise<SimulationResult> {
  const rows = replayRows(records);
  const earliest = await rows.startOfLast(mostMails, until);
  const since = Math.max(wished, earliest ?? wished);
  const result = await simulate({
    change: {
      policy: policyOf({ policy }),
      signatureAgeMs: changedAgeOf(config, { policy }),
      own: ownNamesOf(config),
      mailboxes: config.mailboxes,
      denylist,
      directory,
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

/** The policy to judge by, or one line on what is wrong with it. */
function policyOfWish({ config }: Stores, { policy }: SimulationWish): Config['policy'] | string {
  return policy === null ? config.policy : policyFrom(policy);
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
