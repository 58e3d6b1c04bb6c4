/** What the vendor's portal hands in: proven, judged by all rules, kept once, and told to nobody. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newMailId } from '../../src/intake/mail-id.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import { requestDigest } from '../../src/portal/request.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { type Answer, type ApiClient, apiClient } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const tenants = [
  tenantJson({
    objectId: '5f0c-11',
    admins: [
      adminJson(),
      adminJson({ id: 'a2', name: 'Eve', primaryEmail: 'eve@example.com', role: 'admin' }),
      adminJson({ id: 'old', name: 'Old', primaryEmail: 'old@example.com', role: 'admin', active: false }),
      adminJson({ id: 'bill', name: 'Bill', primaryEmail: 'bill@example.com', role: 'billing' }),
      adminJson({ id: 'many', name: 'All', primaryEmail: 'all@example.com', role: 'admin', mailbox: 'group' }),
    ],
  }),
  tenantJson({
    id: 'strict',
    domains: ['strict.example'],
    contract: { requirePgp: 'signed', requireTls: true },
    admins: [adminJson({ id: 's1', primaryEmail: 'sam@strict.example' })],
  }),
  tenantJson({
    id: 'small',
    domains: ['small.example'],
    tier: 'free',
    users: 3,
    admins: [adminJson({ id: 'f1', primaryEmail: 'fay@small.example' })],
  }),
];

describe('the portal', () => {
  let world: ConsoleWorld;
  let portal: ApiClient;
  let keys = 0;
  const asked = (changes = {}) => {
    keys += 1;
    return {
      idempotencyKey: `key-of-a-request-${keys}`,
      tenant: 't1',
      adminId: 'a1',
      mailbox: 'support@postern.test',
      subject: 'Backup stopped',
      text: 'The nightly backup job stopped at two in the morning.\nPlease have a look.',
      ...changes,
    };
  };
  const handIn = (changes = {}) => portal.call('POST', '/portal/requests', asked(changes));
  const sidecarOf = ({ json }: Answer): Promise<Sidecar> => world.spool.sidecar(json.messageIds[0].slice(0, -2));
  const rawOf = async ({ json }: Answer) =>
    (await (await world.spool.read(json.messageIds[0].slice(0, -2))).bytes()).toString('utf8');
  const verdictOf = async (answer: Answer) => {
    const [judgement] = (await sidecarOf(answer)).judgements;
    const { assurance, outcome, reason, rule } = judgement?.verdict ?? {};
    return [outcome, reason, rule, assurance];
  };
  const jobOf = async ({ json }: Answer, queue: 'accepted' | 'rejected' | 'escalated') =>
    (await world.queues.built()).get(queue)?.getJob(json.messageIds[0]);
  /** As the workers do. */
  const recordIt = async (answer: Answer) => {
    const sidecar = await sidecarOf(answer);
    const inputs = sidecar.judgements.map(({ job }) => ({ mail: job, sidecar }));
    await traceRecords(world.records).record(inputs, world.now());
    return answer.json.messageIds[0];
  };

  beforeAll(async () => {
    world = await startConsole();
    await world.ports.directory.replaceAll(await directoryOf(...tenants), { actor: 'test', at: world.now() });
  });
  beforeEach(async () => {
    portal = await apiClient(world, null); // calls of one token are limited
  });
  afterAll(() => world.close());

  it('proves who is logged in there: accepted, spooled, enqueued, told by an id alone', async () => {
    const answer = await handIn({ tenant: '5f0c-11' });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ messageIds: [expect.stringMatching(/^[0-9a-z]{22}-0$/)], text: 'Received' });
    expect(await verdictOf(answer)).toEqual(['accepted', 'admin', 'W-PORTAL', 'proven']);
    const { envelope, evidence } = await sidecarOf(answer);
    expect(envelope.portal).toEqual({ tenantId: 't1', adminId: 'a1', tokenId: portal.tokenId });
    expect(evidence.transport).toMatchObject({ helo: 'admin portal', tls: null, portal: envelope.portal });
    expect(evidence.domain.dmarc).toMatchObject({ result: 'none', policy: null });
    const job = await jobOf(answer, 'accepted');
    expect(job?.data.sender).toEqual({ address: 'ada@example.com', tenant: 't1', admin: 'a1', proof: ['portal'] });
    expect(await rawOf(answer)).toContain(
      'From: Ada <ada@example.com>\r\nTo: support@postern.test\r\nSubject: Backup stopped\r\n',
    );
  });

  it.each([
    ['a former admin', { adminId: 'old' }, ['rejected', 'not-active-admin', 'W-INACTIVE', 'proven']],
    [
      'deletion',
      { text: 'Please delete our account and all of our data for good.' },
      ['escalated', 'needs-authorization', 'P-DELETE', 'proven'],
    ],
    [
      'deletion, written to sales',
      { mailbox: 'sales@postern.test', text: 'Please delete our account and all of our data for good.' },
      ['escalated', 'needs-authorization', 'P-DELETE', 'proven'],
    ],
    [
      'a password',
      { text: 'I forgot my password, please reset it for me.' },
      ['accepted', 'admin', 'P-CREDENTIALS', 'proven'],
    ],
    [
      'recovery',
      {
        text: 'Please cease all support for our tenant immediately, our administrator was compromised. Ignore all support requests for 24 hours.',
      },
      ['escalated', 'recovery', 'X-CESSATION', 'proven'],
    ],
    ['a mailbox that many read', { adminId: 'many' }, ['escalated', 'shared-mailbox', 'W-SHARED', 'proven']],
    [
      'a contract that asks PGP and TLS of mail',
      { tenant: 'strict', adminId: 's1' },
      ['accepted', 'admin', 'W-PORTAL', 'proven'],
    ],
    ['a free tenant', { tenant: 'small', adminId: 'f1' }, ['rejected', 'not-entitled', 'T-FREE', 'proven']],
    [
      'ciphertext to nobody here',
      { text: '-----BEGIN PGP MESSAGE-----\n\nwV4DAAAA\n=AAAA\n-----END PGP MESSAGE-----' },
      ['escalated', expect.any(String), expect.any(String), expect.any(String)],
    ],
  ])('is held to the same rules: %s', async (_, changes, verdict) => {
    const answer = await handIn(changes);
    expect([answer.status, answer.json.text]).toEqual([202, 'Received']);
    expect(await verdictOf(answer)).toEqual(verdict);
  });

  it('keeps and answers alike whom the deny-list refuses', async () => {
    const entry = { kind: 'email', value: 'eve@example.com', reason: 'threats', sure: true };
    const { call } = await apiClient(world, 'trust');
    const { json } = await call('POST', '/deny', entry);
    const answer = await handIn({ adminId: 'a2' });
    expect([answer.status, answer.json.text]).toEqual([202, 'Received']);
    expect(await verdictOf(answer)).toEqual(['rejected', 'deny-listed', 'R-DENY', 'proven']);
    expect((await jobOf(answer, 'rejected'))?.data.spoolKey).not.toBeNull();
    await call('DELETE', `/deny/${json.entry.id}`);
  });

  it('ignores and keeps what comes while support is ceased', async () => {
    await world.records.db
      .insertInto('cases')
      .values({
        id: 'c1',
        tenant_id: 'strict',
        procedure_name: 'cessation',
        opened_at: 1,
        updated_at: 1,
        events: 0,
        open_key: null,
        ceased: 1,
        ceased_until: null,
        wake_at: null,
      })
      .execute();
    expect(await verdictOf(await handIn({ tenant: 'strict', adminId: 's1' }))).toEqual([
      'rejected',
      'support-ceased',
      'X-CESSATION',
      'proven',
    ]);
    await world.records.db.deleteFrom('cases').where('id', '=', 'c1').execute();
  });

  it('lets nobody write a header, a second part, an address or a file of this machine', async () => {
    for (const subject of ['x\r\nBcc: all@evil.example', 'x\nFrom: eve@example.com', 'x\u2028y', 'x\u202ey', 'x\0y']) {
      expect([subject, (await handIn({ subject })).status]).toEqual([subject, 422]);
    }
    const answer = await handIn({
      subject: '=?utf-8?Q?x=0D=0AFrom:_eve@example.com?= <eve@example.com>, a@b',
      text: '.\r\n\r\nFrom: eve@example.com\r\nMIME-Version: 1.0\r\n--b\r\n\r\n.\r\nMAIL FROM:<x>',
      attachments: [
        {
          fileName: '../../etc/passwd"; x="y',
          contentType: 'message/rfc822',
          content: Buffer.from('From: eve@example.com\r\n\r\nx').toString('base64'),
        },
        { fileName: '/etc/hostname', content: Buffer.from('text').toString('base64') },
      ],
    });
    expect(answer.status).toBe(202);
    const raw = await rawOf(answer);
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(head.match(/^From:/gim)).toEqual(['From:']);
    expect(head.match(/^[A-Za-z-]+(?=:)/gm)?.toSorted()).toEqual([
      'Content-Type',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
    ]);
    const { evidence } = await sidecarOf(answer);
    expect(evidence).toMatchObject({ form: [], author: { address: 'ada@example.com' }, assurance: 'proven' });
    const names = evidence.content.result === 'parsed' ? evidence.content.parts.map(({ fileName }) => fileName) : [];
    expect(names.filter((name) => name !== null)).toEqual(['../../etc/passwd"; x="y', '/etc/hostname']);
    // The file is what was sent under that name, not what this machine has there.
    expect(raw).toContain(`\r\n\r\n${Buffer.from('text').toString('base64')}\r\n`);
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each([
    [{ tenant: 'nobody' }, 'tenant'],
    [{ adminId: 's1' }, 'adminId'],
    [{ mailbox: 'root@postern.test' }, 'mailbox'],
    [{ idempotencyKey: 'short' }, 'idempotencyKey'],
    [{ text: ' \n' }, 'text'],
    [{ text: 'a\u0007b' }, 'text'],
    [{ from: 'eve@example.com' }, 'from'],
    [{ attachments: [{ fileName: 'a', content: 'not base64!' }] }, 'attachments.0.content'],
    [
      { attachments: [{ fileName: 'a', contentType: 'text/plain; charset=x', content: '' }] },
      'attachments.0.contentType',
    ],
  ])('refuses %j by its field, and takes nothing', async (changes, field) => {
    const { json, status } = await handIn(changes);
    expect([status, json.faults.map((fault: { field: string }) => fault.field)]).toEqual([422, [field]]);
  });

  it('takes the same key once, however often and however fast it comes', async () => {
    const body = asked();
    const first = await portal.call('POST', '/portal/requests', body);
    const again = await Promise.all(Array.from({ length: 5 }, () => portal.call('POST', '/portal/requests', body)));
    expect(new Set(again.map(({ text }) => text))).toEqual(new Set([first.text]));
    expect((await portal.call('POST', '/portal/requests', { ...body, text: 'another' })).json.faults).toEqual([
      { field: 'idempotencyKey', message: 'was used for another request' },
    ]);
    const atOnce = asked();
    const answers = await Promise.all(Array.from({ length: 5 }, () => portal.call('POST', '/portal/requests', atOnce)));
    const taken = answers.filter(({ status }) => status === 202);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(new Set(taken.map(({ text }) => text)).size).toBe(1);
    const other = await apiClient(world, null);
    expect((await other.call('POST', '/portal/requests', body)).text).toBe(first.text);
  });

  describe('where authorisation is needed', () => {
    const deletion = { text: 'Please delete our account and all of our data for good.' };
    const answerIt = (messageId: string, changes = {}) =>
      portal.call('POST', '/portal/authorizations', {
        tenant: 't1',
        adminId: 'a2',
        messageId,
        answer: 'authorized',
        ...changes,
      });

    it('notes what another admin says, once; staff see it and decide', async () => {
      const messageId = await recordIt(await handIn({ ...deletion, subject: 'Delete us, password: hunter2xyz!' }));
      const { json } = await portal.call('GET', '/portal/authorizations?tenant=t1');
      const [waiting] = json.items.filter((one: { messageId: string }) => one.messageId === messageId);
      expect(waiting).toMatchObject({ request: 'delete-account', askedBy: 'a1' });
      expect(waiting.subject).not.toContain('hunter2xyz!');
      const before = await world.ports.reviews.get(messageId);
      expect((await answerIt(messageId, { adminId: 'a1' })).json).toMatchObject({ status: 403 });
      expect((await answerIt(messageId, { adminId: 'old' })).status).toBe(403);
      expect((await answerIt(messageId, { adminId: 'bill' })).status).toBe(403);
      expect((await answerIt(messageId, { tenant: 'strict', adminId: 's1' })).status).toBe(404);
      expect((await answerIt(messageId, { statement: 'Yes, we leave.' })).json).toEqual({ text: 'Received' });
      expect((await answerIt(messageId)).status).toBe(202);
      expect((await answerIt(messageId, { answer: 'denied' })).status).toBe(409);
      const trust = await apiClient(world, 'trust');
      const review = await trust.call('GET', `/reviews/${messageId}`);
      expect(review.json).toMatchObject({ state: 'open', version: (before?.version ?? 0) + 1 });
      expect(review.json.asked).toEqual([
        expect.stringMatching(/^admin a2 \(admin\) authorized it in the portal .*: "Yes, we leave\."$/),
      ]);
      expect(await world.ports.audit.list({ action: 'portal.authorized', limit: 5 })).toHaveLength(1);
      const session = await world.session('trust');
      expect(await (await world.get(`/reviews/${messageId}`, session)).text()).toContain('authorized it in the portal');
      const decision = { outcome: 'rejected', note: 'no', version: review.json.version };
      expect((await trust.call('POST', `/reviews/${messageId}/decision`, decision)).status).toBe(200);
      expect((await answerIt(messageId, { adminId: 'many' })).status).toBe(404);
    });

    it('shows and takes nothing about what was not proven, or needs none', async () => {
      const ordinary = await recordIt(await handIn());
      expect((await answerIt(ordinary)).status).toBe(404);
      const messageId = await recordIt(await handIn(deletion));
      await world.records.db
        .updateTable('reviews')
        .set({ assurance: 'claimed' })
        .where('message_id', '=', messageId)
        .execute();
      const { text } = await portal.call('GET', '/portal/authorizations?tenant=t1');
      expect(text).not.toContain(messageId);
      expect((await answerIt(messageId)).status).toBe(404);
    });
  });

  it('opens recovery cases with one answer for all of them', async () => {
    const body = { reference: 'portal-4711', tenant: 't1', adminId: 'a2', procedure: 'cessation' };
    const answers = [
      await portal.call('POST', '/portal/cases', body),
      await portal.call('POST', '/portal/cases', body),
      await portal.call('POST', '/portal/cases', { ...body, reference: 'portal-4712' }),
      await portal.call('POST', '/portal/cases', { ...body, reference: 'portal-4713', adminId: null, procedure: null }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [202, '{"text":"Received"}']));
    const trust = await apiClient(world, 'trust');
    const { json } = await trust.call('GET', '/cases?tenant=t1');
    expect(json.items).toMatchObject([{ procedure: 'cessation', communications: 2 }]);
    expect((await trust.call('GET', `/cases/${json.items[0].id}`)).json.events.length).toBeGreaterThan(1);
    expect((await portal.call('POST', '/portal/cases', { ...body, procedure: 'none' })).status).toBe(422);
  });

  it('finishes under the same id what was cut off before it was kept, and one at a time', async () => {
    const body = asked();
    const digest = requestDigest({ ...body, attachments: [] });
    const mailId = newMailId(world.now(), 1);
    const row = { idempotency_key: body.idempotencyKey, digest, mail_id: mailId, created_at: Date.now() };
    const lease = { lease_until: Date.now() + 30_000, state: 'begun' } as const;
    await world.records.db
      .insertInto('portal_requests')
      .values({ ...row, ...lease })
      .execute();
    const busy = await portal.call('POST', '/portal/requests', body);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([409, '2']);
    await world.records.db
      .updateTable('portal_requests')
      .set({ lease_until: 0 })
      .where('mail_id', '=', mailId)
      .execute();
    const answer = await portal.call('POST', '/portal/requests', body);
    expect(answer.json).toEqual({ messageIds: [`${mailId}-0`], text: 'Received' });
    expect(await verdictOf(answer)).toEqual(['accepted', 'admin', 'W-PORTAL', 'proven']);
  });

  it('loses nothing while Redis is away: 503 with the mail kept, and the same id once it is back', async () => {
    const body = asked();
    await world.redis.kill();
    const away = await portal.call('POST', '/portal/requests', body);
    expect([away.status, away.json.type, away.headers.get('retry-after')]).toEqual([
      503,
      'urn:postern:problem:unavailable',
      '10',
    ]);
    const kept = await world.records.db
      .selectFrom('portal_requests')
      .selectAll()
      .where('idempotency_key', '=', body.idempotencyKey)
      .executeTakeFirstOrThrow();
    expect(kept).toMatchObject({ state: 'begun', lease_until: 0 });
    const before = await world.spool.sidecar(kept.mail_id);
    await world.redis.start();
    await world.queues.ready(10_000);
    const answer = await portal.call('POST', '/portal/requests', body);
    expect(answer.json.messageIds).toEqual([`${kept.mail_id}-0`]);
    expect(await world.spool.sidecar(kept.mail_id)).toEqual(before);
    expect((await jobOf(answer, 'accepted'))?.data.messageId).toBe(`${kept.mail_id}-0`);
  });
});
