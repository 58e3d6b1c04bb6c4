/** Which parts of a mail are its letter, and which are files with text in them. */

/** Text that mail programs show in the body, not as an attachment. */
export function isShownText(contentType: string, disposition: 'inline' | 'attachment' | null): boolean {
  return (contentType === 'text/plain' || contentType === 'text/html') && disposition !== 'attachment';
}

/** What an attached file may be whose text is read. */
export type AttachedKind = 'text' | 'page' | 'calendar' | 'mail';

const forPrograms =
  /\.(?:log|csv|tsv|json|xml|ya?ml|conf|cfg|cnf|ini|properties|trace|dump|diff|patch|sql|py|js|ts|java|sh|ps1|bat|cer|crt|pem|key|asc|sig|vcf)(?:\.\d+)?$/i;
const byName: readonly (readonly [RegExp, AttachedKind])[] = [
  [/\.(?:txt|text|md)$/i, 'text'],
  [/\.html?$/i, 'page'],
  [/\.ics$/i, 'calendar'],
  [/\.eml$/i, 'mail'],
];

/** Null for what is the letter itself, and for what is not read. */
export function attachedKindOf(
  contentType: string,
  disposition: 'inline' | 'attachment' | null,
  fileName: string | null,
): AttachedKind | null {
  if (isShownText(contentType, disposition) || forPrograms.test(fileName ?? '')) return null;
  if (contentType === 'message/rfc822' || contentType === 'message/global') return 'mail';
  if (contentType === 'text/calendar') return 'calendar';
  if (contentType === 'text/plain' || contentType === 'text/markdown') return 'text';
  if (contentType === 'text/html') return 'page';
  if (contentType !== 'application/octet-stream') return null;
  return byName.find(([name]) => name.test(fileName ?? ''))?.[1] ?? null;
}
