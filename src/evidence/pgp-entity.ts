/** Just enough MIME for what PGP covers: the header section of an entity, and the halves of a multipart/signed. */
import { type Headers, simpleParser } from 'mailparser';
import { canonicalAddress } from '../address/mailbox.ts';

/** Header section of a signed or decrypted entity, as far as it matters here. */
export type EntityHeader = {
  /** Lower-case media type; `text/plain` when there is none. */
  readonly contentType: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly subject: string | null;
  /** Comparison form; an unparseable mailbox is the empty text, so that it never equals one. */
  readonly from: readonly string[];
  /** To and Cc in comparison form; unparseable ones left out. */
  readonly addressees: readonly string[];
};

/** The header section with its last CRLF; null when it is longer than `maxBytes`, does not end, or holds a bare CR. */
export function headerSection(entity: Buffer, maxBytes: number): Buffer | null {
  if (entity.subarray(0, 2).equals(Buffer.from('\r\n'))) return Buffer.alloc(0);
  const end = entity.indexOf('\r\n\r\n');
  const section = end < 0 ? null : entity.subarray(0, end + 2);
  if (section === null || section.length > maxBytes) return null;
  // Readers differ on a bare CR, and ours needs quadratic time for a run of them.
  return /\r(?!\n)/.test(section.toString('latin1')) ? null : section;
}

/** Reads a header section with the same library that reads mails. */
export async function readEntityHeader(section: Buffer): Promise<EntityHeader> {
  const parsed = await simpleParser(Buffer.concat([section, Buffer.from('\r\n')]), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  const contentType = structured(parsed.headers.get('content-type'));
  // More than one From field must not hide behind the one that the library picks.
  const fromFields = section.toString('latin1').match(/^from[ \t]*:/gim)?.length ?? 0;
  const from = addressesIn(parsed.from).map((address) => canonicalAddress(address) ?? '');
  return {
    contentType: contentType.value.toLowerCase(),
    parameters: contentType.params,
    subject: parsed.subject ?? null,
    from: fromFields > 1 || from.length < fromFields ? [...from, ''] : from,
    addressees: [parsed.to, parsed.cc]
      .flatMap(addressesIn)
      .map(canonicalAddress)
      .filter((address) => address !== null),
  };
}

type HeaderValues = ReturnType<Headers['get']>;

function structured(value: HeaderValues): { readonly value: string; readonly params: Record<string, string> } {
  if (typeof value === 'object' && 'params' in value && typeof value.value === 'string') {
    return { value: value.value, params: { ...value.params } };
  }
  return { value: 'text/plain', params: {} };
}

type Addresses = { readonly value: readonly AddressValue[] };
type AddressValue = { readonly address?: string | undefined; readonly group?: readonly AddressValue[] | undefined };

function addressesIn(field: Addresses | readonly Addresses[] | undefined): string[] {
  if (field === undefined) return [];
  const list: readonly Addresses[] = 'value' in field ? [field] : field;
  const flat = ({ address, group }: AddressValue): string[] => group?.flatMap(flat) ?? (address ? [address] : []);
  return list.flatMap(({ value }) => value.flatMap(flat));
}

export type SignedHalves =
  | { readonly kind: 'halves'; readonly signed: Buffer; readonly signature: string }
  | { readonly kind: 'fault'; readonly cause: string };

/** The two halves of a multipart/signed entity (RFC 3156 §5, RFC 1847 §2.1), octets of the first as they are. */
export function signedHalves(entity: Buffer, header: EntityHeader): SignedHalves {
  const boundary = header.parameters['boundary'] ?? '';
  if (boundary === '' || boundary.length > 70)
    return { kind: 'fault', cause: 'a multipart/signed part without boundary' };
  const parts = splitParts(entity, boundary);
  const [signed, second] = parts;
  if (signed === undefined || second === undefined || parts.length !== 2) {
    return { kind: 'fault', cause: `a multipart/signed part of ${parts.length} parts instead of two` };
  }
  // Two searches, not one pattern: that starts over at each first line, and a part of such lines holds the thread.
  const start = second.indexOf(armorStart);
  const end = start < 0 ? -1 : second.indexOf(armorEnd, start);
  if (end < 0) return { kind: 'fault', cause: 'a multipart/signed part without an armored signature' };
  return { kind: 'halves', signed, signature: `${second.toString('latin1', start, end)}${armorEnd}\r\n` };
}

const armorStart = '-----BEGIN PGP SIGNATURE-----';
const armorEnd = '-----END PGP SIGNATURE-----';

/** Parts between delimiter lines; the CRLF before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function splitParts(entity: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts: Buffer[] = [];
  let start = -1;
  for (let at = entity.indexOf(delimiter); at >= 0; at = entity.indexOf(delimiter, at + delimiter.length)) {
    const lineEnd = entity.indexOf('\r\n', at + 2);
    const rest = entity.toString('latin1', at + delimiter.length, lineEnd < 0 ? entity.length : lineEnd);
    const isDelimiter = /^[ \t]*$/.test(rest);
    const isClose = /^--[ \t]*$/.test(rest);
    if (!isDelimiter && !isClose) continue;
    if (start >= 0) parts.push(entity.subarray(start, at));
    start = isClose || lineEnd < 0 ? -1 : lineEnd + 2;
    if (isClose) break;
  }
  return parts;
}
