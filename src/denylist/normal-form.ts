/**
 * The broad forms under which the deny-list compares (POLICY "Strict to allow, broad to deny"). Nothing that decides whom
 * to *allow* may use this file.
 */
import { canonicalDomain, type Mailbox, parseMailbox } from '../address/mailbox.ts';
import { parsePhone } from '../address/phone.ts';

/** Providers whose mailboxes have several spellings: their domains are one, and `ignored` does not count in the local part. */
type Provider = { readonly domain: string; readonly aliases: readonly string[]; readonly ignored: RegExp | null };

const providers: readonly Provider[] = [
  { domain: 'gmail.com', aliases: ['googlemail.com'], ignored: /\./g },
  // Proton takes dots, hyphens and underscores for nothing, and gives each user all of its domains.
  { domain: 'proton.me', aliases: ['protonmail.com', 'protonmail.ch', 'pm.me'], ignored: /[._-]/g },
  { domain: 'icloud.com', aliases: ['me.com', 'mac.com'], ignored: null },
  {
    domain: 'yandex.ru',
    aliases: ['ya.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua'],
    ignored: /[.-]/g,
  },
];
const providerOf: ReadonlyMap<string, Provider> = new Map(
  providers.flatMap((provider) => [provider.domain, ...provider.aliases].map((domain) => [domain, provider])),
);

const maxLocalOctets = 64; // RFC 5321 §4.5.3.1.1

/** The broad form of a mailbox: no plus tag, no dots where the provider ignores them, one domain for each provider. */
export function foldMailbox({ local, domain }: Pick<Mailbox, 'local' | 'domain'>): string {
  const provider = providerOf.get(domain);
  const untagged = withoutTag(caseless(unquoted(local)));
  const bare = provider?.ignored === null || provider === undefined ? untagged : untagged.replace(provider.ignored, '');
  return `${quotedIfNeeded(bare === '' ? untagged : bare)}@${provider?.domain ?? domain}`;
}

/** The broad form of an address as text; null when it is not one canonical mailbox. */
export function foldAddress(text: string): string | null {
  const result = parseMailbox(text);
  return result.ok ? foldMailbox(result.mailbox) : null;
}

/** A-label form of a domain, a leading `@`, `.` or `*.` aside; null when it is none. */
export function normalDomain(text: string): string | null {
  return canonicalDomain(text.replace(/^(?:@|\*?\.)/, ''));
}

/** Upper-case hex of an OpenPGP fingerprint (version 4 or 6), spaces, colons and `0x` aside; null when it is none. */
export function normalFingerprint(text: string): string | null {
  const hex = text.replace(/^0x/i, '').replace(/[\s:]/g, '').toUpperCase();
  return /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(hex) ? hex : null;
}

/** E.164 form of a phone number; null when it is none. */
export function normalPhone(text: string): string | null {
  const result = parsePhone(text);
  return result.ok ? result.number : null;
}

/** One case and one width for every script. What would become too long for an address stays as it is. */
function caseless(local: string): string {
  const folded = local.normalize('NFKC').toLowerCase().normalize('NFKC');
  return Buffer.byteLength(quotedIfNeeded(folded)) > maxLocalOctets ? local : folded;
}

/** `ada+news` is Ada's, `+news` is somebody's own name. */
function withoutTag(local: string): string {
  const plus = local.indexOf('+', 1);
  return plus < 0 ? local : local.slice(0, plus);
}

function unquoted(local: string): string {
  return /^".+"$/su.test(local) ? local.slice(1, -1).replace(/\\(.)/gsu, '$1') : local;
}

function quotedIfNeeded(local: string): string {
  return /^[^\s\p{C}"(),:;<>@[\\\]]+$/u.test(local) ? local : `"${local.replace(/["\\]/g, '\\$&')}"`;
}
