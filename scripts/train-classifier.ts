/**
 * Trains the linear model of the classifier from the labelled mails that it may see (`trainingParts`) and writes
 * `src/classify/model-weights.json`. The same mails give the same bytes: no clock, no chance, a fixed order.
 *
 *     node scripts/train-classifier.ts [--check]
 *
 * With `--check` nothing is written; the exit is 1 when the committed file differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { trainingMails } from '../test/classify/labelled-mails.ts';
import { trainWeights } from './classifier-training.ts';

const file = path.join(import.meta.dirname, '../src/classify/model-weights.json');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const trained = `${JSON.stringify(trainWeights(trainingMails()), null, 2)}\n`;
if (!values.check) {
  writeFileSync(file, trained);
  process.stdout.write(`${file}: ${trained.length} bytes\n`);
} else if (readFileSync(file, 'utf8') === trained) {
  process.stdout.write('the committed weights are those of the labelled mails\n');
} else {
  process.stderr.write('the committed weights differ from what the labelled mails give: run without --check\n');
  process.exitCode = 1;
}
