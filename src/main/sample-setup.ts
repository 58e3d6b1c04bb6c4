/** Puts the sample mails and what they rest upon in place: files under the data directory, tenants, one deny entry. */

import { directoryFileOptions } from '../cli/directory-options.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/loopback.ts';
import type { DenylistIndex } from '../denylist/index-denylist.ts';
import type { DenyStore } from '../denylist/store.ts';
import { parseDirectory } from '../directory/directory-file.ts';
import { faultLine } from '../directory/fault.ts';
import type { Directory, DirectoryStore } from '../directory/store.ts';
import type { Tenant } from '../directory/tenant.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { makeSamples } from '../samples/make-samples.ts';
import type { SampleMail, Samples } from '../samples/sample-mail.ts';
import { SamplesRefused } from '../samples/samples-refused.ts';
import { samplesFolder, writeSamples } from '../samples/write-samples.ts';

export type SampleSetup = {
  readonly config: Pick<Config, 'dataDir' | 'mailboxes' | 'smtp'>;
  readonly directory: DirectoryStore;
  readonly deny: DenyStore & DenylistIndex;
  readonly keyring: Pick<Keyring, 'list' | 'exportPublic'>;
  /** For the audit trail. */
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly now: number;
};

/**
 * Makes the samples anew. Tenants and entries that are not the samples' own stay as they are. Rejects with
 * `SamplesRefused`, and has changed nothing then.
 */
export async function prepareSamples(setup: SampleSetup): Promise<readonly SampleMail[]> {
  const { config, now, actor } = setup;
  if (!samplesFit(config)) {
    throw new SamplesRefused(
      `the samples are for a gateway on the loopback: smtp.host is ${config.smtp.host}, which others can reach`,
    );
  }
  const support = mailboxOf(config, 'support');
  if (support === null) throw new SamplesRefused('the samples need a mailbox of the department support');
  const gatewayKey = await gatewayKeyOf(setup);
  const samples = await makeSamples({ now, support, sales: mailboxOf(config, 'sales'), gatewayKey });
  const directory = await mergedDirectory(await setup.directory.all(), samples, now);
  await setup.directory.replaceAll(directory, { actor, at: now });
  const known = new Set((await setup.deny.find(samples.deny)).map(({ id }) => id));
  const add = samples.deny.filter(({ id }) => !known.has(id));
  if (add.length > 0) await setup.deny.apply({ add, remove: [] }, { actor, at: now });
  await writeSamples(samplesFolder(config.dataDir), samples);
  return samples.mails;
}

/** A listener that the world can reach never answers from the samples' zone, so they would show nothing there. */
function samplesFit({ smtp }: Pick<Config, 'smtp'>): boolean {
  return isLoopback(smtp.host);
}

async function mergedDirectory(tenants: readonly Tenant[], samples: Samples, now: number): Promise<Directory> {
  const own = samples.directory.tenants;
  const domains = new Set(own.flatMap((tenant) => tenant.domains));
  const isOwn = (tenant: Tenant) =>
    own.some(({ id }) => id === tenant.id) && tenant.domains.every((domain) => domains.has(domain));
  const others = tenants.filter((tenant) => !isOwn(tenant));
  for (const tenant of others) {
    const taken = tenant.domains.find((domain) => domains.has(domain));
    if (taken !== undefined) {
      throw new SamplesRefused(
        `tenant ${tenant.id} has the domain ${taken}, which the samples use; nothing was changed`,
      );
    }
  }
  const merged = await parseDirectory({ tenants: [...others, ...own] }, directoryFileOptions(now));
  if (merged.ok) return merged.directory;
  const [fault] = merged.faults;
  const because = fault === undefined ? '' : `: ${faultLine(fault)}`;
  throw new SamplesRefused(`the sample tenants do not fit into the directory${because}; nothing was changed`);
}

function mailboxOf({ mailboxes }: Pick<Config, 'mailboxes'>, department: 'support' | 'sales'): string | null {
  return mailboxes.find((mailbox) => mailbox.department === department)?.address ?? null;
}

async function gatewayKeyOf({ keyring, now }: SampleSetup): Promise<string | null> {
  const usable = (await keyring.list(now)).find(({ standing }) => standing === 'good');
  return usable === undefined ? null : keyring.exportPublic(usable.fingerprint);
}
