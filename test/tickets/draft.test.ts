import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/directory/tenant.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { defaultCalendar } from '../../src/sla/calendar.ts';
import { ticketContent } from '../../src/tickets/content.ts';
import { type DraftSettings, type TicketDraft, ticketDraft } from '../../src/tickets/draft.ts';
import { replyAddress } from '../../src/tickets/reply-token.ts';
import { buildMail, type MailSpec, multipart, part } from '../helpers/mail-builder.ts';
import { judgedMail, sidecar } from '../records/mails.ts';

const key = Buffer.alloc(32, 7);
const settings: DraftSettings = {
  tokenKeys: [key],
  mailboxes: ['support@postern.test'],
  calendar: defaultCalendar,
  targetsOf: (department) => (department === 'support' ? ['desk'] : []),
};

const tenant = {
  id: 't1',
  name: 'Example',
  tier: 'premium' as const,
  users: 100,
  partner: false,
  timezone: 'America/New_York',
  domains: ['example.com'],
  signingDomains: [],
  contract: { requirePgp: 'none' as const, requireTls: false, spfProves: false, alternateSenders: [] },
};
const admin = {
  id: 'a1',
  name: 'Ada',
  primaryEmail: 'ada@example.com',
  role: 'owner' as const,
  active: true,
  mailbox: 'dedicated' as const,
};
const primary: Standing = { kind: 'primary', tenant, admin };

type Circumstances = {
  readonly standing?: Standing;
  readonly verdict?: Partial<Pick<JudgedMail['verdict'], 'assurance' | 'department' | 'severity'>>;
  readonly recipients?: readonly string[];
  readonly proof?: JudgedMail['sender']['proof'];
};

async function draft(spec: MailSpec | Buffer, circumstances: Circumstances = {}): Promise<TicketDraft> {
  const message = await readMessage(memoryMail(Buffer.isBuffer(spec) ? spec : buildMail(spec)), defaultReadLimits);
  const mail = judgedMail({ messageId: 'm1-0', receivedAt: Date.UTC(2026, 2, 2, 15) });
  const beside = sidecar({ messageId: 'm1-0' });
  const evidence = { ...beside.evidence, sender: { standing: circumstances.standing ?? primary, lookalike: null } };
  const envelope = { ...beside.envelope, recipients: circumstances.recipients ?? beside.envelope.recipients };
  const judged: JudgedMail = {
    ...mail,
    sender: { ...mail.sender, proof: circumstances.proof ?? ['domain'] },
    verdict: { ...mail.verdict, ...circumstances.verdict },
  };
  const whole: Sidecar = { ...beside, evidence, envelope };
  return ticketDraft({ mail: judged, sidecar: whole, content: ticketContent(message) }, settings);
}

describe('who and when', () => {
  it('an admin of a premium tenant has an answer due around the clock', async () => {
    const made = await draft({});
    expect(made).toMatchObject({
      sender: { address: 'ada@example.com', isProven: true, tenantId: 't1', isAdmin: true },
      tier: 'premium',
      clock: { state: 'due', basis: 'elapsed', dueAt: Date.UTC(2026, 2, 2, 19) },
      targets: ['desk'],
    });
  });

  it('a standard tenant on the vendor’s business days', async () => {
    const standing: Standing = { kind: 'primary', tenant: { ...tenant, tier: 'standard' }, admin };
    expect((await draft({}, { standing })).clock).toMatchObject({ basis: 'business', dueAt: Date.UTC(2026, 2, 3, 22) });
  });

  it('a partner on the free tier counts as standard, another free tenant is promised nothing', async () => {
    const free = { ...tenant, tier: 'free' as const };
    const partner: Standing = { kind: 'primary', tenant: { ...free, partner: true }, admin };
    expect(await draft({}, { standing: partner })).toMatchObject({ tier: 'standard', clock: { state: 'due' } });
    const other: Standing = { kind: 'primary', tenant: free, admin };
    expect(await draft({}, { standing: other })).toMatchObject({ tier: 'free', clock: null });
  });

  describe('the contract', () => {
    const by = (contract: object, tier: 'free' | 'standard' | 'premium' = 'standard'): Standing => ({
      kind: 'primary',
      tenant: { ...tenant, tier, contract: { ...tenant.contract, ...contract } },
      admin,
    });

    it('promises another time for one severity and leaves the others', async () => {
      const standing = by({ responseTimes: { '3': { clock: 'elapsed', hours: 2 } } });
      expect((await draft({}, { standing })).clock).toMatchObject({
        basis: 'elapsed',
        warnAt: Date.UTC(2026, 2, 2, 16, 30),
        dueAt: Date.UTC(2026, 2, 2, 17),
      });
      expect((await draft({}, { standing, verdict: { severity: 1 } })).clock).toMatchObject({
        basis: 'business',
        dueAt: Date.UTC(2026, 2, 2, 19),
      });
    });

    it('may promise a premium tenant less than around the clock, and a free one an answer', async () => {
      const responseTimes = { '3': { clock: 'next-business-day' } };
      const less = await draft({}, { standing: by({ responseTimes }, 'premium') });
      expect(less.clock).toMatchObject({ basis: 'business', dueAt: Date.UTC(2026, 2, 3, 22) });
      const free = await draft(
        {},
        { standing: by({ responseTimes: { '3': { clock: 'business', hours: 1.5 } } }, 'free') },
      );
      expect(free.clock).toMatchObject({ basis: 'business', dueAt: Date.UTC(2026, 2, 2, 16, 30) });
    });

    it('sets the hours in which clocks run, and the vendor’s holidays stay off', async () => {
      const businessHours = {
        timeZone: 'Europe/Paris',
        opensAt: '08:00',
        closesAt: '17:00',
        weekdays: [1, 2, 3, 4, 5],
      };
      const standing = by({ businessHours });
      // Received at 16:00 in Paris, so that an hour is left of the first day.
      expect((await draft({}, { standing, verdict: { severity: 1 } })).clock).toMatchObject({
        dueAt: Date.UTC(2026, 2, 3, 10),
      });
      expect((await draft({}, { standing })).calendar).toMatchObject({
        timeZone: 'Europe/Paris',
        opensAt: 480,
        closesAt: 1_020,
        holidays: defaultCalendar.holidays,
      });
    });

    it('says nothing where no tenant is proven', async () => {
      const standing = by({ responseTimes: { '3': { clock: 'elapsed', hours: 2 } } });
      expect(await draft({}, { standing, proof: [] })).toMatchObject({ clock: null, calendar: defaultCalendar });
    });
  });

  it('other departments promise no time', async () => {
    expect(await draft({}, { verdict: { department: 'sales' } })).toMatchObject({ clock: null, targets: [] });
  });

  it.each<[string, Circumstances]>([
    ['a prospect', { verdict: { department: 'prospect' } }],
    ['an unproven sender', { verdict: { assurance: 'claimed' }, proof: [] }],
    ['a proven verdict without any proof', { proof: [] }],
  ])('%s carries nothing about a tenant', async (_name, circumstances) => {
    expect(await draft({}, circumstances)).toMatchObject({
      sender: { tenantId: null, isAdmin: false },
      tier: null,
      clock: null,
    });
  });

  it('a former admin is none', async () => {
    const standing: Standing = { kind: 'primary', tenant, admin: { ...admin, active: false } };
    expect((await draft({}, { standing, verdict: { department: 'sales' } })).sender.isAdmin).toBe(false);
  });
});

describe('the thread', () => {
  it('is read from the fields and from signed tokens, in the envelope or in To', async () => {
    const address = replyAddress('PT-0000-0001', 'support@postern.test', [key]);
    const forged = replyAddress('PT-0000-0002', 'support@postern.test', [Buffer.alloc(32, 8)]);
    const fields = ['In-Reply-To: <b@x>', 'References: <a@x>\r\n <b@x>'];
    const made = await draft({ fields, to: forged }, { recipients: [address] });
    expect(made.marks).toEqual({ inReplyTo: '<b@x>', references: ['<a@x>', '<b@x>'], numbers: ['PT-0000-0001'] });
    expect((await draft({ to: address })).marks.numbers).toEqual(['PT-0000-0001']);
  });
});

describe('the text', () => {
  it('has no secrets in it, nor have subject, names and files', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLE';
    const made = await draft(
      buildMail({
        from: `"${secret}" <ada@example.com>`,
        subject: `key ${secret}`,
        fields: [`Reply-To: "${secret}" <x@elsewhere.test>`, 'Content-Type: multipart/mixed; boundary=b'],
        body: multipart('b', [
          part('text/plain', `the key is ${secret}\r\nthanks\r\n`),
          part('text/plain', 'x', [`Content-Disposition: attachment; filename="${secret}.txt"`]),
        ]),
      }),
    );
    expect(JSON.stringify(made)).not.toContain(secret);
    expect(made.notes).toEqual(['secrets-removed']);
    expect(made.text).toContain('thanks');
    expect(made.parts).toHaveLength(2);
  });

  it('names a secret, and neither the subject nor a file tells it bare', async () => {
    const made = await draft(
      buildMail({
        subject: 'Heron-4711 does not work',
        fields: ['Content-Type: multipart/mixed; boundary=b'],
        body: multipart('b', [
          part('text/plain', 'My password is Heron-4711.\r\n'),
          part('text/plain', 'x', ['Content-Disposition: attachment; filename="Heron-4711.txt"']),
        ]),
      }),
    );
    expect(JSON.stringify(made)).not.toContain('Heron-4711');
    expect(made).toMatchObject({
      subject: '[password removed] does not work',
      parts: [{}, { fileName: '[password removed].txt' }],
    });
  });

  it('that is long is cut, and no secret at the cut gets through', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    for (const before of [65_400, 65_500, 65_536, 67_500, 67_560]) {
      const filler = 'word '.repeat(Math.ceil(before / 5)).slice(0, before);
      const made = await draft({ body: `${filler}${token} and so on ${'more '.repeat(2_000)}` });
      expect(made.text.length).toBeLessThanOrEqual(64 * 1024);
      expect(made.notes).toContain('cut');
      expect(made.text).not.toContain('ghp_');
    }
  });

  it.each([
    ['RFC 3156', 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'],
    ['Exchange', 'multipart/mixed; boundary=b'],
  ])('of a mail that is encrypted (%s) is left to the console', async (_name, contentType) => {
    const armored = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n';
    const parts = [part('application/pgp-encrypted', 'Version: 1\r\n'), part('application/octet-stream', armored)];
    const all = contentType.includes('mixed') ? [part('text/plain', ''), ...parts] : parts;
    const made = await draft(buildMail({ fields: [`Content-Type: ${contentType}`], body: multipart('b', all) }));
    expect(made).toMatchObject({ text: '', notes: ['encrypted'] });
  });

  it('of one armored message is left to the console too', async () => {
    const armored = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n';
    expect(await draft({ body: armored })).toMatchObject({ text: '', notes: ['encrypted'] });
  });
});
