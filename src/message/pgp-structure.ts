/**
 * How PGP is used in a mail, by structure alone. It covers all content only as one top-level multipart/signed, as one
 * encrypted part (RFC 3156 §4, or as Exchange mangles it), or as one inline block with nothing around it. Anything else
 * is `partial`: true of a part, and no word about the rest.
 */
import { decodeCharset } from './charset.ts';
import type { PgpStructure } from './message.ts';
import { parameterOf } from './mime-parameter.ts';
import { leavesOf, type MimePart, type MimeTree, type SignedSpan } from './mime-tree.ts';

export function pgpStructureOf(tree: MimeTree): PgpStructure {
  const { root } = tree;
  if (root.contentType === 'multipart/signed' && isPgp(protocolOf(root))) return signed(root, tree.signedSpan);
  if (root.contentType === 'multipart/encrypted' && isPgp(protocolOf(root))) {
    return encrypted(root.children, 'rfc3156');
  }
  if (isMangled(root)) return encrypted(root.children.slice(1), 'exchange');
  if (root.children.length === 0 && root.contentType === 'text/plain') return inline(root);
  return traceOf(root);
}

function partial(cause: string): PgpStructure {
  return { kind: 'partial', cause, encrypted: false };
}

function partlyEncrypted(cause: string): PgpStructure {
  return { kind: 'partial', cause, encrypted: true };
}

/** RFC 3156 §5. */
function signed(root: MimePart, span: SignedSpan | null): PgpStructure {
  const [, signature, ...more] = root.children;
  if (signature === undefined || more.length > 0) return partial(`multipart/signed of ${root.children.length} parts`);
  if (signature.contentType !== 'application/pgp-signature' || signature.children.length > 0) {
    return partial(`the second part of multipart/signed is ${signature.contentType}`);
  }
  if (span === null) return partial('the parts of multipart/signed cannot be told apart octet by octet');
  if (span.octets === null || signature.cut) return partial('too large: the signed part is over the limit');
  const octets = withoutDelimiter(span.octets, span.boundary);
  if (octets === null) return partial('no clear delimiter between signed part and signature');
  if (!isClosed(span)) return partial('text after the signed parts, or no closing delimiter');
  return { kind: 'signed', signed: octets, signature: signature.octets.toString('latin1') };
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function withoutDelimiter(octets: Buffer, boundary: Buffer): Buffer | null {
  const delimiter = Buffer.concat([Buffer.from('\r\n--'), boundary, Buffer.from('\r\n')]);
  const end = octets.length - delimiter.length;
  return end >= 0 && octets.subarray(end).equals(delimiter) ? octets.subarray(0, end) : null;
}

function isClosed({ tail, boundary }: SignedSpan): boolean {
  return tail.toString('latin1').trim() === `--${boundary.toString('latin1')}--`;
}

function isMangled(root: MimePart): boolean {
  const [first, second, third] = root.children;
  return (
    root.contentType === 'multipart/mixed' &&
    root.children.length === 3 &&
    first?.contentType === 'text/plain' &&
    first.octets.toString('latin1').trim() === '' &&
    !first.cut &&
    second?.contentType === 'application/pgp-encrypted' &&
    third?.contentType === 'application/octet-stream'
  );
}

function encrypted(parts: readonly MimePart[], form: 'rfc3156' | 'exchange'): PgpStructure {
  const [control, ciphertext, ...more] = parts;
  if (ciphertext === undefined || more.length > 0) return partlyEncrypted(`an encrypted mail of ${parts.length} parts`);
  if (
    control?.contentType !== 'application/pgp-encrypted' ||
    !/^Version:\s*1\s*$/im.test(control.octets.toString('latin1'))
  ) {
    return partlyEncrypted('no PGP/MIME version in the encrypted mail');
  }
  if (ciphertext.contentType !== 'application/octet-stream') {
    return partlyEncrypted(`the encrypted part is ${ciphertext.contentType}`);
  }
  if (ciphertext.cut) return partlyEncrypted('too large: the encrypted part is over the limit');
  const armored = ciphertext.octets.toString('latin1').trim();
  return isSoleBlock(armored, 'MESSAGE')
    ? { kind: 'encrypted', armored, form }
    : partlyEncrypted('the encrypted part is not one armored message');
}

/** The only part of the mail; armored text is all of it, or PGP covers a part only. */
function inline(root: MimePart): PgpStructure {
  const text = root.octets.toString('latin1');
  const found = armorOf(text);
  if (found === null) return { kind: 'none' };
  const some = isSealed(text) ? partlyEncrypted : partial;
  if (root.cut) return some('too large: the armored text is over the limit');
  // A multipart in which no part was found is read as text here, and otherwise elsewhere.
  if (/^\s*multipart/i.test(root.contentTypeValue) || root.disposition === 'attachment') {
    return some('PGP armor in a mail that is not plain text throughout');
  }
  const armored = decodeCharset(root.octets, root.charset).trim();
  if (isSoleBlock(armored, 'MESSAGE')) return { kind: 'inline-encrypted', armored };
  if (isSoleCleartext(armored)) return { kind: 'inline-signed', armored };
  return some(`PGP ${found.toLowerCase()} with something around it`);
}

/** One armored block, first line to last. */
function isSoleBlock(text: string, label: string): boolean {
  return (
    text.startsWith(`-----BEGIN PGP ${label}-----`) &&
    text.endsWith(`-----END PGP ${label}-----`) &&
    armorLines(text) === 2
  );
}

/** One cleartext block (RFC 9580 §7): header, text, signature; three armor lines in this order and no fourth. */
function isSoleCleartext(text: string): boolean {
  return (
    text.startsWith('-----BEGIN PGP SIGNED MESSAGE-----') &&
    /^-----BEGIN PGP SIGNATURE-----/m.test(text) &&
    text.endsWith('-----END PGP SIGNATURE-----') &&
    armorLines(text) === 3
  );
}

function armorLines(text: string): number {
  return text.match(/^-----(?:BEGIN|END) PGP /gm)?.length ?? 0;
}

/** What kind of armor stands at the start of a line; public keys cover nothing. */
function armorOf(text: string): string | null {
  return /^-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|SIGNATURE)/m.exec(text)?.[1] ?? null;
}

/** Encrypted, or signed in a form that nobody reads without a program. */
function isSealed(text: string): boolean {
  return /^-----BEGIN PGP MESSAGE/m.test(text);
}

/** PGP anywhere below, where it cannot cover all of the mail. */
function traceOf(root: MimePart): PgpStructure {
  const leaves = leavesOf(root);
  // An attached letter is an attachment: its signature says nothing about this mail.
  const armored = leaves.map((leaf) => (leaf.attached === null ? armorText(leaf) : ''));
  const isEncrypted = leaves.some((leaf) => leaf.contentType === 'application/pgp-encrypted') || armored.some(isSealed);
  const some = isEncrypted ? partlyEncrypted : partial;
  const typed = leaves.find((leaf) => /^application\/pgp(?:-signature|-encrypted)?$/.test(leaf.contentType));
  if (typed !== undefined) return some(`${typed.contentType} inside ${root.contentType}`);
  const hasArmor = armored.some((text) => armorOf(text) !== null);
  return hasArmor ? some(`PGP armor inside ${root.contentType}`) : { kind: 'none' };
}

/** In HTML an armor line may follow a tag. */
function armorText(leaf: MimePart): string {
  const text = leaf.octets.toString('latin1');
  return leaf.contentType === 'text/html' ? text.replaceAll('>-----BEGIN', '\n-----BEGIN') : text;
}

function protocolOf(part: MimePart): string {
  return (parameterOf(part.contentTypeValue, 'protocol') ?? '').toLowerCase();
}

function isPgp(protocol: string): boolean {
  return protocol === 'application/pgp-signature' || protocol === 'application/pgp-encrypted';
}
