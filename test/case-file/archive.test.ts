import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ArchiveInput, caseArchive } from '../../src/case-file/archive.ts';
import { attachmentOf } from '../../src/case-file/attachments.ts';
import { added, alice, both, confirmed, firstMail, mail, open, start, story, system } from '../cases/story.ts';
import { zipEntries } from '../helpers/zip-entries.ts';

const content = Buffer.from('%PDF');
const digest = createHash('sha256').update(content).digest('hex');
const otherContent = Buffer.from('%PDF other');
const other = createHash('sha256').update(otherContent).digest('hex');

function input(fileName: string, changes: Partial<ArchiveInput> = {}): ArchiveInput {
  const told = story();
  open(told, 'disgruntled-admin');
  const event = added('d1', 'other');
  told.tell(alice, { ...event, document: { ...event.document, fileName, digest } });
  told.tell(system, mail('../../m2', start));
  const head = { seq: 0, hash: '' };
  return {
    kept: { case: told.case, events: told.events },
    audit: { rows: [], head, verification: { ok: false, seq: 3, cause: 'the row was changed' } },
    order: null,
    deliveries: [],
    engineering: 'by hand',
    admins: both,
    document: async () => content,
    mail: async () => Buffer.from('From: a@b.test\r\n\r\n'),
    sign: async () => ({ armored: 'signature', fingerprint: 'F' }),
    publicKey: async () => 'public key',
    now: start,
    ...changes,
  };
}

describe('archive of a case', () => {
  it.each([
    ['../../etc/passwd', 'evidence/d1-etc_passwd'],
    ['C:\\x\\y.pdf', 'evidence/d1-C_x_y.pdf'],
    ['.bashrc', 'evidence/d1-bashrc'],
    ['\u202efdp.exe', 'evidence/d1-fdp.exe'],
    ['…', 'evidence/d1-file'],
  ])('names of others lead nowhere: %s', async (fileName, expected) => {
    const names = [...zipEntries(await caseArchive(input(fileName))).keys()];
    expect(names).toContain(expected);
    expect(names).toContain('mails/2-m2.eml');
    expect(names.filter((name) => name.includes('..') || name.startsWith('/'))).toEqual([]);
  });

  it('is not made when a document is gone or is not what was kept', async () => {
    for (const document of [async () => null, async () => Buffer.from('other')]) {
      await expect(caseArchive(input('a.pdf', { document }))).rejects.toThrow('document d1 of the case');
    }
  });

  it('says when the audit log does not verify, and which mail is gone', async () => {
    const gone = async (reference: string) => (reference === '../../m2' ? null : Buffer.from('From: a@b.test\r\n\r\n'));
    const files = zipEntries(await caseArchive(input('a.pdf', { mail: gone })));
    const summary = files.get('summary.html')?.toString() ?? '';
    expect(summary).toContain('THE LOG DOES NOT VERIFY from row 3 on');
    expect(summary).toContain('<td>MISSING: mails/2-m2.eml is no longer kept</td>');
    expect(summary).toContain('<td>mails/1-m1-0.eml</td>');
    expect([...files.keys()].filter((name) => name.startsWith('mails/'))).toEqual(['mails/1-m1-0.eml']);
    const list = files.get('SHA256SUMS')?.toString() ?? '';
    expect(list.split('\n').filter((line) => line.includes('mails/'))).toEqual([
      expect.stringMatching(/^[0-9a-f]{64} {2}mails\/1-m1-0\.eml$/),
      '# missing: mails/2-m2.eml',
    ]);
    expect(files.get('events.jsonl')?.toString().split('\n')).toHaveLength(4);
  });

  it('tells of each document where it came from, and of a court order whose court it is', async () => {
    const told = story();
    open(told, 'mistake');
    const event = added('d1', 'court-order');
    const origin = { kind: 'mail', reference: firstMail.reference } as const;
    told.tell(alice, { ...event, document: { ...event.document, digest, origin } });
    told.tell(alice, { ...added('d2', 'other'), document: { ...added('d2', 'other').document, digest: other } });
    told.tell(alice, { kind: 'document-looked', documentId: 'd1' });
    told.tell(alice, confirmed('d1', true));
    const kept = { case: told.case, events: told.events };
    const document = async (id: string) => (id === 'd1' ? content : otherContent);
    const files = zipEntries(await caseArchive(input('a.pdf', { kept, document })));
    const summary = files.get('summary.html')?.toString() ?? '';
    expect(summary).toContain('<td>the mail m1-0, added by alice</td>');
    expect(summary).toContain('<td>uploaded by alice</td>');
    expect(summary).toContain('jurisdiction: Superior Court of Somewhere; seat of the company</td>');
  });
});

describe('attachments of a mail', () => {
  it('are numbered in order and carried over octet for octet', async () => {
    const octets = Buffer.from([0, 255, 13, 10, 46]);
    const part = (name: string, body: string): string[] => [
      '--x',
      'Content-Type: application/octet-stream',
      `Content-Disposition: attachment${name}`,
      'Content-Transfer-Encoding: base64',
      '',
      body,
    ];
    const raw = [
      'From: a@b.test',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      ...part('; filename="a.bin"', octets.toString('base64')),
      ...part('', 'AA=='),
      '--x--',
      '',
    ].join('\r\n');
    const first = await attachmentOf(Buffer.from(raw), 1);
    expect(first).toMatchObject({ kind: 'found', attachment: { fileName: 'a.bin' } });
    expect(first.kind === 'found' && first.attachment.content.equals(octets)).toBe(true);
    expect(await attachmentOf(Buffer.from(raw), 2)).toMatchObject({ attachment: { fileName: 'attachment-2' } });
    for (const number of [0, -1, 3, 0.5]) {
      expect(await attachmentOf(Buffer.from(raw), number)).toEqual({ kind: 'missing', count: 2 });
    }
    expect(await attachmentOf(Buffer.from('From: a@b.test\r\n\r\ntext'), 1)).toEqual({ kind: 'missing', count: 0 });
  });

  it('of a mail that is made to cost much are refused in words', async () => {
    const parts = Array.from({ length: 2_000 }, () => '--x\r\nContent-Type: application/pdf\r\n\r\nx\r\n').join('');
    const raw = `From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${parts}--x--\r\n`;
    expect(await attachmentOf(Buffer.from(raw), 1)).toMatchObject({ kind: 'unreadable' });
  });

  it('that are mails themselves are kept whole, with what hangs on them', async () => {
    const inner = 'From: c@d.test\r\nContent-Type: application/pdf\r\n\r\n%PDF';
    const head = 'From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n';
    const raw = `${head}--x\r\n\r\ntext\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--x--\r\n`;
    const found = await attachmentOf(Buffer.from(raw), 1);
    expect(found.kind === 'found' ? found.attachment.content.toString() : found.kind).toBe(inner);
  });
});
