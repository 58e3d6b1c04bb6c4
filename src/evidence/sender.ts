/** Who the author is to the directory, and whom the author imitates (R-LOOKALIKE). */
import { canonicalAddress, type Mailbox } from '../address/mailbox.ts';
import { imitation, lookalikeKeysFor, lookalikeKeysOf, skeletonKey } from '../directory/lookalike.ts';
import type { Lookalike, SenderFinding } from './finding.ts';
import type { DirectoryPort } from './ports.ts';

export type SenderQuestion = {
  readonly author: Mailbox;
  /** Decoded display name of the From field; `''` when there is none. */
  readonly displayName: string;
  readonly ports: { readonly directory: Pick<DirectoryPort, 'standingOf' | 'namesUnder'> };
  /** Our own mailboxes and their aliases, in comparison form. */
  readonly ownAddresses: readonly string[];
  /** Our own domains, as A-labels. */
  readonly ownDomains: readonly string[];
};

const maxDisplayNameLength = 1_000;
const maxShownAddresses = 4;

/**
 * Asks the directory twice, always and at once: which keys are looked up depends on the mail alone, so that the time
 * taken tells nobody whether an address is registered. Rejects when the directory does.
 */
export async function checkSender(question: SenderQuestion): Promise<SenderFinding> {
  const { author, ports } = question;
  // `"ada@example.com"@elsewhere.test` shows an address, too.
  const shown = shownAddresses(`${question.displayName} ${author.local}`).filter(
    (address) => address !== author.address,
  );
  const keys = [...lookalikeKeysOf(author.address), ...shown.map(skeletonKey)];
  const [standing, candidates] = await Promise.all([
    ports.directory.standingOf(author.address),
    ports.directory.namesUnder(keys),
  ]);
  const isRegistered = standing.kind !== 'tenant-domain' && standing.kind !== 'unregistered';
  const registered = candidates
    .map(({ name }) => name)
    // Whoever has an address at a tenant's domain imitates no domain.
    .filter((name) => standing.kind !== 'tenant-domain' || name.includes('@'));
  const names = [...new Set([...registered, ...ownNamesUnder(keys, question)])];
  return { standing, lookalike: isRegistered ? null : lookalikeOf(author.address, shown, names) };
}

/** The clearest imitation of these names: the look of the address, an address in the display name, a near miss. */
function lookalikeOf(address: string, shown: readonly string[], names: readonly string[]): Lookalike | null {
  const found = names.map((name) => ({ kind: imitation(address, name), of: name }));
  const homoglyph = found.find(({ kind }) => kind === 'homoglyph');
  if (homoglyph !== undefined) return { kind: 'homoglyph', of: homoglyph.of };
  const shownKeys = new Set(shown.map(skeletonKey));
  const displayed = names.find((name) => name.includes('@') && name !== address && shownKeys.has(skeletonKey(name)));
  if (displayed !== undefined) return { kind: 'display-name', of: displayed };
  const nearMiss = found.find(({ kind }) => kind === 'near-miss');
  return nearMiss === undefined ? null : { kind: 'near-miss', of: nearMiss.of };
}

/** Our names under any of the keys. Our own mail imitates none of them. */
function ownNamesUnder(
  keys: readonly string[],
  { author, ownAddresses, ownDomains }: SenderQuestion,
): readonly string[] {
  if (ownAddresses.includes(author.address) || ownDomains.includes(author.domain)) return [];
  return [ownAddresses, ownDomains].flatMap((names) => {
    const index = indexOf(names);
    return keys.flatMap((key) => index.get(key) ?? []);
  });
}

// Our names are the same for every mail: their keys are made once for each list.
const indexes = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

function indexOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(names);
  if (known !== undefined) return known;
  const rows = names.flatMap((name) => lookalikeKeysFor(name).map((key) => ({ key, name })));
  const index = new Map(
    [...Map.groupBy(rows, (row) => row.key)].map(([key, group]) => [key, group.map((row) => row.name)]),
  );
  indexes.set(names, index);
  return index;
}

/** Addresses that a reader of the display name would see, wide characters and invisible ones resolved. */
function shownAddresses(displayName: string): readonly string[] {
  const text = displayName
    .slice(0, maxDisplayNameLength)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\u3002/gu, '.');
  const shown = text.match(/[^\s"'(),:;<>@[\\\]]{1,64}@[^\s"'(),:;<>@[\\\]]{1,255}/gu) ?? [];
  const addresses = shown.flatMap((address) => canonicalAddress(address.replace(/\.+$/, '')) ?? []);
  return [...new Set(addresses)].slice(0, maxShownAddresses);
}
