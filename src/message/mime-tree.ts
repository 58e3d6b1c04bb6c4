/**
 * The MIME tree of a mail while its octets stream by (RFC 2045, RFC 2046). Leaves are transfer-decoded, hashed and
 * counted; only what is read later (texts, PGP parts) is kept, and only up to its limit. Attached messages are leaves.
 *
 * The parts, the texts and the octets that a PGP signature covers all come from this one splitting, so nothing that is
 * shown can be outside what was verified.
 */
import { createHash, type Hash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { type MessageChunk, type MimeNode, Splitter, type SplitterChunk } from '@zone-eu/mailsplit';
import { type AttachedKind, attachedKindOf, isShownText } from './attached-kind.ts';
import type { PartSummary, ReadLimits } from './message.ts';
import { createTransferDecoder, type TransferDecoder } from './transfer-encoding.ts';

export type MimePart = {
  /** Lower-case `type/subtype`. */
  readonly contentType: string;
  /** The Content-Type value as written, unfolded, for its parameters. */
  readonly contentTypeValue: string;
  readonly charset: string | null;
  /** `format=flowed`, and its DelSp (RFC 3676). */
  readonly flowed: boolean;
  readonly deleteSpace: boolean;
  readonly disposition: 'inline' | 'attachment' | null;
  readonly fileName: string | null;
  /** The name is in a charset that nobody here reads, though another program may. */
  readonly isNameUnread: boolean;
  /** A file whose text is read; null for the letter itself and for all others. */
  readonly attached: AttachedKind | null;
  /** Empty for a leaf. */
  readonly children: readonly MimePart[];
  /** Octets after transfer decoding; 0 for a multipart. */
  readonly size: number;
  /** SHA-256 of the decoded octets, lower-case hex. */
  readonly sha256: string;
  /** The decoded octets that were kept, from the first one on. */
  readonly octets: Buffer;
  /** The part was to be read, and is longer than its limit. */
  readonly cut: boolean;
};

export type MimeTree = {
  readonly root: MimePart;
  /** The Subject field of the whole as written, unfolded. */
  readonly subject: string;
  /** For a top-level multipart/signed, what its signature may cover. */
  readonly signedSpan: SignedSpan | null;
};

export type SignedSpan = {
  /** From the first octet of the first part up to the header of the second, the delimiter line included; null over the limit. */
  readonly octets: Buffer | null;
  readonly boundary: Buffer;
  /** What follows the second part, its delimiter line included; capped. */
  readonly tail: Buffer;
};

export type MimeReader = {
  /** Resolves when the chunk is taken; never rejects, trouble shows in `finish`. */
  write(chunk: Buffer): Promise<void>;
  /** Rejects with `MimeFault` or whatever the decoders threw. */
  finish(): Promise<MimeTree>;
};

/** The mail breaks a limit of reading; `message` is one line for staff. */
class MimeFault extends Error {
  override readonly name = 'MimeFault';
}

/** A leaf whose octets are wanted whole, whatever it is. */
export type WantedLeaf = {
  /** Its place among the leaves, from 0, as `leavesOf` orders them. */
  readonly index: number;
  /** Most octets of it that are kept. */
  readonly octets: number;
};

export function openMimeReader(limits: ReadLimits, wanted: WantedLeaf | null = null): MimeReader {
  const splitter = new Splitter({
    ignoreEmbedded: true,
    maxHeadSize: limits.headerBytes,
    maxChildNodes: limits.mimeParts,
  });
  const building = buildTree(splitter, new TreeBuilder(limits, wanted));
  building.catch(() => undefined); // taken up by `finish`; until then the writer only has to go on
  let octetsIn = 0;

  async function write(chunk: Buffer): Promise<void> {
    if (splitter.destroyed) return;
    octetsIn += chunk.length;
    if (!splitter.write(chunk)) await drained(splitter);
  }

  async function finish(): Promise<MimeTree> {
    if (!splitter.destroyed) splitter.end();
    const { root, subject, signedSpan, octetsOut } = await building;
    // A span that lost octets on the way is not what was sent.
    return { root, subject, signedSpan: octetsOut === octetsIn ? signedSpan : null };
  }

  return { write, finish };
}

/** Resolves when the stream takes more, or never will. */
function drained(stream: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.on('drain', settle).on('close', settle);
  });
}

/** Most octets of part headers below the top; each one may be as long as the top's otherwise. */
const maxPartHeaderBytes = 1024 * 1024;
const maxTailBytes = 8 * 1024;
const maxSignatureBytes = 64 * 1024;
const maxControlBytes = 4 * 1024;
/** An attached mail with pictures is longer; its text stands before them. */
const maxAttachedBytes = 64 * 1024;
const armorStart = '-----BEGIN PGP ';

type BuiltTree = MimeTree & { readonly octetsOut: number };

async function buildTree(splitter: Splitter, builder: TreeBuilder): Promise<BuiltTree> {
  for await (const event of splitter) builder.take(event as SplitterChunk);
  return builder.finish();
}

class TreeBuilder {
  readonly #limits: ReadLimits;
  readonly #wanted: WantedLeaf | null;
  readonly #parts = new Map<MimeNode, PartBuilder>();
  #root: PartBuilder | null = null;
  #current: PartBuilder | null = null;
  #span: SpanBuilder | null = null;
  #partHeaderBytes = 0;
  #octetsOut = 0;

  constructor(limits: ReadLimits, wanted: WantedLeaf | null) {
    this.#limits = limits;
    this.#wanted = wanted;
  }

  take(event: SplitterChunk): void {
    if (event.type === 'node') {
      this.#openPart(event);
      return;
    }
    this.#octetsOut += event.value.length;
    this.#span?.add(event.value, event.type === 'data' && event.node.root);
    if (event.type === 'body') this.#parts.get(event.node)?.push(event.value);
    else this.#takeStructure(event);
  }

  finish(): BuiltTree {
    this.#current?.close();
    if (this.#root === null) throw new MimeFault('no header and no body');
    return {
      root: this.#root.part(),
      subject: this.#root.subject,
      signedSpan: this.#span?.span() ?? null,
      octetsOut: this.#octetsOut,
    };
  }

  #openPart(node: MimeNode): void {
    this.#current?.close();
    const header = node.getHeaders();
    this.#octetsOut += header.length;
    const parent = node.parentNode === false ? null : (this.#parts.get(node.parentNode) ?? null);
    const part = new PartBuilder(node, parent, this.#limits);
    this.#keepWithinLimits(part, header.length);
    this.#parts.set(node, part);
    this.#current = part;
    if (this.#root === null) this.#openRoot(part, node);
    else this.#openChild(part, parent, header);
    const { index, octets } = this.#wanted ?? { index: -1, octets: 0 };
    if (this.#leavesBefore(part) === index) part.keep(octets);
  }

  /** Whoever has no child by now and is not around this part gets none any more. */
  #leavesBefore(part: PartBuilder): number {
    if (this.#wanted === null) return 0;
    return [...this.#parts.values()].filter((known) => known !== part && !known.hasChildren).length;
  }

  #openRoot(part: PartBuilder, node: MimeNode): void {
    this.#root = part;
    if (part.contentType === 'multipart/signed' && node._boundary !== false) {
      this.#span = new SpanBuilder(node._boundary, this.#limits.pgpBytes);
    }
  }

  #openChild(part: PartBuilder, parent: PartBuilder | null, header: Buffer): void {
    (parent ?? this.#root)?.adopt(part);
    if (parent === this.#root) this.#span?.nextPart();
    this.#span?.add(header, false);
  }

  #keepWithinLimits(part: PartBuilder, headerBytes: number): void {
    if (part.depth > this.#limits.mimeDepth) throw new MimeFault(`parts nested deeper than ${this.#limits.mimeDepth}`);
    if (this.#parts.size >= this.#limits.mimeParts) throw new MimeFault(`more than ${this.#limits.mimeParts} parts`);
    if (part.depth > 0) this.#partHeaderBytes += headerBytes;
    if (this.#partHeaderBytes > maxPartHeaderBytes) throw new MimeFault('the headers of the parts are too large');
  }

  /** Delimiters, preamble, epilogue. A multipart without any part is read as text: somebody may show it that way. */
  #takeStructure(event: MessageChunk): void {
    const part = this.#parts.get(event.node);
    if (part === undefined) return;
    if (part.isMultipart && !part.hasChildren) part.push(event.value);
  }
}

class PartBuilder {
  readonly contentType: string;
  readonly isMultipart: boolean;
  readonly depth: number;
  readonly #node: MimeNode;
  readonly #attached: AttachedKind | null;
  #keep: number;
  readonly #limits: ReadLimits;
  readonly #decoder: TransferDecoder;
  #hash: Hash = createHash('sha256');
  #size = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #children: PartBuilder[] = [];
  #armored = false;
  #sha256: string | null = null;

  constructor(node: MimeNode, parent: PartBuilder | null, limits: ReadLimits) {
    this.#node = node;
    this.#limits = limits;
    this.contentType = typeOf(node) ?? (parent === null ? 'text/plain' : 'application/octet-stream');
    this.isMultipart = node.multipart !== false;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.#attached = this.isMultipart ? null : attachedKindOf(this.contentType, dispositionOf(node), nameOf(node));
    this.#keep = this.#octetsToKeep(parent);
    this.#decoder = createTransferDecoder(this.isMultipart ? '' : node.encoding || '');
  }

  get subject(): string {
    return this.#node.headers === false ? '' : this.#node.headers.getFirst('subject');
  }

  get hasChildren(): boolean {
    return this.#children.length > 0;
  }

  adopt(child: PartBuilder): void {
    if (!this.hasChildren) {
      this.#kept = [];
      this.#keptBytes = 0;
    }
    this.#children.push(child);
  }

  /** Keeps so many octets at least. */
  keep(octets: number): void {
    this.#keep = Math.max(this.#keep, octets);
  }

  push(octets: Buffer): void {
    this.#take(this.#decoder.push(octets));
  }

  /** No more octets come. A multipart that has parts by now is closed as well, which changes nothing. */
  close(): void {
    this.#take(this.#decoder.end());
  }

  part(): MimePart {
    const isLeaf = !this.hasChildren;
    const octets = Buffer.concat(this.#kept);
    return {
      // A multipart in which no part was found is shown as the text it is.
      contentType: isLeaf && this.isMultipart ? 'text/plain' : this.contentType,
      contentTypeValue: this.#node.headers === false ? '' : this.#node.headers.getFirst('content-type'),
      charset: this.#node.charset || null,
      flowed: this.#node.flowed,
      deleteSpace: this.#node.delSp,
      disposition: dispositionOf(this.#node),
      fileName: nameOf(this.#node),
      isNameUnread: this.#node.filename !== false && isUnreadName(this.#node.filename),
      attached: this.#attached,
      children: this.#children.map((child) => child.part()),
      size: isLeaf ? this.#size : 0,
      sha256: (this.#sha256 ??= this.#hash.digest('hex')),
      octets,
      cut: isLeaf && this.#keep > 0 && octets.length < this.#size,
    };
  }

  #take(octets: Buffer): void {
    if (octets.length === 0) return;
    if (this.#size === 0 && this.depth === 0) this.#armored = startsWithArmor(octets);
    this.#size += octets.length;
    this.#hash.update(octets);
    const limit = this.#armored ? Math.max(this.#limits.pgpBytes, this.#keep) : this.#keep;
    const room = limit - this.#keptBytes;
    if (room <= 0) return;
    const kept = octets.subarray(0, room);
    this.#kept.push(kept);
    this.#keptBytes += kept.length;
  }

  #octetsToKeep(parent: PartBuilder | null): number {
    if (this.isMultipart) return this.#limits.textBytes;
    if (isShownText(this.contentType, dispositionOf(this.#node))) {
      return this.contentType === 'text/html' ? this.#limits.htmlBytes : this.#limits.textBytes;
    }
    if (this.contentType === 'application/pgp-signature') return maxSignatureBytes;
    if (this.contentType === 'application/pgp-encrypted') return maxControlBytes;
    const isCiphertext = this.contentType === 'application/octet-stream' && parent?.depth === 0 && parent.#hasPgpPart();
    if (isCiphertext) return this.#limits.pgpBytes;
    return this.#attached === null ? 0 : maxAttachedBytes;
  }

  #hasPgpPart(): boolean {
    return this.#children.some((child) => child.contentType === 'application/pgp-encrypted');
  }
}

/** Collects the octets between the start of the first part and the header of the second. */
class SpanBuilder {
  readonly #boundary: Buffer;
  readonly #limit: number;
  #parts = 0;
  #first: Buffer[] = [];
  #firstBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;

  constructor(boundary: Buffer, limit: number) {
    this.#boundary = boundary;
    this.#limit = limit;
  }

  nextPart(): void {
    this.#parts += 1;
  }

  /** `structure`: a delimiter, preamble or epilogue of the top level. */
  add(octets: Buffer, structure: boolean): void {
    if (this.#parts === 1) {
      this.#firstBytes += octets.length;
      if (this.#firstBytes <= this.#limit) this.#first.push(octets);
      else this.#first = [];
    } else if (this.#parts > 1 && structure && this.#tailBytes < maxTailBytes) {
      this.#tail.push(octets);
      this.#tailBytes += octets.length;
    }
  }

  span(): SignedSpan {
    return {
      octets: this.#firstBytes > this.#limit ? null : Buffer.concat(this.#first),
      boundary: this.#boundary,
      tail: Buffer.concat(this.#tail),
    };
  }
}

/** The leaves in the order of the mail. */
export function leavesOf(part: MimePart): readonly MimePart[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf);
}

export function summaryOf({ contentType, fileName, disposition, size, sha256 }: MimePart): PartSummary {
  return { contentType, fileName, disposition, size, sha256 };
}

/** Some mailers forget the semicolon: `text/plain charset=us-ascii`. */
function typeOf(node: MimeNode): string | null {
  return (node.contentType || '').split(/\s/, 1)[0] || null;
}

/** RFC 2183 §2.8: an unknown disposition is an attachment. */
function dispositionOf(node: MimeNode): MimePart['disposition'] {
  if (node.disposition === false) return null;
  return node.disposition === 'inline' ? 'inline' : 'attachment';
}

function nameOf(node: MimeNode): string | null {
  return node.filename === false ? null : fileNameOf(node.filename);
}

const shifts = [String.fromCharCode(0x0e), String.fromCharCode(0x1b)];

/** Escapes of ISO 2022 are left in it, or nothing was made of its octets. */
function isUnreadName(name: string): boolean {
  const letters = name.replace(/\.\w{1,8}$/, '').match(/\p{L}/gu)?.length ?? 0;
  return shifts.some((shift) => name.includes(shift)) || (name.match(/\ufffd/g)?.length ?? 0) > letters;
}

const maxFileName = 255;

function fileNameOf(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, maxFileName)
    .toWellFormed();
}

function startsWithArmor(octets: Buffer): boolean {
  return octets.toString('latin1', 0, 256).trimStart().startsWith(armorStart);
}
