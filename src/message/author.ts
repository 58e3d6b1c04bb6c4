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
  /** Null exactly when `faults` is not empty. */
  readonly author: Author | null;
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
  const [field, ...more] = from;
  // None and several are faults already, found where the fields were counted.
  if (field === undefined || more.length > 0) return { author: null, faults: [] };
  if (field.raw.length > maxFromOctets) return refused('from-syntax', `a From field of ${field.raw.length} octets`);
  const syntax = readSingleMailbox(field.value);
  if (!syntax.ok) return refused(codeOf[syntax.fault], syntax.detail);
  const parsed = parseMailbox(syntax.addrSpec);
  if (!parsed.ok) {
    return refused(
      parsed.fault === 'domain-not-canonical' ? 'from-domain-not-canonical' : 'from-syntax',
      `the From address is not canonical: ${parsed.fault}`,
    );
  }
  const reading = mimeParserReading(headerBytes);
  const disagreement = disagreementOn(parsed.mailbox, authenticationReading(field), reading.addresses);
  if (disagreement !== null) return refused('parsers-disagree', disagreement);
  return { author: { ...parsed.mailbox, displayName: displayName(reading.name) }, faults: [] };
}

/** The From addresses as the MIME parser reads them in a raw header block. */
export function mimeParserFrom(headerBytes: Buffer): readonly string[] {
  return mimeParserReading(headerBytes).addresses;
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

/** As `dkimVerify` reads it: the field's octets as UTF-8, from the colon on, groups flattened. */
function authenticationReading(field: HeaderField): readonly string[] {
  const line = field.raw.toString();
  return addressparser(line.slice(line.indexOf(':') + 1).trim(), { flatten: true })
    .map((mailbox) => mailbox.address)
    .filter((address) => address !== '');
}

/** As mailparser reads it: mailsplit's split of the block, unfolded, then its own address decoding. */
function mimeParserReading(headerBytes: Buffer): { addresses: readonly string[]; name: string } {
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

function refused(code: FormFaultCode, detail: string): AuthorResult {
  return { author: null, faults: [{ code, detail }] };
}
