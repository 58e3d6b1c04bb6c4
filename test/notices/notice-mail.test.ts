import { createMessage, decrypt, readMessage, readSignature, verify } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage as readMailMessage } from '../../src/message/read.ts';
import { encryptionKeysOf, signingKeyOf } from '../../src/notices/mail-keys.ts';
import { isNoticeMessageId, type NoticeMail, noticeMail, noticeMessageId } from '../../src/notices/notice-mail.ts';
import { writeLetter } from '../../src/notices/write-letter.ts';
import type { SampleKey } from '../../src/samples/pgp-samples.ts';
import { ada, day, keyFor, now, registered } from '../helpers/pgp-mail.ts';

const letter = writeLetter(
  { kind: 'received', to: { address: ada, because: 'proven-sender' }, language: 'fr', rotate: ['password'] },
  {
    receivedAt: now,
    reference: '01jtest-0',
    ticket: { number: 'PT-1234-ABCD', joined: false, dueAt: now + day, timezone: 'Europe/Paris' },
  },
  { signature: 'Équipe', adminPortal: 'https://portal.example/', knowledgeBase: 'https://help.example/' },
);

const mail = (changes: Partial<NoticeMail> = {}): NoticeMail => ({
  id: '01jtest-0',
  from: { name: 'Équipe "support"', address: 'support@postern.test' },
  to: ada,
  replyTo: 'support+token@postern.test',
  answers: { messageId: '<question@example.com>', references: ['<first@example.com>'] },
  letter,
  at: now,
  ...changes,
});

const headOf = (raw: Buffer): string =>
  raw
    .toString()
    .split('\r\n\r\n')[0]
    ?.replace(/\r\n[ \t]+/g, ' ') ?? '';
const fieldOf = (raw: Buffer, name: string): string | undefined =>
  headOf(raw)
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim();

const readMail = (raw: Buffer) => readMailMessage(memoryMail(raw), defaultReadLimits);
const bare = { signingKey: null, recipientKeys: [] };

describe('fields', () => {
  it('of an answer are those of RFC 3834', async () => {
    const raw = await noticeMail(mail(), bare);
    expect(fieldOf(raw, 'Auto-Submitted')).toBe('auto-replied');
    expect(fieldOf(raw, 'In-Reply-To')).toBe('<question@example.com>');
    expect(fieldOf(raw, 'References')).toBe('<first@example.com> <question@example.com>');
    expect(fieldOf(raw, 'Message-ID')).toBe('<notice.01jtest-0@postern.test>');
    expect(fieldOf(raw, 'X-Postern-Loop')).toBe('01jtest-0');
    expect(fieldOf(raw, 'Reply-To')).toBe('support+token@postern.test');
    expect(fieldOf(raw, 'To')).toBe(ada);
    expect(headOf(raw)).not.toMatch(/^(?:Cc|Bcc|Return-Path|Disposition-Notification-To|Precedence):/im);
  });

  it('of mail of our own accord say so, and answer nothing', async () => {
    const raw = await noticeMail(mail({ answers: null, replyTo: null }), bare);
    expect(fieldOf(raw, 'Auto-Submitted')).toBe('auto-generated');
    expect(headOf(raw)).not.toMatch(/^(?:In-Reply-To|References|Reply-To):/im);
  });

  it('take no field from a name that holds line ends and quotes', async () => {
    const name = 'Support"\r\nBcc: eve@evil.example\r\nX: "\\<eve@evil.example>';
    const raw = await noticeMail(mail({ from: { name, address: 'support@postern.test' } }), bare);
    expect(headOf(raw)).not.toMatch(/^(?:Bcc|X):/im);
    expect(headOf(raw).match(/^From:/gim)).toHaveLength(1);
    const { author } = await readMail(raw);
    expect(author?.address).toBe('support@postern.test');
    expect(fieldOf(raw, 'From')).not.toMatch(/[<>].*[<>].*[<>]/);
  });

  it('of a notice are known by our own domains only', () => {
    expect(isNoticeMessageId('<notice.01jtest-0@postern.test>', ['postern.test'])).toBe(true);
    expect(isNoticeMessageId('<notice.01jtest-0@elsewhere.example>', ['postern.test'])).toBe(false);
    expect(isNoticeMessageId('<01jtest-0@postern.test>', ['postern.test'])).toBe(false);
  });

  it('repeat of the mail nothing but plain ids', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `<r${index}@example.com>`);
    const nasty = ['<a@b>\r\nBcc: x@evil.example', '<with space@x>', `<${'a'.repeat(300)}@x>`, '<ü@x>'];
    const raw = await noticeMail(mail({ answers: { messageId: '<q@x>', references: [...nasty, ...many] } }), bare);
    const references = fieldOf(raw, 'References')?.split(' ') ?? [];
    expect(references).toEqual(['<r0@example.com>', ...many.slice(-9), '<q@x>']);
    expect(raw.toString()).not.toContain('evil.example');
    for (const messageId of nasty) {
      const without = await noticeMail(mail({ answers: { messageId, references: [] } }), bare);
      expect(headOf(without)).not.toMatch(/^(?:In-Reply-To|References|Bcc):/im);
    }
  });

  it('are read by our own gateway as those of an automatic mail of ours', async () => {
    const message = await readMail(await noticeMail(mail(), bare));
    if (message.content.kind !== 'parsed') throw new Error('could not be read');
    expect(message.faults).toEqual([]);
    expect(message.author?.address).toBe('support@postern.test');
    expect(message.content.content).toMatchObject({
      subject: letter.subject,
      automatic: { autoSubmitted: 'auto-replied', ownMark: '01jtest-0', suppressReply: true },
    });
    expect(message.content.content.text).toContain('PT-1234-ABCD');
  });
});

describe('Message-IDs', () => {
  it('of notices are known again', () => {
    const id = noticeMessageId('01jtest-0', 'support@postern.test');
    expect(isNoticeMessageId(id, ['postern.test'])).toBe(true);
    expect(isNoticeMessageId(id, ['example.com'])).toBe(false);
    expect(isNoticeMessageId('<handoff.01jtest-0@postern.test>', ['postern.test'])).toBe(false);
    expect(isNoticeMessageId('<notice.@postern.test>', ['postern.test'])).toBe(false);
  });
});

describe('PGP', () => {
  const gateway = keyFor('support@postern.test');
  const theirs = keyFor(ada);

  it('signs all of the content', async () => {
    const key = await gateway;
    const raw = await noticeMail(mail(), { signingKey: key.privateKey, recipientKeys: [] });
    const message = await readMail(raw);
    const pgp = message.content.kind === 'parsed' ? message.content.content.pgp : null;
    if (pgp?.kind !== 'signed') throw new Error(`is ${pgp?.kind}`);
    const verified = await verify({
      message: await createMessage({ binary: new Uint8Array(pgp.signed) }),
      signature: await readSignature({ armoredSignature: pgp.signature }),
      verificationKeys: key.publicKey,
      date: new Date(now + 1_000),
    });
    expect(await verified.signatures[0]?.verified).toBe(true);
    expect(pgp.signed.toString()).toMatch(/^Content-Type: multipart\/alternative/);
    expect(pgp.signed.toString()).not.toMatch(/[^\t\r\n -~]|[ \t]\r\n|^From /m);
    expect(fieldOf(raw, 'Content-Type')).toContain('micalg=pgp-sha512');
    expect(message.content.kind === 'parsed' && message.content.content.text).toContain('PT-1234-ABCD');
  });

  it('encrypts to the recipient, who can read and verify it, and nobody else', async () => {
    const [key, recipient, other] = [await gateway, await theirs, await keyFor('eve@example.com')];
    const raw = await noticeMail(mail(), { signingKey: key.privateKey, recipientKeys: [recipient.publicKey] });
    expect(raw.toString()).not.toMatch(/PT-1234|mot de passe|r=C3=A9v/);
    expect(fieldOf(raw, 'Subject')).toBe(letter.outerSubject);
    const message = await readMail(raw);
    const pgp = message.content.kind === 'parsed' ? message.content.content.pgp : null;
    if (pgp?.kind !== 'encrypted') throw new Error(`is ${pgp?.kind}`);
    const open = (by: SampleKey) =>
      readMessage({ armoredMessage: pgp.armored }).then((encrypted) =>
        decrypt({
          message: encrypted,
          decryptionKeys: by.privateKey,
          verificationKeys: key.publicKey,
          expectSigned: true,
          format: 'binary',
          date: new Date(now + 1_000),
        }),
      );
    const inner = await readMail(Buffer.from((await open(recipient)).data));
    if (inner.content.kind !== 'parsed') throw new Error('could not be read');
    expect(inner.content.content.subject).toBe(letter.subject);
    expect(inner.content.content.text).toContain('PT-1234-ABCD');
    await expect(open(other)).rejects.toThrow();
  });

  it('takes the newest of our keys that may sign', async () => {
    const [old, fresh] = [await gateway, await keyFor('support@postern.test', { date: new Date(now - day) })];
    const armored = [old, fresh].map((key) => ({ armored: key.armoredPrivate }));
    expect((await signingKeyOf(armored, now))?.getFingerprint().toUpperCase()).toBe(fresh.fingerprint);
    expect((await signingKeyOf(armored, now - 2 * day))?.getFingerprint().toUpperCase()).toBe(old.fingerprint);
    expect(await signingKeyOf([{ armored: 'no key' }], now)).toBeNull();
  });

  it('leaves out keys of the recipient that nothing may be encrypted to', async () => {
    const recipient = registered(await theirs, ada);
    expect(await encryptionKeysOf([recipient], now)).toHaveLength(1);
    expect(await encryptionKeysOf([recipient], now - 200 * day)).toHaveLength(0);
    expect(await encryptionKeysOf([{ ...recipient, armored: 'no key' }], now)).toHaveLength(0);
  });
});
