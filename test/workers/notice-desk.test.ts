import { decrypt, readMessage as readPgpMessage } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import { type JudgedMail, jobIdOf } from '../../src/jobs/judged-mail.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import { defaultReadLimits, readMessage } from '../../src/message/read.ts';
import { signingKeyOf } from '../../src/notices/mail-keys.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { traceRecords } from '../../src/records/trace.ts';
import type { Relay, RelayAnswer } from '../../src/relay/relay.ts';
import type { NoticeDesk } from '../../workers/notice-desk.ts';
import { admin, asking, content, denied, dmarc, pgp, primary, tenant, unproven } from '../helpers/evidence.ts';
import { buildMail } from '../helpers/mail-builder.ts';
import { envelopeSender, type NoticeWorld, openNoticeWorld } from '../helpers/notice-world.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { ada, keyFor, registered } from '../helpers/pgp-mail.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';

let world: NoticeWorld;
beforeEach(async () => {
  world = await openNoticeWorld();
});
afterEach(() => world.stop());

const minute = 60_000;
const mailFrom = (name: string, fields: readonly string[] = []) => ({
  mailId: name,
  raw: buildMail({ fields: [`Reply-To: reply@elsewhere.example`, 'X-Test: 1', ...fields] }),
  rfcMessageId: `<${name}@example.com>`,
});
const parsed = async (raw: Buffer) => {
  const { content: found, header } = await readMessage(memoryMail(raw), defaultReadLimits);
  if (found.kind !== 'parsed') throw new Error('could not be read');
  return { ...found.content, header };
};
const sendDue = async (desk: NoticeDesk): Promise<void> => {
  await desk.poll();
  await desk.idle();
};
const prospect: Partial<Evidence> = { sender: { standing: { kind: 'unregistered' }, lookalike: null } };

/** A relay that answers what it is told and keeps what it was given. */
function actingRelay(answer: () => RelayAnswer): Relay & { readonly given: Buffer[] } {
  const given: Buffer[] = [];
  return {
    given,
    send: ({ raw }) => {
      given.push(raw);
      return Promise.resolve(answer());
    },
    close: () => undefined,
  };
}

describe('an acknowledgement', () => {
  it('goes to the proven author, with ticket and response time, from nobody', async () => {
    expect(await world.receive(world.desk(), mailFrom('m1'))).toBe('waiting');
    const [sent] = world.sink.mails;
    expect(sent).toMatchObject({ from: '', to: [ada], secure: true });
    const ticket = await world.tickets.ofMessage('m1-0');
    const { inReplyTo, text, automatic, header } = await parsed(sent?.raw ?? Buffer.alloc(0));
    expect(inReplyTo).toBe('<m1@example.com>');
    expect(text).toContain(ticket?.number);
    expect(text.replace(/\s+/g, ' ')).toContain('an answer by: Monday, 2 March 2026 at 13:00 GMT-5');
    expect(automatic).toMatchObject({ autoSubmitted: 'auto-replied', ownMark: 'm1-0' });
    expect(header.find(({ name }) => name === 'reply-to')?.value).toMatch(/^support\+[0-9a-z]{24}@postern\.test$/);
    expect(await world.notices.get('m1-0')).toMatchObject({ state: 'sent', attempts: 0, claims: 1 });
  });

  it('is sent once however often its job runs', async () => {
    const desk = world.desk();
    await world.receive(desk, mailFrom('m1'));
    const before = await world.notices.get('m1-0');
    for (let run = 0; run < 3; run += 1) {
      expect(await desk.decide('m1-0')).toBe('waiting');
      desk.wake();
      await desk.idle();
      await sendDue(desk);
    }
    expect(world.sink.mails).toHaveLength(1);
    expect(await world.notices.get('m1-0')).toEqual(before);
    const limits = await world.records.db.selectFrom('notice_limits').select('used').execute();
    expect(limits.map(({ used }) => used)).toEqual([1, 1, 1]);
  });

  it('is decided once by two workers that have the same job', async () => {
    const input = await world.judged(mailFrom('m1'));
    await world.record(input);
    const [one, other] = [world.desk(), world.desk()];
    await Promise.all(
      [one, other].map(async (desk) => {
        await desk.decide('m1-0');
        desk.wake();
        await desk.idle();
      }),
    );
    expect(world.sink.mails).toHaveLength(1);
  });

  it('is answered into its ticket', async () => {
    const desk = world.desk();
    await world.receive(desk, mailFrom('m1'));
    const references = await world.records.db.selectFrom('ticket_references').selectAll().execute();
    expect(references).toContainEqual({ reference: '<notice.m1-0@postern.test>', ticket_id: 'm1-0' });
  });

  it('is answered into its ticket also where the worker died between any two steps', async () => {
    const input = await world.judged(mailFrom('m1'));
    await world.record(input);
    const killed = () => Promise.reject(new Error('killed'));
    const clock = (id: string) => world.tickets.clock(id);
    const whole = (ticket: string, id: string) => world.tickets.rememberSent(ticket, id);
    const dying = [
      world.desk({ tickets: { clock, rememberSent: killed } }),
      world.desk({ tickets: { clock, rememberSent: (ticket, id) => whole(ticket, id).then(killed) } }),
      world.desk({ records: { ...world.notices, open: killed } }),
      world.desk({ records: { ...world.notices, open: (batch, now) => world.notices.open(batch, now).then(killed) } }),
    ];
    for (const desk of dying) await expect(desk.decide('m1-0')).rejects.toThrow('killed');
    const desk = world.desk();
    expect(await desk.decide('m1-0')).toBe('waiting');
    await sendDue(desk);
    expect(world.sink.mails).toHaveLength(1);
    const references = await world.records.db.selectFrom('ticket_references').selectAll().execute();
    expect(references).toContainEqual({ reference: '<notice.m1-0@postern.test>', ticket_id: 'm1-0' });
  });

  it('is not given to a copy', async () => {
    const desk = world.desk();
    const first = mailFrom('m1');
    await world.receive(desk, first);
    world.now += 120 * minute;
    expect(await world.receive(desk, { ...first, mailId: 'm2' })).toBe('none');
    expect(world.sink.mails).toHaveLength(1);
  });

  it('of an unknown message is none', async () => {
    expect(await world.desk().decide('nothing-0')).toBe('none');
  });

  it('fails loudly when the mail is not in the spool', async () => {
    const desk = world.desk({ read: () => Promise.reject(Object.assign(new Error('gone'), { name: 'SpoolMissing' })) });
    await expect(world.receive(desk, mailFrom('m1'))).rejects.toThrow(/SpoolMissing/);
    expect(await world.notices.get('m1-0')).toBeNull();
  });
});

describe('PGP', () => {
  it('the acknowledgement decrypts with the key of the admin and is signed by the gateway', async () => {
    const [gateway, theirs] = await Promise.all([keyFor('support@postern.test'), keyFor(ada)]);
    world.keys.push(registered(theirs, ada));
    const desk = world.desk({ signingKey: (now) => signingKeyOf([{ armored: gateway.armoredPrivate }], now) });
    await world.receive(desk, mailFrom('m1'));
    const raw = world.sink.mails[0]?.raw ?? Buffer.alloc(0);
    const ticket = await world.tickets.ofMessage('m1-0');
    expect(raw.toString()).not.toContain(ticket?.number);
    const structure = (await parsed(raw)).pgp;
    if (structure.kind !== 'encrypted') throw new Error(`is ${structure.kind}`);
    const opened = await decrypt({
      message: await readPgpMessage({ armoredMessage: structure.armored }),
      decryptionKeys: theirs.privateKey,
      verificationKeys: gateway.publicKey,
      expectSigned: true,
      format: 'binary',
      date: new Date(world.now + 1_000),
    });
    const inner = await parsed(Buffer.from(opened.data));
    expect(inner.text).toContain(ticket?.number);
    expect(inner.subject).toBe('We have received your message');
  });

  it('a receipt names no ticket, in its text as little as in Reply-To, although there is one', async () => {
    await world.receive(world.desk(), { ...mailFrom('m1'), changes: [prospect] });
    const ticket = await world.tickets.ofMessage('m1-0');
    const [sent] = world.sink.mails;
    const { header, text } = await parsed(sent?.raw ?? Buffer.alloc(0));
    expect(ticket).not.toBeNull();
    expect(header.map(({ name }) => name)).not.toContain('reply-to');
    expect(text).not.toContain(ticket?.number);
  });

  it('a receipt is never encrypted: it is the same for all', async () => {
    const [gateway, theirs] = await Promise.all([keyFor('support@postern.test'), keyFor(ada)]);
    world.keys.push(registered(theirs, ada));
    const desk = world.desk({ signingKey: (now) => signingKeyOf([{ armored: gateway.armoredPrivate }], now) });
    const inactive = primary(tenant(), admin({ active: false }));
    await world.receive(desk, { ...mailFrom('m1'), changes: [{ sender: { standing: inactive, lookalike: null } }] });
    expect((await parsed(world.sink.mails[0]?.raw ?? Buffer.alloc(0))).pgp.kind).toBe('signed');
  });

  it('a key that cannot be used does not keep the notice from being sent', async () => {
    world.keys.push({ fingerprint: 'A'.repeat(40), armored: 'no key', tenantId: 't1', adminId: 'a1', address: ada });
    await world.receive(world.desk(), mailFrom('m1'));
    const raw = world.sink.mails[0]?.raw ?? Buffer.alloc(0);
    const { header, pgp: structure, subject, text } = await parsed(raw);
    expect(structure.kind).toBe('none');
    // Whoever registered a key does not want to read such things in clear.
    const ticket = await world.tickets.ofMessage('m1-0');
    expect(subject).toBe('A message from our support');
    expect(text).toContain('m1-0');
    expect(text).toContain('OpenPGP key');
    expect(raw.toString()).not.toContain(ticket?.number);
    expect(header.map(({ name }) => name)).not.toContain('reply-to');
  });

  it('says as little where the contract asks for PGP and no key is registered at all', async () => {
    world.requiresPgp = true;
    await world.receive(world.desk(), mailFrom('m1'));
    const { subject, text } = await parsed(world.sink.mails[0]?.raw ?? Buffer.alloc(0));
    expect(subject).toBe('A message from our support');
    expect(text).not.toContain((await world.tickets.ofMessage('m1-0'))?.number);
  });

  it('a question with its link goes in clear to no tenant whose contract asks for PGP', async () => {
    world.requiresPgp = true;
    const desk = world.desk();
    const question = { ...outgoingNotice('c17', ada), answers: null, kind: 'verify-sender', encrypts: true };
    await world.notices.open([{ outgoing: question, limits: [] }], world.now);
    await sendDue(desk);
    expect(world.sink.mails).toEqual([]);
    expect(await world.notices.get('c17')).toMatchObject({
      state: 'parked',
      cause: 'the contract asks for PGP, and no key of the recipient can be used',
    });
    const theirs = await keyFor(ada);
    world.keys.push(registered(theirs, ada));
    await parkedRecords(world.records).decide({ outbox: 'notices' }, 'retry', { actor: 'grace', at: world.now });
    await sendDue(desk);
    expect((await parsed(world.sink.mails[0]?.raw ?? Buffer.alloc(0))).pgp.kind).toBe('encrypted');
  });
});

describe('a later decision', () => {
  const follow = async (
    mailId: string,
    changes: Partial<JudgedMail['verdict']>,
    proof: JudgedMail['sender']['proof'],
  ) => {
    const record = await traceRecords(world.records).get(`${mailId}-0`);
    if (record === null) throw new Error('has no trace');
    const { judged } = record;
    const verdict = {
      ...judged.verdict,
      outcome: 'accepted',
      reason: 'confirmed',
      ...changes,
    } as JudgedMail['verdict'];
    const mail = { ...judged, verdict, sender: { ...judged.sender, proof } };
    const by = { kind: 'staff', at: world.now, actor: 'grace', note: 'made' } as const;
    const job = await followUpRecords(world.records).open({ mail, ...by });
    await world.record({ mail: job, sidecar: null, ticket: ticketDraft() });
    return jobIdOf(job);
  };
  const claimed = { ...mailFrom('m1'), changes: [unproven] };

  it('is acknowledged to the registered address that confirmed it', async () => {
    const desk = world.desk();
    expect(await world.receive(desk, claimed)).toBe('none');
    const id = await follow('m1', { assurance: 'proven', silent: false }, ['confirmation']);
    expect(await desk.decide(id)).toBe('waiting');
    desk.wake();
    await desk.idle();
    desk.wake();
    await desk.idle();
    expect(world.sink.mails.map(({ to }) => to)).toEqual([[ada]]);
    expect(await world.notices.get(id)).toMatchObject({ kind: 'received', because: 'registered-primary' });
    expect((await world.notices.ofMessage('m1-0')).map((notice) => notice.id)).toEqual([id]);
  });

  it('without proof is told to nobody', async () => {
    const desk = world.desk();
    await world.receive(desk, claimed);
    expect(await desk.decide(await follow('m1', { silent: false }, []))).toBe('none');
    expect(await desk.decide('m1-0-f7')).toBe('none');
    expect(world.sink.mails).toEqual([]);
  });

  it('about somebody unregistered is told to nobody: no address of theirs is on file', async () => {
    const desk = world.desk();
    await world.receive(desk, { ...claimed, changes: [prospect, { ...pgp('bad'), proofs: [], assurance: 'unknown' }] });
    const id = await follow('m1', { assurance: 'proven', silent: false }, ['confirmation']);
    expect(await desk.decide(id)).toBe('none');
  });
});

describe('no oracle, no backscatter', () => {
  const colleague: Partial<Evidence> = {
    sender: { standing: { kind: 'tenant-domain', tenant: tenant() }, lookalike: null },
  };
  const secondary: Partial<Evidence> = {
    sender: {
      standing: { kind: 'secondary', tenant: tenant(), admin: admin({ primaryEmail: 'first@example.com' }) },
      lookalike: null,
    },
  };
  const helpdesk: Partial<Evidence> = {
    sender: { standing: { kind: 'helpdesk', tenant: tenant() }, lookalike: null },
  };
  const standings: readonly Partial<Evidence>[] = [{}, prospect, colleague, secondary, helpdesk];
  const turns: readonly Partial<Evidence>[] = [
    {},
    asking('credentials'),
    asking('delete-account'),
    asking('recovery-closure'),
    denied('author'),
    denied('pgp-key'),
    pgp('bad'),
    pgp('undecryptable'),
    dmarc({}),
    dmarc({ policy: 'quarantine' }),
    { content: content({}, { automatic: true }) },
    { content: content({ suppressReply: true }) },
    { content: content({}, { secrets: ['password'] }) },
    { nullSender: true },
  ];

  it('a receipt is the same octets for prospects, non-admins and inactive admins, whatever they ask', async () => {
    const inactive: Partial<Evidence> = {
      sender: { standing: primary(tenant(), admin({ active: false })), lookalike: null },
    };
    const former: Partial<Evidence> = {
      sender: {
        standing: { kind: 'secondary', tenant: tenant(), admin: admin({ active: false }) },
        lookalike: null,
      },
    };
    // A relay that only keeps what it gets: all of them at one moment of the world's clock.
    const relay = actingRelay(() => ({ kind: 'delivered' }));
    const desk = world.desk({ relay, limits: { windowMs: 1, perAddressPerDay: 100, perHour: 100 } });
    const asks: readonly Partial<Evidence>[] = [
      {},
      asking('credentials'),
      asking('grant-access'),
      asking('delete-account'),
    ];
    for (const ask of asks) {
      const given = relay.given.length;
      for (const [index, who] of [prospect, colleague, inactive, former].entries()) {
        const mail = mailFrom(`r${index}x${asks.indexOf(ask)}`);
        await world.receive(desk, { ...mail, changes: [who, ask] });
        await world.records.db.deleteFrom('notice_limits').execute();
      }
      const same = relay.given.slice(given).map((raw) => {
        const text = raw.toString('latin1');
        // Our id of the mail, the Message-ID of theirs, and the boundaries, which are drawn by chance.
        return text.replace(/r\dx\d(?:-0)?/g, 'ID').replace(/-{2,}_NmP-[\w-]+/g, 'BOUNDARY');
      });
      expect(same).toHaveLength(4);
      expect(new Set(same).size).toBe(1);
    }
  });

  it('in no branch does anything go to Reply-To, the envelope sender or an unproven address', async () => {
    const desk = world.desk({ limits: { windowMs: 1, perAddressPerDay: 10_000, perHour: 10_000 } });
    let count = 0;
    let unprovenSent = 0;
    // The table of all departments is held against the decision alone; here the whole way is walked.
    for (const department of ['support', 'sales'] as const) {
      for (const standing of standings) {
        for (const turn of turns) {
          for (const assurance of [{}, unproven, { proofs: [], assurance: 'unknown' }] as const) {
            count += 1;
            world.now += 1_000;
            const before = world.sink.mails.length;
            const mail = { ...mailFrom(`m${count}`), changes: [standing, turn, assurance], department };
            await world.receive(desk, mail);
            if ('proofs' in assurance) unprovenSent += world.sink.mails.length - before;
          }
        }
      }
    }
    expect(count).toBe(2 * standings.length * turns.length * 3);
    expect(unprovenSent).toBe(0);
    expect(world.sink.mails.length).toBeGreaterThan(40);
    for (const { from, raw, to } of world.sink.mails) {
      expect(from).toBe('');
      expect(to).toEqual([ada]);
      expect(raw.toString()).not.toContain('elsewhere.example');
      expect(raw.toString()).not.toContain(envelopeSender);
      expect(raw.toString()).not.toMatch(/^(?:Cc|Bcc):/im);
    }
    const recipients = await world.records.db
      .selectFrom('notices')
      .select(['recipient', 'because'])
      .distinct()
      .execute();
    expect(recipients).toEqual([{ recipient: ada, because: 'proven-sender' }]);
    // Some hundred mails by a real relay: minutes where the machine has much else to do.
  }, 600_000);
});

describe('loops', () => {
  /** What an answering program without any marks would send on getting our notice. */
  const answerTo = (raw: Buffer, number: number, quotesIds: boolean) => {
    const id = /^Message-ID: (<[^>]+>)/m.exec(raw.toString())?.[1] ?? '';
    return { ...mailFrom(`loop${number}`, quotesIds ? [`In-Reply-To: ${id}`] : []) };
  };

  it.each([
    ['that names what it answers', true],
    ['that names nothing', false],
  ])('an answering program %s gets one notice', async (_name, quotesIds) => {
    const desk = world.desk();
    await world.receive(desk, mailFrom('start'));
    for (let turn = 0; turn < 20; turn += 1) {
      world.now += minute;
      const last = world.sink.mails.at(-1);
      if (last === undefined) throw new Error('nothing was sent');
      await world.receive(desk, answerTo(last.raw, turn, quotesIds));
    }
    expect(world.sink.mails).toHaveLength(1);
    expect((await world.notices.get('loop3-0'))?.state).toBe('suppressed');
  });

  it.each([
    ['In-Reply-To alone', (id: string) => `In-Reply-To: ${id}`],
    ['References alone', (id: string) => `References: ${id}`],
    ['References, among others', (id: string) => `References: <first@example.com> ${id} <last@example.com>`],
  ])('what answers a notice by %s gets none, however late it comes', async (_name, field) => {
    const desk = world.desk();
    await world.receive(desk, mailFrom('start'));
    world.now += 48 * 60 * minute;
    const answer = mailFrom('answer', [field('<notice.start-0@postern.test>')]);
    expect(await world.receive(desk, answer)).toBe('suppressed');
    expect(await world.notices.get('answer-0')).toMatchObject({ state: 'suppressed', cause: 'it answers a notice' });
    // No limit is in the way: a mail that names another one is answered.
    expect(await world.receive(desk, mailFrom('other', [field('<start@example.com>')]))).toBe('waiting');
    expect(world.sink.mails).toHaveLength(2);
  });

  it('an answering program that names nothing and is slow meets the fuse', async () => {
    const desk = world.desk();
    for (let turn = 0; turn < 48; turn += 1) {
      await world.receive(desk, mailFrom(`slow${turn}`));
      world.now += 61 * minute;
    }
    // 48 turns take a little more than two days.
    expect(world.sink.mails.length).toBeLessThanOrEqual(30);
  });

  it('our own mail that comes back is not answered', async () => {
    const desk = world.desk();
    await world.receive(desk, mailFrom('start'));
    const raw = world.sink.mails[0]?.raw ?? Buffer.alloc(0);
    world.now += 180 * minute;
    expect(await world.receive(desk, { mailId: 'back', raw })).toBe('none');
    expect(world.sink.mails).toHaveLength(1);
  });
});

describe('the outbox', () => {
  it('keeps all where there is no relay, and nothing pretends to be sent', async () => {
    const desk = world.desk({ relay: null });
    expect(await world.receive(desk, mailFrom('m1'))).toBe('waiting');
    await sendDue(desk);
    expect(await world.notices.list({ limit: 10 })).toMatchObject([{ id: 'm1-0', state: 'waiting', sent_at: null }]);
    expect(await world.notices.counts()).toMatchObject([{ state: 'waiting', count: 1 }]);
    expect(world.sink.mails).toEqual([]);
    world.now += 30 * minute;
    await sendDue(world.desk());
    expect(world.sink.mails).toHaveLength(1);
  });

  it('parks what waited for too long', async () => {
    await world.receive(world.desk({ relay: null }), mailFrom('m1'));
    world.now += 25 * 60 * minute;
    await sendDue(world.desk());
    expect(world.sink.mails).toEqual([]);
    expect(await world.notices.get('m1-0')).toMatchObject({
      state: 'parked',
      cause: 'it waited for too long to be of use',
    });
  });

  it('tries again with growing waits when the relay is in trouble, then sends', async () => {
    const desk = world.desk();
    world.sink.refuse({ at: 'data', code: 451, text: 'later' });
    await world.receive(desk, mailFrom('m1'));
    const first = await world.notices.get('m1-0');
    expect(first).toMatchObject({ state: 'retrying', attempts: 1, next_at: world.now + 10_000 });
    world.now += 10_000;
    await sendDue(desk);
    expect(await world.notices.get('m1-0')).toMatchObject({ attempts: 2, next_at: world.now + 20_000 });
    world.sink.refuse(null);
    world.now += 20_000;
    await sendDue(desk);
    expect(await world.notices.get('m1-0')).toMatchObject({ state: 'sent' });
    expect(world.sink.mails).toHaveLength(1);
  });

  it('parks what the relay refuses, and never loops', async () => {
    const desk = world.desk();
    world.sink.refuse({ at: 'rcpt', code: 550, text: 'no such user' });
    await world.receive(desk, mailFrom('m1'));
    for (let turn = 0; turn < 50; turn += 1) {
      world.now += 10 * minute;
      await sendDue(desk);
    }
    expect(world.sink.tries()).toBe(3);
    const parked = await world.notices.get('m1-0');
    expect(parked).toMatchObject({ state: 'parked', next_at: null });
    expect(parked?.cause).toMatch(/550/);
  });

  it('gives up in the end on a relay that stays in trouble', async () => {
    const relay = actingRelay(() => ({ kind: 'trouble', cause: 'away' }));
    const desk = world.desk({ relay });
    await world.receive(desk, mailFrom('m1'));
    for (let turn = 0; turn < 400; turn += 1) {
      world.now += 10 * minute;
      await sendDue(desk);
    }
    expect(await world.notices.get('m1-0')).toMatchObject({ state: 'parked' });
    expect(relay.given.length).toBeLessThan(200);
  });

  it('leaves a relay in trouble alone while many wait', async () => {
    const relay = actingRelay(() => ({ kind: 'trouble', cause: 'away' }));
    const desk = world.desk({ relay, limits: { windowMs: 1, perAddressPerDay: 1_000, perHour: 1_000 } });
    for (let index = 0; index < 40; index += 1) {
      await world.receive(desk, mailFrom(`m${index}`));
      world.now += 2;
    }
    await sendDue(desk);
    expect(relay.given.length).toBeLessThanOrEqual(4);
  });

  it('a worker that dies after the relay took the mail leaves the same mail to be sent again', async () => {
    const relay = actingRelay(() => ({ kind: 'delivered' }));
    const dying = world.desk({
      relay,
      records: { ...world.notices, settle: () => Promise.reject(new Error('killed')) },
    });
    await world.receive(dying, mailFrom('m1'));
    await sendDue(world.desk({ relay }));
    expect(relay.given).toHaveLength(1); // its lease still holds
    world.now += 60_000;
    await sendDue(world.desk({ relay }));
    expect(relay.given).toHaveLength(2);
    const ids = relay.given.map((raw) => /^Message-ID: .*$/m.exec(raw.toString())?.[0]);
    expect(ids[0]).toBe('Message-ID: <notice.m1-0@postern.test>');
    expect(ids[1]).toBe(ids[0]);
    expect(await world.notices.get('m1-0')).toMatchObject({ state: 'sent' });
  });

  it('a worker that dies before the notice is in the outbox leaves nothing behind', async () => {
    const input = await world.judged(mailFrom('m1'));
    await world.record(input);
    const dying = world.desk({ records: { ...world.notices, open: () => Promise.reject(new Error('killed')) } });
    await expect(dying.decide('m1-0')).rejects.toThrow('killed');
    expect(await world.notices.get('m1-0')).toBeNull();
    const desk = world.desk();
    expect(await desk.decide('m1-0')).toBe('waiting');
    desk.wake();
    await desk.idle();
    expect(world.sink.mails).toHaveLength(1);
  });
});
