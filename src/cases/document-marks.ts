/** What staff are warned of before they open a document. Found by its name and its octets; nothing is ever opened. */
import type { DocumentMark } from './evidence.ts';

/** Above this a document is marked. */
const hugeOctets = 25 * 1024 * 1024;
const searchedOctets = 1024 * 1024;

const executableNames =
  /\.(?:exe|com|scr|pif|cpl|msi|msix|dll|sys|bat|cmd|ps1|psm1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|lnk|url|reg|jar|class|apk|app|dmg|pkg|deb|rpm|sh|py|pl|rb|elf|so|iso|img|vhd|vhdx|docm|dotm|xlsm|xltm|xlam|pptm|potm|svg|html?|xhtml|chm)$/i;

const executableStarts: readonly Buffer[] = [
  Buffer.from('MZ'),
  Buffer.from('\x7fELF', 'latin1'),
  Buffer.from('#!'),
  Buffer.from('cafebabe', 'hex'),
  Buffer.from('feedface', 'hex'),
  Buffer.from('feedfacf', 'hex'),
  Buffer.from('cefaedfe', 'hex'),
  Buffer.from('cffaedfe', 'hex'),
];

export function documentMarks(fileName: string, content: Buffer): readonly DocumentMark[] {
  return [
    ...(isExecutable(fileName, content) ? ['executable' as const] : []),
    ...(isEncrypted(content) ? ['encrypted' as const] : []),
    ...(content.length > hugeOctets ? ['huge' as const] : []),
  ];
}

function isExecutable(fileName: string, content: Buffer): boolean {
  // Windows drops spaces and dots at the end of a name.
  const name = fileName.replace(/[\s.]+$/u, '');
  return executableNames.test(name) || executableStarts.some((start) => startsWith(content, start));
}

function isEncrypted(content: Buffer): boolean {
  if (startsWith(content, Buffer.from('PK\x03\x04', 'latin1'))) {
    // General purpose flag, bit 0 (APPNOTE 4.4.4).
    return content.length > 7 && (content.readUInt16LE(6) & 1) === 1;
  }
  if (startsWith(content, Buffer.from('%PDF-'))) {
    return [content.subarray(0, searchedOctets), content.subarray(-searchedOctets)].some((part) =>
      part.includes('/Encrypt'),
    );
  }
  // Office documents with a password lie in a compound file under this name, in UTF-16.
  const isCompound = startsWith(content, Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  if (isCompound) return content.subarray(0, searchedOctets).includes(Buffer.from('EncryptedPackage', 'utf16le'));
  return ['-----BEGIN PGP MESSAGE-----', 'Salted__'].some((start) => startsWith(content, Buffer.from(start)));
}

function startsWith(content: Buffer, start: Buffer): boolean {
  return content.subarray(0, start.length).equals(start);
}
