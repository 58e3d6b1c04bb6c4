/**
 * The author: the single mailbox of the single From field. Three readings of the field must agree: the address parser
 * of the authentication library, the MIME parser's, and the strict grammar below. Where the grammar is left (route,
 * comment inside the address, group, encoded-word as address …) parsers differ, and who differs can be fooled.
 */
import { Headers } from '@zone-eu/mailsplit';
import { parseAddressHeader } from 'mailparser';
import addressparser from 'nodemailer/lib/addressparser';
import { canonicalAddress, type Mailbox, parseMailbox } from '../address/mailbox.ts';
import { type AddressSyntaxFault, readSingleMailbox } from './address-syntax.ts';
import type { Author, FormFault, FormFaultCode, HeaderField } from './message.ts';

export type AuthorResult = {
  readonly author: Author | null;
  /** The From addresses as the MIME parser reads them. */
  readonly parserFrom: readonly string[];
  readonly faults: readonly FormFault[];
};

/** Longest value of a From field that is looked at; a real one is a name and an address. */
const maxFromOctets = 8 * 1024;
const maxDisplayName = 256;

/**
 * Reads the author off the From fields.
 * @param from The From fields as `header.ts` counted them.
 * @param headerBytes The raw header block, for the MIME parser's own count of From fields.
 */
export function readAuthor(from: readonly HeaderField[], headerBytes: Buffer): AuthorResult {
  if (from.some((field) => field.raw.length > maxFromOctets)) {
    return refused([], 'from-syntax', `a From field of more than ${maxFromOctets} octets`);
  }
  const reading = mimeParserReading(headerBytes);
  const [field, ...more] = from;
  // None and several are faults already, found where the fields were counted.
  if (field === undefined || more.length > 0) return { author: null, parserFrom: reading.addresses, faults: [] };
  return soleAuthor(field, reading);
}

function soleAuthor(field: HeaderField, reading: Reading): AuthorResult {
  const syntax = readSingleMailbox(field.value);
  if (!syntax.ok) return refused(reading.addresses, codeOf[syntax.fault], syntax.detail);
  const parsed = parseMailbox(syntax.addrSpec);
  if (!parsed.ok) {
    const code = parsed.fault === 'domain-not-canonical' ? 'from-domain-not-canonical' : 'from-syntax';
    return refused(reading.addresses, code, `the From address is not canonical: ${parsed.fault}`);
  }
  const disagreement = disagreementOn(parsed.mailbox, authenticationReading(field), reading.addresses);
  if (disagreement !== null) return refused(reading.addresses, 'parsers-disagree', disagreement);
  const author = { ...parsed.mailbox, displayName: displayName(reading.name) };
  return { author, parserFrom: reading.addresses, faults: [] };
}

const codeOf: Readonly<Record<AddressSyntaxFault, FormFaultCode>> = {
  'several-mailboxes': 'several-from-mailboxes',
  group: 'from-syntax',
  route: 'from-syntax',
  'comment-inside': 'from-syntax',
  'encoded-word': 'from-syntax',
  unbalanced: 'from-syntax',
  'no-address': 'from-syntax',
  'second-address': 'from-syntax',
  control: 'from-syntax',
  syntax: 'from-syntax',
};

type Reading = { readonly addresses: readonly string[]; readonly name: string };

/** As `dkimVerify` reads it: the field's octets as UTF-8, from the colon on, groups flattened. */
function authenticationReading(field: HeaderField): readonly string[] {
  const line = field.raw.toString();
  return addressparser(line.slice(line.indexOf(':') + 1).trim(), { flatten: true })
    .map((mailbox) => mailbox.address)
    .filter((address) => address !== '');
}

/** As mailparser reads it: mailsplit's split of the block, unfolded, then its own address decoding. */
function mimeParserReading(headerBytes: Buffer): Reading {
  const lines = new Headers(headerBytes).getList().filter((line) => line.key === 'from');
  const values = lines.map((line) => {
    const unfolded = line.line.replace(/(?:\r?\n|\r)[ \t]*/g, ' ');
    return Buffer.from(unfolded.slice(unfolded.indexOf(':') + 1).trim(), 'latin1').toString();
  });
  const mailboxes = parseAddressHeader(values).value.flatMap((entry) => entry.group ?? entry);
  const addresses = mailboxes.map((mailbox) => mailbox.address ?? '').filter((address) => address !== '');
  return { addresses, name: mailboxes[0]?.name ?? '' };
}

function disagreementOn(own: Mailbox, authentication: readonly string[], mime: readonly string[]): string | null {
  const readings = [
    { reader: 'the authentication library', addresses: authentication },
    { reader: 'the MIME parser', addresses: mime },
  ];
  const other = readings.find(
    ({ addresses }) => addresses.length !== 1 || canonicalAddress(addresses[0] ?? '') !== own.address,
  );
  if (other === undefined) return null;
  const read = other.addresses
    .slice(0, 3)
    .map((address) => JSON.stringify(address.slice(0, 100).replace(/\p{C}/gu, '?')));
  return `${other.reader} reads ${read.length === 0 ? 'no address' : read.join(', ')}, not ${own.address}`;
}

function displayName(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, maxDisplayName)
    .toWellFormed();
}

function refused(parserFrom: readonly string[], code: FormFaultCode, detail: string): AuthorResult {
  return { author: null, parserFrom, faults: [{ code, detail }] };
}
