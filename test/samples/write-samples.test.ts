import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseDenyCsv } from '../../src/denylist/csv.ts';
import { parseZone } from '../../src/dns/zone.ts';
import { makeSamples } from '../../src/samples/make-samples.ts';
import { fileNameOf, writeSamples } from '../../src/samples/write-samples.ts';

const now = Date.parse('2026-03-02T10:00:00Z');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-samples-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes mails, zone, directory, deny-list and what they are for', async () => {
  const samples = await makeSamples({ now, support: 'support@postern.test', sales: null, gatewayKey: null });
  await writeSamples(join(folder, 'new'), samples);
  const read = (name: string) => readFileSync(join(folder, 'new', name));
  expect(readdirSync(join(folder, 'new'))).toEqual(
    [...samples.mails.map(fileNameOf), 'README.txt', 'deny.csv', 'directory.json', 'zone.json'].toSorted(),
  );
  for (const mail of samples.mails) expect(read(fileNameOf(mail)).equals(mail.raw)).toBe(true);
  expect(parseZone(JSON.parse(read('zone.json').toString())).size).toBe(Object.keys(samples.zone).length);
  expect(JSON.parse(read('directory.json').toString())).toEqual(samples.directory);
  expect(parseDenyCsv(read('deny.csv').toString(), now)).toEqual({ ok: true, entries: samples.deny });
  for (const { name, shows } of samples.mails) {
    expect(read('README.txt').toString()).toMatch(new RegExp(`^${name} .*${shows}$`, 'm'));
  }
});

it('takes away its own mails of an earlier set, and nothing else', async () => {
  const kept = ['mine.eml', '01-Mine.eml', 'notes.txt'];
  for (const name of [...kept, '30-no-longer-made.eml']) writeFileSync(join(folder, name), 'x');
  const samples = await makeSamples({ now, support: 'support@postern.test', sales: null, gatewayKey: null });
  await writeSamples(folder, samples);
  const names = readdirSync(folder);
  expect(names).toEqual(expect.arrayContaining(kept));
  expect(names).not.toContain('30-no-longer-made.eml');
});
