/** One mail between MAIL and DATA: its sender and its recipients, read from the arguments of those commands. */
import { canonicalAddress } from '../address/mailbox.ts';
import { listenerReplies } from '../verdict/reply.ts';
import type { Mailbox, Reply } from '../verdict/verdict.ts';
import { looksLikeAddress, type PathArgument, parsePathArgument } from './path.ts';
import type { RecipientBook } from './recipients.ts';

export type Transaction = {
  /** Comparison form where it parses, else as given; `''` for the null sender. */
  readonly mailFrom: string;
  readonly smtpUtf8: boolean;
  /** Accepted forward paths in comparison form, each once, in order. */
  readonly recipients: readonly string[];
  /** The mailboxes they lead to, each once, in order. */
  readonly mailboxes: readonly Mailbox[];
};

export type CommandRefusal = {
  readonly reply: Reply;
  /** For staff. */
  readonly cause: string;
  /** The client broke the protocol, rather than asked for something we do not give. */
  readonly isBad: boolean;
  /** The recipient that was refused, as given. */
  readonly recipient: string | null;
};

export type TransactionResult =
  | { readonly ok: true; readonly transaction: Transaction }
  | { readonly ok: false; readonly refusal: CommandRefusal };

/** Reads what follows `MAIL `. `mailBytes` is the largest mail taken. */
export function openTransaction(argument: string, mailBytes: number): TransactionResult {
  const path = pathAfter('FROM:', argument);
  if (path === null || (path.address !== '' && !looksLikeAddress(path.address))) {
    return refused(listenerReplies.senderSyntax, 'sender syntax', { isBad: true });
  }
  const fault = mailParameterFault(path.parameters, mailBytes);
  if (fault !== null) return refused(fault, 'MAIL parameters');
  const smtpUtf8 = path.parameters.has('SMTPUTF8');
  // RFC 6531 §3.5
  if (!smtpUtf8 && !isAscii(path.address)) return refused(listenerReplies.needsSmtpUtf8, 'sender outside ASCII');
  const mailFrom = canonicalAddress(path.address) ?? path.address;
  return { ok: true, transaction: { mailFrom, smtpUtf8, recipients: [], mailboxes: [] } };
}

/** Reads what follows `RCPT `; the result has the recipient besides. */
export function addRecipient(
  transaction: Transaction,
  argument: string,
  book: RecipientBook,
  atMost: number,
): TransactionResult {
  const path = pathAfter('TO:', argument);
  if (path === null || path.address === '')
    return refused(listenerReplies.recipientSyntax, 'recipient syntax', { isBad: true });
  const { address } = path;
  if (path.parameters.size > 0)
    return refused(listenerReplies.unknownParameter, 'RCPT parameters', { recipient: address });
  if (!transaction.smtpUtf8 && !isAscii(address)) {
    return refused(listenerReplies.needsSmtpUtf8, 'recipient outside ASCII', { recipient: address });
  }
  const found = book.find(address);
  if (found === null) return refused(listenerReplies.noSuchMailbox, 'no such mailbox', { recipient: address });
  if (transaction.recipients.includes(found.address)) return { ok: true, transaction };
  if (transaction.recipients.length >= atMost)
    return refused(listenerReplies.tooManyRecipients, 'too many recipients', { recipient: address });
  const isNewMailbox = !transaction.mailboxes.some((mailbox) => mailbox.address === found.mailbox.address);
  return {
    ok: true,
    transaction: {
      ...transaction,
      recipients: [...transaction.recipients, found.address],
      mailboxes: isNewMailbox ? [...transaction.mailboxes, found.mailbox] : transaction.mailboxes,
    },
  };
}

function pathAfter(keyword: 'FROM:' | 'TO:', argument: string): PathArgument | null {
  const isThere = argument.slice(0, keyword.length).toUpperCase() === keyword;
  return isThere ? parsePathArgument(argument.slice(keyword.length)) : null;
}

function mailParameterFault(parameters: PathArgument['parameters'], mailBytes: number): Reply | null {
  for (const [keyword, value] of parameters) {
    switch (keyword) {
      case 'SIZE': // RFC 1870 §3: 1 to 20 digits
        if (!/^\d{1,20}$/.test(value)) return listenerReplies.syntax;
        if (Number(value) > mailBytes) return listenerReplies.tooLarge;
        break;
      case 'BODY': // RFC 6152; BINARYMIME needs BDAT
        if (!/^(?:7BIT|8BITMIME)$/i.test(value)) return listenerReplies.syntax;
        break;
      case 'SMTPUTF8':
        if (value !== '') return listenerReplies.syntax;
        break;
      default:
        return listenerReplies.unknownParameter;
    }
  }
  return null;
}

function refused(reply: Reply, cause: string, details: Partial<CommandRefusal> = {}): TransactionResult {
  return { ok: false, refusal: { reply, cause, isBad: false, recipient: null, ...details } };
}

/** In UTF-8 only ASCII takes one octet a character. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
