/** The exact keys under which the deny-list is asked. They are the whole meaning of each kind of entry. */
import { canonicalDomain, parseMailbox } from '../address/mailbox.ts';
import type { DenyHit, DenyKey } from './entry.ts';
import { networksAround } from './network.ts';
import { foldMailbox, normalDomain, normalFingerprint, normalPhone } from './normal-form.ts';

/** One thing that may be denied. Values are as they come; what is not in a readable form has no keys. */
export type DenyTarget =
  | { readonly kind: 'address'; readonly value: string }
  | { readonly kind: 'domain'; readonly value: string }
  | { readonly kind: 'ip'; readonly value: string }
  | { readonly kind: 'fingerprint'; readonly value: string }
  | { readonly kind: 'phone'; readonly value: string };

/** What one mail shows of its sender. */
export type DenySubject = {
  /** Null when the form of From is faulty. */
  readonly author: string | null;
  /** `''` for the null sender. */
  readonly envelopeSender: string;
  readonly ip: string;
  readonly fingerprints: readonly string[];
};

/** Keys of one target, each once. */
export function keysOfTarget(target: DenyTarget): readonly DenyKey[] {
  switch (target.kind) {
    case 'address':
      return addressKeys(target.value);
    case 'domain':
      return domainKeys(normalDomain(target.value));
    case 'ip':
      return networksAround(target.value).map((value) => ({ kind: 'network', value }));
    case 'fingerprint':
      return keyOrNone('pgp', normalFingerprint(target.value));
    case 'phone':
      return keyOrNone('phone', normalPhone(target.value));
  }
}

/** Keys of everything that a mail shows, each once. Their number depends on the mail alone. */
export function denyKeysOf(subject: DenySubject): readonly DenyKey[] {
  const keys = denyTargetsOf(subject).flatMap(({ target }) => keysOfTarget(target));
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

/** The parts of a mail that are held against the deny-list. */
export function denyTargetsOf(
  subject: DenySubject,
): readonly { readonly subject: DenyHit['subject']; readonly target: DenyTarget }[] {
  const { author, envelopeSender, ip, fingerprints } = subject;
  return [
    ...(author === null ? [] : [{ subject: 'author', target: { kind: 'address', value: author } } as const]),
    ...(envelopeSender === ''
      ? []
      : [{ subject: 'envelope-sender', target: { kind: 'address', value: envelopeSender } } as const]),
    { subject: 'client-network', target: { kind: 'ip', value: ip } },
    ...fingerprints.map((value) => ({ subject: 'pgp-key', target: { kind: 'fingerprint', value } }) as const),
  ];
}

/** One text for each key. */
export function keyText({ kind, value }: DenyKey): string {
  return `${kind} ${value}`;
}

function addressKeys(address: string): readonly DenyKey[] {
  const result = parseMailbox(address);
  if (!result.ok) return keysAbove(address.slice(address.lastIndexOf('@') + 1));
  return [{ kind: 'email', value: foldMailbox(result.mailbox) }, ...domainKeys(result.mailbox.domain)];
}

const maxDomainLength = 256;

/**
 * Keys of the first canonical domain from this name upwards: an envelope sender may be below `bad.test` by a name that is no
 * host name (`a_b.bad.test`), and is denied with it.
 */
function keysAbove(name: string): readonly DenyKey[] {
  const labels = name.slice(-maxDomainLength).replace(/\.+$/, '').split('.');
  const start = labels.findIndex((_, index) => canonicalDomain(labels.slice(index).join('.')) !== null);
  const domain = start < 0 ? null : canonicalDomain(labels.slice(start).join('.'));
  if (domain === null) return [];
  return start === 0 ? domainKeys(domain) : [...domainKeys(domain), { kind: 'subdomains', value: domain }];
}

/** `domain` entries name the domain or one above it, `subdomains` entries only one above it (R-DENY). */
function domainKeys(domain: string | null): readonly DenyKey[] {
  if (domain === null) return [];
  const labels = domain.split('.');
  const upwards = labels.map((_, index) => labels.slice(index).join('.'));
  return [
    ...upwards.map((value) => ({ kind: 'domain', value }) as const),
    ...upwards.slice(1).map((value) => ({ kind: 'subdomains', value }) as const),
  ];
}

function keyOrNone(kind: 'pgp' | 'phone', value: string | null): readonly DenyKey[] {
  return value === null ? [] : [{ kind, value }];
}
