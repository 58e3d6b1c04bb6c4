/** Each reason in words, for staff who are asked "where did my mail go?": what happened, and what helps. */
import type { Reason } from './verdict.ts';

export type Why = { readonly what: string; readonly next: string };

export const whys: Readonly<Record<Reason, Why>> = {
  admin: {
    what: 'It came, provably, from the primary address of an active admin.',
    next: 'It is a support request like any other; see its ticket.',
  },
  prospect: {
    what: 'The sender is nobody we know; the mail was taken as one from a prospective customer.',
    next: 'Answer without a word about any tenant, even if the sender names one.',
  },
  department: {
    what: 'It was written to a mailbox that anybody may write to.',
    next: 'It went to that department. Support requests in it belong to the support mailbox.',
  },
  contract: {
    what: 'The tenant’s contract lets this address write.',
    next: 'Only ordinary requests are covered, unless the contract lists more.',
  },
  confirmed: {
    what: 'The sender confirmed it through the address on file.',
    next: 'Treat it as proven.',
  },
  malformed: {
    what: 'The mail’s form is faulty in a way that lets different programs see different senders.',
    next: 'The sender’s mail program or server must be mended; the details name the fault.',
  },
  'deny-listed': {
    what: 'An entry of the deny-list names its sender, domain, network or key.',
    next: 'The evidence names the entry. Trust staff can remove it; appeals go to the security mailbox.',
  },
  automatic: {
    what: 'No person wrote it: it is a bounce, an automatic reply, or one of our own mails coming back.',
    next: 'Nothing was answered, on purpose: two machines must not write to each other.',
  },
  forged: {
    what: 'The sender’s domain asks the world to reject mail that fails its checks, and this mail failed them.',
    next: 'If the customer really sent it, their mail leaves through a server that their domain does not know.',
  },
  'not-active-admin': {
    what: 'The address belongs to somebody who is no longer an active admin.',
    next: 'Another admin of the tenant can write, or make this one active again.',
  },
  'not-an-admin': {
    what: 'The address is at a customer’s domain, but not that of an admin.',
    next: 'The customer’s admin must write. We cannot say who that is.',
  },
  'own-support-address': {
    what: 'The customer’s own help desk forwarded it. Two help desks answering each other would loop.',
    next: 'The customer’s admin must write from their own mailbox.',
  },
  'insecure-channel': {
    what: 'The tenant’s contract asks for PGP or TLS, and the mail came without.',
    next: 'The admin sends it again the way the contract asks.',
  },
  'support-ceased': {
    what: 'Support for this tenant is stopped while an executive’s request is examined.',
    next: 'The mail is kept. Nothing about the case is told to the tenant’s admins.',
  },
  'not-entitled': {
    what: 'The tenant is on a free plan, which has no support by mail.',
    next: 'The reply points to the knowledge base; a wish to buy goes to sales.',
  },
  refused: {
    what: 'Staff looked at it and refused it.',
    next: 'Its review says who, and why.',
  },
  'unproven-sender': {
    what: 'It names an admin’s address, but nothing proves that the admin sent it.',
    next: 'Ask through the address on file, never by replying to the mail.',
  },
  'not-primary': {
    what: 'It came from a secondary address of an admin; only the primary one counts.',
    next: 'Ask the primary address whether this is theirs.',
  },
  'shared-mailbox': {
    what: 'Several people write from this mailbox, or it came through a mailing list.',
    next: 'The admin writes from a mailbox of their own.',
  },
  impersonation: {
    what: 'The sender’s name or address looks like one we know, and is not it.',
    next: 'Compare the letters with care. Do not answer before somebody at the customer confirmed it.',
  },
  suspicious: {
    what: 'The sender’s domain asks to treat mail that fails its checks with suspicion, and this mail failed them.',
    next: 'Ask through the address on file.',
  },
  'bad-signature': {
    what: 'It carries a PGP signature that is wrong: changed on the way, by a revoked, expired or foreign key, or used before.',
    next: 'Ask the admin through the address on file; a new key goes into the directory first.',
  },
  'cannot-decrypt': {
    what: 'It is encrypted to a key that we do not hold, or without protection against change.',
    next: 'The sender encrypts to the key we publish.',
  },
  'conflicting-proof': {
    what: 'Two proofs name two different people.',
    next: 'Find out who wrote: ask both through the addresses on file.',
  },
  unparseable: {
    what: 'The content could not be read within our limits.',
    next: 'Look at the raw mail with care; ask the sender for plain text.',
  },
  abuse: {
    what: 'It abuses or threatens somebody.',
    next: 'Decide whether the sender, if proven, goes on the deny-list. Swearing at a product is not abuse.',
  },
  'needs-authorization': {
    what: 'It asks for something that the mailbox that asks can never authorise by itself.',
    next: 'Another admin, the owner or the portal must authorise it; then staff decide.',
  },
  recovery: {
    what: 'It belongs to an extraordinary account recovery.',
    next: 'Open or join the case. Only its procedure leads to any action.',
  },
  doubtful: {
    what: 'The rules cannot tell what it is with enough certainty.',
    next: 'A person reads it and decides.',
  },
};
