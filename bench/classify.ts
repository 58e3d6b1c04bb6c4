/** How long one classification takes: an ordinary mail of 4 KB, the worst labelled mail, hostile ones; and the memory of the model. */
import { classify } from '../src/classify/classify.ts';
import { buckets } from '../src/classify/features.ts';
import { committedModel } from '../src/classify/model.ts';
import { labelledMails, parts } from '../test/classify/labelled-mails.ts';

const mails = parts.flatMap((part) => labelledMails(part));

/** Milliseconds of each run, sorted. */
function times(text: string, runs: number): readonly number[] {
  const measured = Array.from({ length: runs }, () => {
    const start = performance.now();
    classify({ subject: 'Question', text, attachmentNames: ['screenshot.png'] });
    return performance.now() - start;
  });
  return measured.sort((a, b) => a - b);
}

function median(text: string, runs: number): number {
  return times(text, runs)[Math.floor(runs / 2)] ?? 0;
}

/** Mean processor time of a run in milliseconds; says more than the clock where other programs run besides. */
function processorTime(text: string, runs: number): number {
  const start = process.cpuUsage();
  times(text, runs);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / runs;
}

function line(name: string, milliseconds: number): void {
  process.stdout.write(`${name.padEnd(44)} ${milliseconds.toFixed(2).padStart(9)} ms\n`);
}

const english = mails
  .filter((mail) => mail.language === 'en' && mail.request === 'ordinary')
  .map((mail) => mail.text)
  .join('\n\n')
  .slice(0, 4096);
const french = mails
  .filter((mail) => mail.language === 'fr')
  .map((mail) => mail.text)
  .join('\n\n')
  .slice(0, 4096);
times(english, 100);
line('mail of 4 KB, English, median', median(english, 200));
line('mail of 4 KB, French and full of requests', median(french, 200));
line('mail of 4 KB, English, mean processor time', processorTime(english, 200));
line('slowest labelled mail, median', Math.max(...mails.map((mail) => median(mail.text, 3))));
const hostile: Readonly<Record<string, string>> = {
  '5 MB of words': 'please reset my account '.repeat(220_000),
  'one line of a million letters': 'x'.repeat(1_000_000),
  '100,000 quoted empty lines': '> \n'.repeat(100_000),
  'a megabyte of "password "': 'password '.repeat(116_000),
  'a megabyte of card-like digits': '4111 '.repeat(209_000),
  'a megabyte of zero-width spaces': '\u200b'.repeat(1_000_000),
};
for (const [name, text] of Object.entries(hostile)) line(name, median(text, 3));
const bytes = committedModel.rows.byteLength + committedModel.places.byteLength;
process.stdout.write(
  `${'weights in memory'.padEnd(44)} ${(bytes / 1e6).toFixed(2).padStart(9)} MB (${buckets} buckets)\n`,
);
