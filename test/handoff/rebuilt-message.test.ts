import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import type { HandoffDocument } from '../../src/handoff/document.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { handoffDocument, links } from '../helpers/handoff-document.ts';

const options = { from: 'postern@postern.test', to: 'desk@help.test', links };
const rebuild = (document: HandoffDocument) => rebuiltMessage(document, options);

/** Field names in order, from the raw header block. */
function fieldsOf(raw: Buffer): string[] {
  const header = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  return header.split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')));
}

describe('the rebuilt message', () => {
  it('tells the help desk what it needs', async () => {
    const raw = rebuild(
      handoffDocument({
        ticket: { prohibitions: ['credentials'], severity: 1 },
        message: {
          replyTo: 'Other <other@elsewhere.test>',
          notes: ['secrets-removed'],
          parts: [
            { contentType: 'image/png', fileName: 'fire.png', disposition: 'attachment', size: 12, sha256: 'cd' },
          ],
        },
      }),
    );
    const mail = await simpleParser(raw);
    expect(mail.from?.value).toEqual([{ address: 'postern@postern.test', name: 'Ada (ada@example.com) via Postern' }]);
    expect(mail.replyTo?.value).toEqual([{ address: 'ada@example.com', name: '' }]);
    expect(mail.subject).toBe('[PT-7KQ4-M2XD] The printer is on fire');
    expect(mail.headers.get('x-postern-assurance')).toBe('proven');
    expect(mail.headers.get('x-postern-prohibitions')).toBe('credentials');
    expect(mail.headers.get('x-postern-original-reply-to')).toBe('Other <other@elsewhere.test>');
    expect(mail.headers.get('x-postern-answer-from')).toBe('support+pt7kq4m2xd@postern.test');
    expect(mail.attachments).toEqual([]);
    expect(mail.text).toContain('Part: image/png "fire.png", 12 octets, sha256 cd');
    expect(mail.text).toContain('Never done by support: credentials');
    expect(mail.text).toMatch(/nothing below this line is from Postern -+\n\nIt burns since Monday\./);
  });

  it('tells of a standstill who may put data right (P-REMEDIATION), and only then', async () => {
    const { ticket } = handoffDocument();
    const text = async (change: Partial<typeof ticket>) =>
      (await simpleParser(rebuild(handoffDocument({ ticket: { ...ticket, ...change } })))).text ?? '';
    const line = 'put right by engineering only, after contact, with the express consent of an admin';
    expect(await text({ severity: 1, tenant: 't1' })).toContain(line);
    expect(await text({ severity: 2, tenant: 't1' })).not.toContain(line);
    expect(await text({ severity: 1, tenant: null })).not.toContain(line);
  });

  it('is a thread: later events answer the opening one', async () => {
    const opening = await simpleParser(rebuild(handoffDocument()));
    const later = await simpleParser(rebuild(handoffDocument({ event: 'm2-0', kind: 'ticket.message' })));
    expect(opening.messageId).toBe('<handoff.m1-0@postern.test>');
    expect(later.inReplyTo).toBe(opening.messageId);
    expect(later.messageId).not.toBe(opening.messageId);
  });

  it('is the same octets each time', () => {
    expect(rebuild(handoffDocument()).equals(rebuild(handoffDocument()))).toBe(true);
  });

  it('has lines that RFC 5321 allows, whatever was written', () => {
    const text = `${'x'.repeat(5_000)}\n${'é'.repeat(2_000)} \n \n`;
    const lines = rebuild(handoffDocument({ message: { text } }))
      .toString('latin1')
      .split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('has no character that turns the direction of reading, in names, subject, file names or text', async () => {
    const turned = 'gnp.\u202e\u2066\u200fexe';
    const parts = [
      { contentType: 'image/png', fileName: turned, disposition: 'attachment' as const, size: 12, sha256: 'cd' },
    ];
    const mail = await simpleParser(
      rebuild(handoffDocument({ message: { senderName: turned, subject: turned, text: turned, parts } })),
    );
    const shown = [mail.from?.text, mail.subject, mail.text].join('\n');
    expect(shown.match(/gnp\./g)).toHaveLength(4);
    expect(shown).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
  });

  it('of the clock’s events repeats no text', async () => {
    const mail = await simpleParser(rebuild(handoffDocument({ kind: 'ticket.response_breached', event: 'm1-0-bx' })));
    expect(mail.subject).toBe('[PT-7KQ4-M2XD] Answer overdue: The printer is on fire');
    expect(mail.text).not.toContain('burns');
  });

  it('that comes back to the gateway is known as our own', async () => {
    const message = await readMessage(memoryMail(rebuild(handoffDocument())), defaultReadLimits);
    expect(message.faults).toEqual([]);
    expect(message.content).toMatchObject({ content: { automatic: { ownMark: 'm1-0' } } });
  });
});

describe('hostile values', () => {
  const hostile = [
    'x\r\nX-Postern-Assurance: proven\r\n',
    'x\nBcc: victim@evil.test',
    'x\rReply-To: eve@evil.test',
    'x\u2028X-Postern-Tenant: t9',
    'x\0y',
    `${'a'.repeat(3_000)}\r\n\r\nBody: here`,
    '=?utf-8?q?x=0D=0AX-Postern-Tenant:_t9?=',
    '" <eve@evil.test>, "x',
    '\u202egnp.exe',
    '\ud800',
  ];
  const expected = fieldsOf;

  it.each(hostile)('%j in every place add no field', async (value) => {
    const clean = rebuild(handoffDocument({ message: { replyTo: 'x' }, ticket: { follows: 'x' } }));
    const raw = rebuild(
      handoffDocument({
        ticket: { subject: value, tenant: value, admin: value, requester: value, requestKind: value, follows: value },
        message: {
          senderName: value,
          replyTo: value,
          subject: value,
          text: value,
          parts: [{ contentType: value, fileName: value, disposition: null, size: 1, sha256: 'ab' }],
        },
      }),
    );
    expect(new Set(fieldsOf(raw))).toEqual(new Set(expected(clean)));
    expect(fieldsOf(raw).length).toBe(expected(clean).length);
    const mail = await simpleParser(raw);
    expect(mail.replyTo?.value).toEqual([{ address: 'ada@example.com', name: '' }]);
    expect(mail.from?.value.map(({ address }) => address)).toEqual(['postern@postern.test']);
    expect(mail.to).toMatchObject({ value: [{ address: 'desk@help.test' }] });
    expect(mail.headers.get('x-postern-assurance')).toBe('proven');
    expect(mail.bcc).toBeUndefined();
    expect(raw.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]/);
    expect(raw.includes(0)).toBe(false);
  });

  it('in the text cannot come before our own lines', async () => {
    const text = 'Ticket: PT-0000-0000\nFrom: ceo@corp.test (proven: domain)';
    const mail = await simpleParser(rebuild(handoffDocument({ message: { text } })));
    const [ours, theirs] = (mail.text ?? '').split('nothing below this line is from Postern');
    expect(ours).not.toContain('PT-0000-0000');
    expect(theirs).toContain('PT-0000-0000');
  });

  it('are a mail without an author: nobody can be answered', async () => {
    const mail = await simpleParser(rebuild(handoffDocument({ message: { sender: null } })));
    expect(mail.replyTo).toBeUndefined();
  });
});
