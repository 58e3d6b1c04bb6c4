import { describe, expect, it } from 'vitest';
import type { SecretKind } from '../../src/classify/classification.ts';
import { english } from '../../src/notices/english.ts';
import { french } from '../../src/notices/french.ts';
import type { Letter } from '../../src/notices/letter.ts';
import { type Language, languages, type Notice } from '../../src/notices/notice.ts';
import { noticeFor } from '../../src/notices/notice-for.ts';
import { noticeMail } from '../../src/notices/notice-mail.ts';
import { render } from '../../src/notices/render.ts';
import { type LetterFacts, writeLetter } from '../../src/notices/write-letter.ts';
import { admin, content, primary, tenant } from '../helpers/evidence.ts';
import { type Judged, judge } from './judged.ts';

const settings = {
  signature: 'Postern support',
  adminPortal: 'https://portal.example/admin?a=1&b=2',
  knowledgeBase: 'https://help.example/',
};
const at = Date.parse('2026-03-02T10:00:00Z');
const ticket = { number: 'PT-1234-ABCD', joined: false, dueAt: at + 14_400_000, timezone: 'America/New_York' };
const given: LetterFacts = { receivedAt: at, reference: '01jtest-0', ticket };
const to = { address: 'ada@example.com', because: 'proven-sender' } as const;
const secrets: readonly SecretKind[] = ['password', 'private-key', 'api-token', 'card-number'];

const notices = (language: Language): readonly Notice[] =>
  [[], secrets].flatMap((rotate): Notice[] => {
    const about = { to, language, rotate };
    return [
      { ...about, kind: 'received' },
      { ...about, kind: 'receipt' },
      { ...about, kind: 'not-entitled' },
      { ...about, kind: 'needs-authorization' },
      ...(['none', 'signed', 'encrypted-signed'] as const).flatMap((pgp) =>
        [true, false].map((tls): Notice => ({ ...about, kind: 'channel-refused', demands: { pgp, tls } })),
      ),
      { ...about, kind: 'never-done', prohibitions: ['credentials', 'grant-access', 'tenant-change'] },
    ];
  });

/** All that is readable of a letter, in both of its forms. */
const wordsOf = (letter: Letter): string => {
  const { html, text } = render(letter);
  return [letter.subject, letter.outerSubject, text, html].join('\n');
};
const oneLine = (words: string): string => words.replace(/\s+/g, ' ');

describe.each(languages)('every letter in %s', (language) => {
  const letters = notices(language).flatMap((notice) =>
    [null, ticket, { ...ticket, joined: true, dueAt: null }].map((known) =>
      writeLetter(notice, { ...given, ticket: known }, settings),
    ),
  );

  it('is short, says that a program wrote it, and stays within one line', () => {
    expect(letters.length).toBeGreaterThan(60);
    const wording = language === 'en' ? english : french;
    for (const letter of letters) {
      const { text } = render(letter);
      expect(text.length).toBeLessThan(1_800);
      expect(oneLine(text)).toContain(wording.automatic);
      expect(letter.subject).not.toMatch(/[\r\n]/);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(90);
    }
  });

  it('asks for no secret', () => {
    const asking =
      /\b(?:send|give|tell|enter|confirm|reply with|provide|type)\b[^.!?]{0,40}\b(?:password|passphrase|key|pin|token|card|code)\b/i;
    const demandant =
      /\b(?:envoyez|donnez|communiquez|indiquez|saisissez|confirmez|fournissez)\b[^.!?]{0,40}(?:mot de passe|clé|code|jeton|carte)/i;
    for (const letter of letters) {
      const words = oneLine(render(letter).text).replace(english.never, '').replace(french.never, '');
      expect(words).not.toMatch(asking);
      expect(words).not.toMatch(demandant);
    }
  });

  it('links to nothing but the places of the configuration, and loads nothing', () => {
    for (const letter of letters) {
      const { html } = render(letter);
      const links = [...html.matchAll(/(?:href|src|url)\s*[=(]\s*"?([^">)]+)/g)].map((match) => match[1]);
      for (const url of links) {
        expect(['https://portal.example/admin?a=1&amp;b=2', 'https://help.example/']).toContain(url);
      }
      expect(html).not.toMatch(/<(?:img|script|link|iframe|form|object|style)\b/i);
    }
  });

  it('leaves no placeholder', () => {
    for (const letter of letters) expect(wordsOf(letter)).not.toMatch(/undefined|null|NaN|\$\{|\[object/);
  });

  it('says outside of an encrypted mail nothing of what is inside', () => {
    expect(new Set(letters.map(({ outerSubject }) => outerSubject)).size).toBe(1);
  });
});

it('both languages say the same things', () => {
  for (const [index, notice] of notices('en').entries()) {
    const other = notices('fr')[index];
    if (other === undefined) throw new Error('there is no such notice in French');
    const shape = (letter: Letter) => letter.blocks.map(({ kind }) => kind);
    expect(shape(writeLetter(other, given, settings))).toEqual(shape(writeLetter(notice, given, settings)));
  }
});

describe('what it tells', () => {
  const about = { to, language: 'en', rotate: [] } as const;
  const wordsFor = (notice: Notice, facts: Partial<LetterFacts> = {}) =>
    oneLine(render(writeLetter(notice, { ...given, ...facts }, settings)).text);

  it('ticket and response time, in the time of the tenant', () => {
    expect(wordsFor({ ...about, kind: 'received' })).toContain(
      'Ticket: PT-1234-ABCD You will have an answer by: Monday, 2 March 2026 at 09:00 GMT-5',
    );
  });

  it('that a ticket goes on', () => {
    expect(wordsFor({ ...about, kind: 'received' }, { ticket: { ...ticket, joined: true, dueAt: null } })).toMatch(
      /PT-1234-ABCD It was added to the ticket that is open already/,
    );
  });

  it('the knowledge base, to whom support by mail does not belong', () => {
    expect(wordsFor({ ...about, kind: 'not-entitled' })).toContain('https://help.example/');
    expect(wordsFor({ ...about, kind: 'not-entitled' })).not.toContain('PT-');
  });

  it('the portal, for what staff never do', () => {
    const words = wordsFor({ ...about, kind: 'never-done', prohibitions: ['credentials'] });
    expect(words).toContain('resetting passwords');
    expect(words).toContain('https://portal.example/admin?a=1&b=2');
  });

  it('no ticket in a receipt', () => {
    expect(wordsFor({ ...about, kind: 'receipt' })).toBe(wordsFor({ ...about, kind: 'receipt' }, { ticket: null }));
    expect(wordsFor({ ...about, kind: 'receipt' })).not.toContain('PT-');
  });
});

it('all of a letter is escaped', () => {
  const nasty = '<b onclick="x()">&\'';
  const letter: Letter = {
    language: nasty,
    subject: nasty,
    outerSubject: nasty,
    greeting: nasty,
    closing: [nasty],
    blocks: [
      { kind: 'text', text: nasty },
      { kind: 'list', items: [nasty] },
      { kind: 'facts', rows: [[nasty, nasty]] },
      { kind: 'link', label: nasty, url: `https://x.example/${nasty}` },
      { kind: 'link', label: nasty, url: `javascript:alert(1)//${nasty}` },
    ],
  };
  const { html } = render(letter);
  expect(html).not.toContain('<b onclick');
  expect(html).not.toContain('onclick="');
  expect(html).not.toMatch(/href="javascript/);
  expect(html.match(/&lt;b onclick=&quot;/g)?.length).toBeGreaterThan(9);
});

/**
 * The whole way from a judged mail to octets, with words planted wherever a mail or our data could leak through, held
 * against everything that must never be told.
 */
describe('forbidden things', () => {
  const planted = {
    tenantName: 'Zanzibar Holdings',
    tenantId: 'tenant-zanzibar',
    adminName: 'Ottilie Quarles',
    adminId: 'admin-ottilie',
    decrypted: 'the vault code is swordfish',
    secret: 'hunter2-correct-horse',
    displayName: 'Ottilie from Accounts',
    domain: 'zanzibar.example',
  };
  const world = tenant({ id: planted.tenantId, name: planted.tenantName, domains: [planted.domain] });
  const who = admin({ id: planted.adminId, name: planted.adminName, primaryEmail: 'ottilie@zanzibar.example' });
  const author = { address: 'ada@example.com', domain: 'example.com', displayName: planted.displayName };
  const because = [{ rule: 'made', words: [planted.decrypted, planted.secret] }];
  const read = {
    content: content({}, { secrets, request: { kind: 'ordinary', score: 1, doubt: false, because } }),
    author,
  };
  const branches: readonly (readonly [string, Judged])[] = [
    ['admin', judge([{ sender: { standing: primary(world, who), lookalike: null } }, read])],
    ['prospect', judge([{ sender: { standing: { kind: 'unregistered' }, lookalike: null } }, read])],
    ['non-admin', judge([{ sender: { standing: { kind: 'tenant-domain', tenant: world }, lookalike: null } }, read])],
    [
      'inactive admin',
      judge([{ sender: { standing: primary(world, { ...who, active: false }), lookalike: null } }, read]),
    ],
    ['free', judge([{ sender: { standing: primary({ ...world, tier: 'free' }, who), lookalike: null } }, read])],
  ];

  const mailOf = async ({ evidence, judged }: Judged, known: LetterFacts['ticket']): Promise<string> => {
    const notice = noticeFor(judged, evidence, () => false);
    if (notice === null) throw new Error('there was no notice');
    const letter = writeLetter(notice, { receivedAt: at, reference: judged.messageId, ticket: known }, settings);
    const raw = await noticeMail(
      {
        id: judged.messageId,
        from: { name: settings.signature, address: judged.envelope.recipient },
        to: notice.to.address,
        replyTo: null,
        answers: { messageId: '<m@example.com>', references: [] },
        letter,
        at,
      },
      { signingKey: null, recipientKeys: [] },
    );
    return `${raw.toString()}\n${wordsOf(letter)}`;
  };

  it.each(branches)('are in no notice to the %s', async (_name, judged) => {
    const words = await mailOf(judged, ticket);
    for (const forbidden of Object.values(planted)) expect(words).not.toContain(forbidden);
    expect(words).not.toContain(judged.judged.envelope.mailFrom);
    expect(words).not.toContain('tenant');
    expect(words).not.toContain('W-');
  });

  it('a receipt is the same to the last octet for all who get it, but for the boundary', async () => {
    const receipts = branches.filter(([name]) => ['prospect', 'non-admin', 'inactive admin'].includes(name));
    // A prospect has a ticket, the others have none.
    const words = await Promise.all(
      receipts.map(([name, judged]) => mailOf(judged, name === 'prospect' ? ticket : null)),
    );
    const plain = words.map((text) => text.replace(/_NmP-[0-9a-f]+/g, 'b'));
    expect(plain).toHaveLength(3);
    expect(new Set(plain).size).toBe(1);
  });
});
