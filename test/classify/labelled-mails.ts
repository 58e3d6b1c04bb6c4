/**
 * The labelled mails of `test/fixtures/classify/`: one text file an author or desk, the language in its name.
 *
 *     == KIND [s=1|2|3] [abuse=LABEL] [auto] [furious] [innocent] [secret=KIND]
 *     Subject ("-" for none)
 *     Text up to the next line that starts with "== "
 *
 * `{{p:…}}` plants a password; `{{aws}}`, `{{github}}`, … plant made-up tokens that are put together here, so that no
 * file looks as if it gave a real one away.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type AbuseLabel,
  type RequestKind,
  requestKinds,
  type SecretKind,
  type Severity,
} from '../../src/classify/classification.ts';

/** Written beside the rules. */
export const parts = ['development', 'held-out'] as const;
/**
 * What the model is trained on. `blind`, `blind-2` and `blind-3` were written by others without sight of rules and model.
 * Each was measured once; then it was read, or only given to the model, so none can measure any more, and all teach.
 * `strangers` was written by yet others, to teach; so was `newcomers`, for severity and abuse, and measured once before.
 */
export const trainingParts = ['development', 'blind', 'blind-2', 'blind-3', 'strangers', 'newcomers'] as const;
/**
 * A folder. One that is neither trained on nor `held-out` was written by others without sight of rules and model: `blind-4`
 * was measured and not read. Whoever reads it, or tunes by its figures, moves it to what teaches and has another written.
 */
export type Part = string;

export type LabelledMail = {
  readonly part: Part;
  /** File name without extension. */
  readonly author: string;
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly request: RequestKind;
  /** Null where the mail is not labelled for it. */
  readonly severity: Severity | null;
  readonly abuse: AbuseLabel;
  readonly automatic: boolean;
  /** Furious but civil, or swearing at the thing. */
  readonly furious: boolean;
  /** Ordinary, with words that are dangerous elsewhere. */
  readonly innocent: boolean;
  readonly secrets: readonly { readonly kind: SecretKind; readonly value: string }[];
};

const root = path.join(import.meta.dirname, '../fixtures/classify');

/** Every part, those written by others last. */
export function allParts(): readonly Part[] {
  const others = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !parts.some((part) => part === entry.name))
    .map(({ name }) => name);
  return [...parts, ...others.sort()];
}

/** Everything the model is trained on, in a fixed order. */
export function trainingMails(): readonly LabelledMail[] {
  return trainingParts.flatMap((part) => labelledMails(part));
}

/** All mails of a part, in order of file name and place. */
export function labelledMails(part: Part): readonly LabelledMail[] {
  const folder = path.join(root, part);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  return files.flatMap((name) => mailsOf(part, name, readFileSync(path.join(folder, name), 'utf8')));
}

function mailsOf(part: Part, file: string, content: string): readonly LabelledMail[] {
  const [author = '', language = ''] = file.split('.');
  return content
    .split(/^== /m)
    .slice(1)
    .map((entry) => {
      const [labels = '', subject = '', ...lines] = entry.trimEnd().split('\n');
      const { text, secrets } = planted(lines.join('\n'));
      return { part, author, language, subject: subject === '-' ? '' : subject, text, secrets, ...labelsOf(labels) };
    });
}

function labelsOf(
  line: string,
): Pick<LabelledMail, 'request' | 'severity' | 'abuse' | 'automatic' | 'furious' | 'innocent'> {
  const [kind = '', ...marks] = line.trim().split(/\s+/);
  const request = requestKinds.find((each) => each === kind);
  if (request === undefined) throw new Error(`unknown request kind in a labelled mail: ${line}`);
  const valueOf = (name: string) => marks.find((mark) => mark.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const abuse = (['none', 'swearing', 'abusive', 'threatening'] as const).find((each) => each === valueOf('abuse'));
  const severity = ([1, 2, 3] as const).find((each) => String(each) === valueOf('s'));
  return {
    request,
    severity: severity ?? null,
    abuse: abuse ?? 'none',
    automatic: marks.includes('auto'),
    furious: marks.includes('furious'),
    innocent: marks.includes('innocent'),
  };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const filler = (length: number, alphabet = letters) =>
  Array.from({ length }, (_, place) => alphabet[(place * 17 + 5) % alphabet.length] ?? 'x').join('');
const hex = '0123456789abcdef';

/** A made-up private key of this label, `between` standing after its first line. */
const privateKey = (label: string, between = '') =>
  ['-----BEGIN ', label, `-----\n${between}`, filler(64), '\n', filler(64), '\n-----END ', label, '-----'].join('');

const shapes: Readonly<Record<string, { readonly kind: SecretKind; readonly value: string }>> = {
  aws: { kind: 'api-token', value: ['AK', 'IA', filler(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')].join('') },
  github: { kind: 'api-token', value: ['gh', 'p_', filler(36)].join('') },
  gitlab: { kind: 'api-token', value: ['gl', 'pat-', filler(20)].join('') },
  slack: { kind: 'api-token', value: ['xo', 'xb-', filler(12, '0123456789'), '-', filler(24)].join('') },
  slackpath: { kind: 'api-token', value: ['T', filler(8), '/B', filler(8), '/', filler(24)].join('') },
  stripe: { kind: 'api-token', value: ['sk', '_live_', filler(24)].join('') },
  google: { kind: 'api-token', value: ['AI', 'za', filler(35)].join('') },
  sendgrid: { kind: 'api-token', value: ['S', 'G.', filler(22), '.', filler(43)].join('') },
  npm: { kind: 'api-token', value: ['np', 'm_', filler(36)].join('') },
  jwt: { kind: 'api-token', value: ['ey', 'J', filler(30), '.ey', 'J', filler(60), '.', filler(43)].join('') },
  hex40: { kind: 'api-token', value: filler(40, hex) },
  githubpat: { kind: 'api-token', value: ['github', '_pat_', filler(22), '_', filler(59)].join('') },
  shopify: { kind: 'api-token', value: ['shp', 'at_', filler(32, hex)].join('') },
  dotoken: { kind: 'api-token', value: ['dop', '_v1_', filler(64, hex)].join('') },
  twilio: { kind: 'api-token', value: ['S', 'K', filler(32, hex)].join('') },
  pem: { kind: 'private-key', value: privateKey('RSA PRIVATE KEY') },
  ecpem: { kind: 'private-key', value: privateKey('EC PRIVATE KEY') },
  opensshkey: { kind: 'private-key', value: privateKey('OPENSSH PRIVATE KEY') },
  pgpkey: { kind: 'private-key', value: privateKey('PGP PRIVATE KEY BLOCK', '\n') },
  // Numbers that card companies publish for tests.
  visa: { kind: 'card-number', value: '4111 1111 1111 1111' },
  mastercard: { kind: 'card-number', value: '5555-5555-5555-4444' },
  amex: { kind: 'card-number', value: '378282246310005' },
  visa2: { kind: 'card-number', value: '4242424242424242' },
  mastercard2: { kind: 'card-number', value: '2223 0031 2200 3222' },
  discover: { kind: 'card-number', value: '6011111111111117' },
};

function planted(template: string): Pick<LabelledMail, 'text' | 'secrets'> {
  const secrets: { kind: SecretKind; value: string }[] = [];
  const text = template.replace(/\{\{(?:p:(.+?)|([a-z0-9]+))\}\}/g, (_, password?: string, shape?: string) => {
    const secret = password === undefined ? shapes[shape ?? ''] : { kind: 'password' as const, value: password };
    if (secret === undefined) throw new Error(`unknown secret in a labelled mail: ${shape}`);
    secrets.push(secret);
    return secret.value;
  });
  return { text, secrets };
}
