/** Which addresses mail may be sent to: the configured mailboxes, their aliases and their subaddresses (RFC 5233). */
import { parseMailbox, withoutSubaddress } from '../address/mailbox.ts';
import type { Mailbox } from '../verdict/verdict.ts';

/** A mailbox and further addresses that are the same mailbox. */
export type MailboxWithAliases = Mailbox & { readonly aliases?: readonly string[] };

/** A forward path in comparison form, subaddress included, and the mailbox it leads to. */
export type Recipient = { readonly address: string; readonly mailbox: Mailbox };

export type RecipientBook = {
  /** Null when there is no such mailbox. `address` is the bare path as the client gave it. */
  find(address: string): Recipient | null;
};

/** Throws a RangeError that names the first configured address which is none. */
export function createRecipientBook(mailboxes: readonly MailboxWithAliases[]): RecipientBook {
  const byAddress = new Map<string, Mailbox>();
  for (const { address, department, aliases = [] } of mailboxes) {
    const mailbox: Mailbox = { address: comparisonForm(address), department };
    for (const name of [address, ...aliases]) byAddress.set(comparisonForm(name), mailbox);
  }
  return {
    find(address) {
      const parsed = parseMailbox(address);
      if (!parsed.ok) return null;
      const { address: full } = parsed.mailbox;
      const mailbox = byAddress.get(full) ?? byAddress.get(withoutSubaddress(full));
      return mailbox === undefined ? null : { address: full, mailbox };
    },
  };
}

function comparisonForm(address: string): string {
  const parsed = parseMailbox(address);
  if (!parsed.ok) throw new RangeError(`not a mailbox address: ${address}`);
  return parsed.mailbox.address;
}
