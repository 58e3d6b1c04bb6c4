/** The samples as files: mails to look at and to send, and what `postern check` needs to judge them without a server. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDenyCsv } from '../denylist/csv.ts';
import type { SampleMail, Samples } from './sample-mail.ts';

/** Names that are ours, so that an earlier set leaves nothing behind; every other file stays. */
const ownName = /^\d\d-[a-z-]+\.eml$/;

/** Where the samples of a gateway lie. A running listener reads their zone from there. */
export function samplesFolder(dataDir: string): string {
  return join(dataDir, 'samples');
}

/** Makes the folder if need be. Rejects when it cannot be written. */
export async function writeSamples(folder: string, samples: Samples): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set(samples.mails.map(fileNameOf));
  const stale = (await readdir(folder)).filter((name) => ownName.test(name) && !wanted.has(name));
  await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
  await Promise.all(samples.mails.map((mail) => writeWhole(folder, fileNameOf(mail), mail.raw)));
  await writeWhole(folder, 'directory.json', json(samples.directory));
  await writeWhole(folder, 'deny.csv', formatDenyCsv(samples.deny));
  await writeWhole(folder, 'README.txt', readme(samples.mails));
  await writeWhole(folder, 'zone.json', json(samples.zone));
}

export function fileNameOf({ name }: Pick<SampleMail, 'name'>): string {
  return `${name}.eml`;
}

/** A running listener reads the zone whenever it changes: it must never see half of one. */
async function writeWhole(folder: string, name: string, content: string | Buffer): Promise<void> {
  const unfinished = join(folder, `.${randomUUID()}`);
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readme(mails: readonly SampleMail[]): string {
  const rows = mails.map(
    ({ name, expected, shows }) => `${name.padEnd(22)} ${`${expected.outcome} ${expected.reason}`.padEnd(28)} ${shows}`,
  );
  return [
    'Sample mails of Postern, with the verdicts they are made for.',
    '',
    'npm run -s postern -- send samples/',
    '  makes them anew, keys and signatures included, sends them to the gateway on this machine and shows the verdicts.',
    '  Numbered .eml files here are replaced each time; keep your own under other names.',
    'npm run -s postern -- check --zone zone.json --directory directory.json --deny deny.csv FILE.eml',
    '  judges one of them without a server; run it in this folder.',
    '',
    'All names end in .test, which nobody owns. zone.json is their DNS; the gateway answers from it for clients on this',
    'machine only, and only while its SMTP listener is on the loopback.',
    '',
    ...rows,
    '',
  ].join('\n');
}
