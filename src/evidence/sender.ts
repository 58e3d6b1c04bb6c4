/** Who the author is to the directory, and whom the author imitates (R-LOOKALIKE). */
import { canonicalAddress, type Mailbox } from '../address/mailbox.ts';
import { imitation, lookalikeKeysOf, skeletonKey } from '../directory/lookalike.ts';
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
  const shown = shownAddresses(question.displayName).filter((address) => address !== author.address);
  const keys = [...lookalikeKeysOf(author.address), ...shown.map(skeletonKey)];
  const [standing, candidates] = await Promise.all([
    ports.directory.standingOf(author.address),
    ports.directory.namesUnder(keys),
  ]);
  const registered = [...new Set(candidates.map(({ name }) => name))].filter(
    // Whoever has an address at a tenant's domain imitates no domain.
    (name) => standing.kind !== 'tenant-domain' || name.includes('@'),
  );
  const isRegistered = standing.kind !== 'tenant-domain' && standing.kind !== 'unregistered';
  return { standing, lookalike: isRegistered ? null : lookalikeOf(question, shown, registered) };
}

/** The clearest imitation: the look of the address, then an address in the display name, then a near miss. */
function lookalikeOf(
  question: SenderQuestion,
  shown: readonly string[],
  registered: readonly string[],
): Lookalike | null {
  const { author, ownAddresses, ownDomains } = question;
  const isOwn = ownAddresses.includes(author.address) || ownDomains.includes(author.domain);
  const own = [...ownAddresses, ...ownDomains];
  // Our own mail imitates none of our names.
  const imitated = [...registered, ...(isOwn ? [] : own)];
  const found = imitated.map((name) => ({ kind: imitation(author.address, name), of: name }));
  const homoglyph = found.find(({ kind }) => kind === 'homoglyph');
  if (homoglyph !== undefined) return { kind: 'homoglyph', of: homoglyph.of };
  const keys = new Set(shown.map(skeletonKey));
  const displayed = imitated.find(
    (name) => name.includes('@') && name !== author.address && keys.has(skeletonKey(name)),
  );
  if (displayed !== undefined) return { kind: 'display-name', of: displayed };
  const nearMiss = found.find(({ kind }) => kind === 'near-miss');
  return nearMiss === undefined ? null : { kind: 'near-miss', of: nearMiss.of };
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
