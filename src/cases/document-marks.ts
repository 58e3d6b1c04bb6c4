/** What staff are warned of before they open a document. Found by its name and its octets; nothing is ever opened. */
import type { DocumentMark } from './evidence.ts';

/** Above this a document is marked. */
const hugeOctets = 25 * 1024 * 1024;
const searchedOctets = 1024 * 1024;

const executableNames = new RegExp(
  `\\.(?:${[
    'exe|com|scr|pif|cpl|msi|msp|mst|msix|msixbundle|appx|application|gadget|dll|sys|xll|bat|cmd|ps1|psm1|psc1|vb|vbs|vbe',
    'js|jse|mjs|cjs|ws|wsf|wsc|wsh|sct|hta|scf|inf|lnk|url|desktop|reg|rdp|jnlp|jar|class|apk|dex|app|command|workflow|dmg|pkg',
    'deb|rpm|run|sh|bash|zsh|csh|py|pyz|pl|rb|elf|so|wasm|iso|img|vhd|vhdx|docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppam|ppsm',
    'iqy|slk|one|ade|adp|mde|mdb|accde|svgz?|html?|xhtml|mhtml?|xml|xslt?|chm',
  ].join('|')})$`,
  'i',
);
/** What is sealed by its kind. */
const sealedNames = /\.(?:pgp|gpg|p7m|age|kdbx|vc|hc|axx|aes|enc)$/i;

const executableStarts: readonly Buffer[] = [
  Buffer.from('MZ'),
  Buffer.from('\x7fELF', 'latin1'),
  Buffer.from('#!'),
  Buffer.from('cafebabe', 'hex'),
  Buffer.from('feedface', 'hex'),
  Buffer.from('feedfacf', 'hex'),
  Buffer.from('cefaedfe', 'hex'),
  Buffer.from('cffaedfe', 'hex'),
  Buffer.from('\0asm', 'latin1'),
  Buffer.from('dex\n', 'latin1'),
  // A shell link ([MS-SHLLINK] 2.1).
  Buffer.from('4c0000000114020000000000c0000000', 'hex'),
];

export function documentMarks(fileName: string, content: Buffer): readonly DocumentMark[] {
  return [
    ...(isExecutable(fileName, content) ? ['executable' as const] : []),
    ...(isEncrypted(fileName, content) ? ['encrypted' as const] : []),
    ...(content.length > hugeOctets ? ['huge' as const] : []),
  ];
}

function isExecutable(fileName: string, content: Buffer): boolean {
  return executableNames.test(nameOf(fileName)) || executableStarts.some((start) => startsWith(content, start));
}

/** Windows drops spaces and dots at the end of a name. */
function nameOf(fileName: string): string {
  return fileName.replace(/[\s.]+$/u, '');
}

function isEncrypted(fileName: string, content: Buffer): boolean {
  if (sealedNames.test(nameOf(fileName))) return true;
  if (startsWith(content, Buffer.from('PK\x03\x04', 'latin1'))) return hasSealedEntry(content);
  if (startsWith(content, Buffer.from('%PDF-'))) {
    return [content.subarray(0, searchedOctets), content.subarray(-searchedOctets)].some((part) =>
      part.includes('/Encrypt'),
    );
  }
  // Office documents with a password lie in a compound file under this name, in UTF-16.
  const isCompound = startsWith(content, Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  if (isCompound) return content.subarray(0, searchedOctets).includes(Buffer.from('EncryptedPackage', 'utf16le'));
  const text = content.subarray(0, 200).toString('latin1').trimStart();
  return ['-----BEGIN PGP MESSAGE-----', '-----BEGIN AGE ENCRYPTED', 'age-encryption.org/', 'Salted__'].some((start) =>
    text.startsWith(start),
  );
}

/** Bit 0 of the general purpose flag (APPNOTE 4.4.4), of the first entry and of those that the directory at the end names. */
function hasSealedEntry(content: Buffer): boolean {
  if (content.length > 7 && (content.readUInt16LE(6) & 1) === 1) return true;
  const end = content.subarray(-searchedOctets);
  const entry = Buffer.from('PK\x01\x02', 'latin1');
  for (let at = end.indexOf(entry); at !== -1; at = end.indexOf(entry, at + 4)) {
    if (at + 10 <= end.length && (end.readUInt16LE(at + 8) & 1) === 1) return true;
  }
  return false;
}

function startsWith(content: Buffer, start: Buffer): boolean {
  return content.subarray(0, start.length).equals(start);
}
