/** Octets from outside as a file that a browser saves and never shows. */
import type { ConsoleContext } from './environment.ts';

const longestName = 120;

/** Served as octets whatever they claim to be: a browser must neither render nor guess. */
export function saveAs(context: ConsoleContext, name: string, body: Uint8Array): Response {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\x20-\x7e]|["%\\]/g, '_');
  context.header('content-type', 'application/octet-stream');
  // RFC 6266 §4.3: the second one counts where it is understood (RFC 8187).
  const full = ascii === safe ? '' : `; filename*=UTF-8''${encoded(safe)}`;
  context.header('content-disposition', `attachment; filename="${ascii}"${full}`);
  return context.body(new Uint8Array(body));
}

/** A name without folders, drives, devices, hidden files, or letters that turn what is read around. */
export function safeFileName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\ufffd]+/gu, '')
    .replace(/[/\\:*?"<>|]+/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const end = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? '';
  const cut = plain.length <= longestName ? plain : `${plain.slice(0, longestName - end.length).toWellFormed()}${end}`;
  if (cut === '') return 'attachment';
  // Devices of Windows, whatever follows the first dot.
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(cut) ? `_${cut}` : cut;
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
