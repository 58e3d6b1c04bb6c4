/** Makes the sample mails anew: new keys, new signatures, new Message-IDs, so that none is a copy of an earlier one. */
import { type PublicKey, readKey } from 'openpgp';
import { createSampleSigner, type SampleSigner } from './dkim-signing.ts';
import {
  detachedSignature,
  encryptedMail,
  entityOf,
  fieldsOf,
  type Letter,
  mailOf,
  makePgpKey,
  multipartSigned,
  type SampleKey,
  signedMail,
} from './pgp-samples.ts';
import type { SampleMail, Samples, SampleVerdict } from './sample-mail.ts';
import * as world from './sample-world.ts';

export type SampleOptions = {
  /** Epoch milliseconds: date of all mails and signatures. */
  readonly now: number;
  /** The mailbox that most of them are written to. */
  readonly support: string;
  /** Null leaves the mail to sales out. */
  readonly sales: string | null;
  /** The gateway's own public PGP key, armored; null leaves the encrypted mail out. */
  readonly gatewayKey: string | null;
};

/** Keys are this much older than the mails they sign. */
const keyAgeMs = 3_600_000;

type Making = {
  readonly options: SampleOptions;
  readonly signer: SampleSigner;
  readonly ownerKey: SampleKey;
  readonly gatewayKey: PublicKey | null;
};

/** What one sample is made of, before it has its place in the order. */
type Draft = {
  readonly name: string;
  readonly shows: string;
  readonly from: { readonly name: string; readonly email: string };
  readonly to?: string;
  readonly raw: Buffer;
  readonly expected: SampleVerdict;
};

export async function makeSamples(options: SampleOptions): Promise<Samples> {
  const [signer, ownerKey] = await Promise.all([
    createSampleSigner(),
    makePgpKey({ ...world.owner, date: new Date(options.now - keyAgeMs) }),
  ]);
  const gatewayKey = options.gatewayKey === null ? null : await readKey({ armoredKey: options.gatewayKey });
  const making: Making = { options, signer, ownerKey, gatewayKey };
  const drafts = [...(await ordinary(making)), ...(await withPgp(making)), ...(await refused(making))];
  return {
    mails: drafts.map((draft, index) => numbered(draft, index, options)),
    zone: world.sampleZone(signer),
    directory: { tenants: world.sampleTenants(ownerKey.armoredPublic) },
    deny: world.sampleDeny(options.now),
  };
}

function numbered(
  { name, shows, from, to, raw, expected }: Draft,
  index: number,
  { support }: SampleOptions,
): SampleMail {
  return {
    name: `${String(index + 1).padStart(2, '0')}-${name}`,
    shows,
    envelope: { mailFrom: from.email, recipient: to ?? support },
    raw,
    expected,
  };
}

/** Who asks, and what. */
async function ordinary(making: Making): Promise<Draft[]> {
  const { options, signer } = making;
  const signed = (mail: Plain) => signer.sign(plainMail(mail, options), domainOf(mail.from.email), options.now);
  const { owner } = world;
  const proven: Plain = {
    from: owner,
    subject: 'Backup job stopped last night',
    text: 'Hello,\n\nsince last night the backup job of one server ends with "connection reset".\nThe other servers are fine.\n\nIris Vale\nRosewood Joinery',
  };
  const deletion: Plain = {
    from: owner,
    subject: 'Please delete our account',
    text: 'Hello,\n\nplease delete our account and all data in it by the end of the month.\n\nIris Vale',
  };
  const password: Plain = {
    from: owner,
    subject: 'Password reset for a user',
    text: 'Hello,\n\nplease reset the password of our user Tom Reed and send me the new one.\n\nIris Vale',
  };
  const recovery: Plain = {
    from: world.premiumOwner,
    subject: 'Dismissed administrator locked us out',
    text: 'Hello,\n\nwe dismissed our administrator yesterday. He has locked us out of the tenant and refuses to hand over\naccess. Please remove him as an admin. A police report was filed.\n\nMarta Lund',
  };
  const prospect: Plain = {
    from: { name: 'Jo Almeida', email: `jo@${world.brightseed}` },
    subject: 'Does it work with our printers?',
    text: 'Hello,\n\nwe are a seed nursery with thirty people and think about using your product.\nDoes it work with label printers?\n\nJo Almeida',
  };
  const drafts: Draft[] = [
    {
      name: 'proven-admin',
      shows: "an active admin's address, proven by a DKIM signature of its domain",
      from: owner,
      raw: await signed(proven),
      expected: { outcome: 'accepted', reason: 'admin' },
    },
    {
      name: 'spoofed-admin',
      shows: "the same admin's address without any proof: a person asks the address on file",
      from: owner,
      raw: plainMail(proven, options),
      expected: { outcome: 'escalated', reason: 'unproven-sender' },
    },
    {
      name: 'password-reset',
      shows: 'a proven admin asks what staff never do: accepted, with a prohibition',
      from: owner,
      raw: await signed(password),
      expected: { outcome: 'accepted', reason: 'admin' },
    },
    {
      name: 'delete-account',
      shows: 'even the proven owner cannot delete the account by one mail',
      from: owner,
      raw: await signed(deletion),
      expected: { outcome: 'escalated', reason: 'needs-authorization' },
    },
    {
      name: 'account-recovery',
      shows: 'an admin gone rogue: opens a recovery case, and tells nobody',
      from: world.premiumOwner,
      raw: await signed(recovery),
      expected: { outcome: 'escalated', reason: 'recovery' },
    },
    {
      name: 'prospect',
      shows: 'nobody we know asks before buying: welcome, and told nothing about any customer',
      from: prospect.from,
      raw: plainMail(prospect, options),
      expected: { outcome: 'accepted', reason: 'prospect' },
    },
  ];
  if (options.sales === null) return drafts;
  const question: Plain = {
    ...prospect,
    to: options.sales,
    subject: 'Price for thirty people',
    text: 'Hello,\n\nwhat would a year cost for thirty people?\n\nJo Almeida',
  };
  const sales: Draft = {
    name: 'to-sales',
    shows: 'anybody may write to sales',
    from: question.from,
    to: options.sales,
    raw: plainMail(question, options),
    expected: { outcome: 'accepted', reason: 'department' },
  };
  return [...drafts, sales];
}

/** No DKIM on these: the PGP signature alone has to prove. */
async function withPgp({ options, ownerKey, gatewayKey }: Making): Promise<Draft[]> {
  const { owner } = world;
  const letter: Letter = {
    from: mailboxText(owner),
    to: options.support,
    subject: 'Session time-out',
    text: 'Hello,\n\nour policy asks for a session time-out of 15 minutes. Where do we set it?\n\nIris Vale\n',
    at: options.now,
  };
  const signer = { key: ownerKey };
  const tampered = entityOf({ ...letter, text: letter.text.replace('15 minutes', '15 days') });
  const signature = await detachedSignature(entityOf(letter), letter.at, signer);
  const stranger = await makePgpKey({
    name: 'Somebody else',
    email: `else@${world.brightseed}`,
    date: new Date(options.now - keyAgeMs),
  });
  const encrypted = async (publicKey: PublicKey) => encryptedMail(letter, { recipients: [{ publicKey }], signer });
  const drafts: Draft[] = [
    {
      name: 'pgp-signed',
      shows: "proven by the admin's PGP signature over text and header fields",
      from: owner,
      raw: await signedMail(letter, signer),
      expected: { outcome: 'accepted', reason: 'admin' },
    },
    {
      name: 'pgp-tampered',
      shows: 'the same, with one word changed on the way',
      from: owner,
      raw: mailOf(fieldsOf(letter, letter.subject), multipartSigned(tampered, signature)),
      expected: { outcome: 'escalated', reason: 'bad-signature' },
    },
    {
      name: 'pgp-not-for-us',
      shows: 'encrypted to a key that the gateway does not hold',
      from: owner,
      raw: await encrypted(stranger.publicKey),
      expected: { outcome: 'escalated', reason: 'cannot-decrypt' },
    },
  ];
  if (gatewayKey === null) return drafts;
  const forUs: Draft = {
    name: 'pgp-encrypted',
    shows: "encrypted to the gateway's own key and signed by the admin",
    from: owner,
    raw: await encrypted(gatewayKey),
    expected: { outcome: 'accepted', reason: 'admin' },
  };
  return [...drafts, forUs];
}

/** What does not get through, each for a reason of its own. */
async function refused({ options, signer }: Making): Promise<Draft[]> {
  const signed = (mail: Plain) => signer.sign(plainMail(mail, options), domainOf(mail.from.email), options.now);
  const { owner, premiumOwner, freeOwner, colleague, former, pest } = world;
  const question = { subject: 'A question', text: 'Hello,\n\nwhere do I find the invoices of last year?\n\nThank you' };
  const imitator = { name: owner.name, email: `iris@${world.imitation}` };
  const stormy = { name: 'Ines Roth', email: `ines@${world.stormwater}` };
  const away: Plain = {
    from: owner,
    subject: 'Out of office: Re: your ticket',
    text: 'I am out of the office until Monday.',
    fields: ['Auto-Submitted: auto-replied'],
  };
  const threat: Plain = {
    from: owner,
    subject: 'Your support',
    text: 'You are a bunch of idiots. Fix this today, or I will come to your office and hurt you.',
  };
  return [
    {
      name: 'forged-domain',
      shows: "its domain's own DMARC policy asks that such mail be refused",
      from: premiumOwner,
      raw: plainMail({ from: premiumOwner, ...question }, options),
      expected: { outcome: 'rejected', reason: 'forged' },
    },
    {
      name: 'look-alike-domain',
      shows: `one letter away from a customer's domain: ${world.imitation}`,
      from: imitator,
      raw: plainMail({ from: imitator, ...question }, options),
      expected: { outcome: 'escalated', reason: 'impersonation' },
    },
    {
      name: 'deny-listed',
      shows: 'its address stands on the deny-list; the reply does not tell',
      from: pest,
      raw: plainMail({ from: pest, subject: 'Best offers', text: 'Buy now.' }, options),
      expected: { outcome: 'rejected', reason: 'deny-listed' },
    },
    {
      name: 'not-an-admin',
      shows: "proven, at a customer's domain, but no admin",
      from: colleague,
      raw: await signed({ from: colleague, ...question }),
      expected: { outcome: 'rejected', reason: 'not-an-admin' },
    },
    {
      name: 'former-admin',
      shows: 'proven, and an admin no more',
      from: former,
      raw: await signed({ from: former, ...question }),
      expected: { outcome: 'rejected', reason: 'not-active-admin' },
    },
    {
      name: 'free-tier',
      shows: 'proven, on a plan without support by e-mail',
      from: freeOwner,
      raw: await signed({ from: freeOwner, ...question }),
      expected: { outcome: 'rejected', reason: 'not-entitled' },
    },
    {
      name: 'threat',
      shows: 'a proven admin threatens staff: a person decides',
      from: owner,
      raw: await signed(threat),
      expected: { outcome: 'escalated', reason: 'abuse' },
    },
    {
      name: 'auto-reply',
      shows: 'an automatic answer, never answered in turn',
      from: owner,
      raw: await signed(away),
      expected: { outcome: 'rejected', reason: 'automatic' },
    },
    {
      name: 'malformed',
      shows: 'two From fields: who wrote depends on who reads',
      from: owner,
      raw: plainMail({ from: owner, ...question, fields: [`From: ${mailboxText(pest)}`] }, options),
      expected: { outcome: 'rejected', reason: 'malformed' },
    },
    {
      name: 'dns-trouble',
      shows: "the sender's DNS is down: neither refused nor believed, asked to try again",
      from: stormy,
      raw: await signed({ from: stormy, ...question }),
      expected: { outcome: 'deferred', reason: 'dns' },
    },
  ];
}

type Plain = {
  readonly from: { readonly name: string; readonly email: string };
  readonly to?: string;
  readonly subject: string;
  readonly text: string;
  readonly fields?: readonly string[];
};

function plainMail({ from, to, subject, text, fields = [] }: Plain, { support, now }: SampleOptions): Buffer {
  const letter: Letter = { from: mailboxText(from), to: to ?? support, subject, text, at: now };
  const body = `Content-Type: text/plain; charset=utf-8\r\n\r\n${text.replace(/\r?\n/g, '\r\n')}\r\n`;
  return mailOf([...fieldsOf(letter, subject), ...fields], Buffer.from(body));
}

function mailboxText({ name, email }: { readonly name: string; readonly email: string }): string {
  return `${name} <${email}>`;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
