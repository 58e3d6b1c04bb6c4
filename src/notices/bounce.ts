/** Delivery reports that come to our bounce addresses (RFC 3464). Pure. */
import { bounceMailbox } from './bounce-address.ts';

/**
 * The status of the failure that a report tells, such as `5.1.1`; null when the mail is no report of a final failure.
 * `text` is the beginning of the raw mail. What it says is believed only of the mail whose token it came to.
 */
export function failureIn(text: string): string | null {
  const report = /^Content-Type:\s*message\/(?:global-)?delivery-status\b/im.exec(text);
  if (report === null) return null;
  const fields = text.slice(report.index);
  // RFC 3464 §2.3.3: `delayed`, `relayed` and `expanded` are no failure.
  if (!/^Action:\s*failed\b/im.test(fields)) return null;
  return /^Status:\s*(5\.\d{1,3}\.\d{1,3})\b/im.exec(fields)?.[1] ?? '5.0.0';
}

type Mailbox = { readonly address: string; readonly aliases: readonly string[] };

/**
 * The mailboxes with `bounce@` of each of their domains as one more alias of the domain's first one, so that RCPT takes
 * every `bounce+…@`, whatever its token. Somebody's own mailbox of that name stays theirs.
 */
export function withBounceMailboxes<Given extends Mailbox>(mailboxes: readonly Given[]): readonly Given[] {
  const taken = new Set(mailboxes.flatMap(({ address, aliases }) => [address, ...aliases]));
  return mailboxes.map((mailbox) => {
    const bounce = `${bounceMailbox}@${mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1)}`;
    if (taken.has(bounce)) return mailbox;
    taken.add(bounce);
    return { ...mailbox, aliases: [...mailbox.aliases, bounce] };
  });
}
