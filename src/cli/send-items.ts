/** What `postern send` is to submit: each mail with its name and its envelope. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { readLimitsOf } from '../intake/configured.ts';
import { lineEndingFaults } from '../message/line-endings.ts';
import type { SampleMail } from '../samples/sample-mail.ts';
import { fileNameOf, samplesFolder } from '../samples/write-samples.ts';
import { type MailFile, mailFiles, readMail, type UnreadableFile } from './check-files.ts';
import { envelopeSenderOf } from './check-judge.ts';

export type SendEnvelope = { readonly mailFrom: string; readonly recipients: readonly string[] };

/** A mail that was read; `remarks` are one line each, for the user. */
export type ReadMail = { readonly raw: Buffer; readonly envelope: SendEnvelope; readonly remarks: readonly string[] };

export type SendItem = {
  readonly name: string;
  readonly sample: SampleMail | null;
  /** Read only when its turn comes, so that a large folder takes no memory. */
  read(): Promise<ReadMail | UnreadableFile>;
};

export type FileOptions = {
  readonly config: Config;
  readonly cwd: string;
  /** Null takes the Return-Path, or else From. */
  readonly mailFrom: string | null;
  readonly recipients: readonly string[];
};

/** Whether an argument means the samples of the data directory: their folder, or `samples` where nothing has that name. */
export function isSamplesName(name: string, { dataDir }: Pick<Config, 'dataDir'>, cwd: string): boolean {
  const path = resolve(cwd, name);
  return path === samplesFolder(dataDir) || (/^samples\/?$/.test(name) && !existsSync(path));
}

export function sampleItems(folder: string, samples: readonly SampleMail[]): readonly SendItem[] {
  return samples.map((sample) => ({
    name: join(folder, fileNameOf(sample)),
    sample,
    read: async () => {
      const { mailFrom, recipient } = sample.envelope;
      return { raw: sample.raw, envelope: { mailFrom, recipients: [recipient] }, remarks: [] };
    },
  }));
}

/** The files of one argument. A folder holds other files too, so only its `.eml` files count. */
export async function fileItems(given: string, options: FileOptions): Promise<readonly SendItem[]> {
  const found = await mailFiles([given], options.cwd);
  const wanted = found.filter(({ name }) => name === given || /\.eml$/i.test(name));
  if (wanted.length === 0) return [{ name: given, sample: null, read: async () => noMail(given) }];
  return wanted.map((file) => ({
    name: file.name,
    sample: null,
    read: () => ('cause' in file ? Promise.resolve(file) : readItem(file, options)),
  }));
}

async function readItem(file: MailFile, options: FileOptions): Promise<ReadMail | UnreadableFile> {
  const raw = await readMail(file);
  if (!Buffer.isBuffer(raw)) return raw;
  const mailFrom = options.mailFrom ?? envelopeSenderOf(raw, readLimitsOf(options.config));
  return { raw, envelope: { mailFrom, recipients: options.recipients }, remarks: remarksOn(raw) };
}

/** The SMTP library sends no bare CR or LF, as no honest client does. */
function remarksOn(raw: Buffer): readonly string[] {
  const isMended = lineEndingFaults(raw).some(({ code }) => code === 'bare-cr' || code === 'bare-lf');
  return isMended ? ['bare CR or LF goes out as CRLF; `postern check` judges the file as it is'] : [];
}

function noMail(name: string): UnreadableFile {
  return { name, cause: 'holds no .eml file' };
}
