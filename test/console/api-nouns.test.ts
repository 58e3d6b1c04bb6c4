/** What each call does, over a real socket, on real stores. Answers are held against the document by the client. */
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceRecords } from '../../src/records/trace.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { traceInput } from '../records/mails.ts';
import { type ApiClient, apiClient } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';
import { storeHostileMail } from './hostile-mail.ts';

const idOf = (index: number) => `${index.toString(36).padStart(22, '0')}-0`;
const file = (changes = {}) => ({
  tenants: [
    tenantJson({
      objectId: '5f0c',
      contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+15552345678', email: 'grace@example.com' }],
      ...changes,
    }),
  ],
});

describe('the API', () => {
  let world: ConsoleWorld;
  let admin: ApiClient;
  let hostileId = '';
  beforeAll(async () => {
    world = await startConsole();
    admin = await apiClient(world, 'admin');
    const inputs = Array.from({ length: 60 }, (_, index) =>
      traceInput({
        messageId: idOf(index),
        receivedAt: world.now() - index * 60_000 - 60_000,
        subject: `Printer ${index} on fire`,
        from: `user${index % 7}@example.com`,
        outcome: index % 3 === 0 ? 'escalated' : 'accepted',
        ...(index % 3 === 0 ? { assurance: 'claimed' as const } : {}),
      }),
    );
    await traceRecords(world.records).record(inputs, world.now());
    hostileId = await storeHostileMail(world, world.now());
  });
  afterAll(() => world.close());

  const lastActs = async (limit: number) =>
    (await world.ports.audit.list({ limit })).map(({ action, actor, subject }) => [action, actor, subject]);
  const actor = () => `token:${admin.tokenId} test`;

  it('finds mails page by page, and tells the story of one', async () => {
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { json } = await admin.call('GET', `/messages?q=printer${next === '' ? '' : `&after=${next}`}`);
      seen.push(...json.items.map(({ messageId }: { messageId: string }) => messageId));
      next = json.next;
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => idOf(index)));
    const only = await admin.call('GET', `/messages?q=${idOf(7)}`);
    expect(only.json).toMatchObject({ items: [{ messageId: idOf(7), subject: 'Printer 7 on fire' }], next: null });
    const story = await admin.call('GET', `/messages/${idOf(3)}`);
    expect(story.json).toMatchObject({ verdict: { outcome: 'escalated' }, rawIsKept: expect.any(Boolean) });
    expect((await admin.call('GET', `/messages/${idOf(3)}/simulation`)).json.kind).toMatch(/same|different/);
    expect((await admin.call('GET', '/messages/nothing-0')).status).toBe(404);
  });

  it('gives out what people wrote as it came, and audits each look', async () => {
    const text = await admin.call('GET', `/messages/${hostileId}/text`);
    expect(text.json.text).toContain('<');
    const raw = await admin.call('GET', `/messages/${hostileId}/raw`);
    expect(raw.headers.get('content-type')).toBe('message/rfc822');
    expect(raw.headers.get('content-disposition')).toBe(`attachment; filename="${hostileId}.eml"`);
    expect(Buffer.byteLength(raw.text)).toBeGreaterThan(100);
    expect(await lastActs(2)).toEqual([
      ['mail.download', actor(), hostileId],
      ['mail.read', actor(), hostileId],
    ]);
    const gone = await admin.call('GET', `/messages/${idOf(1)}/raw`);
    expect([gone.status, gone.json.type]).toEqual([404, 'urn:postern:problem:not-found']);
  });

  it('decides an escalated mail once', async () => {
    const { json } = await admin.call('GET', '/reviews?limit=2');
    expect(json.items).toHaveLength(2);
    const second = await admin.call('GET', `/reviews?limit=2&after=${json.next}`);
    expect(second.json.items[0].messageId).not.toBe(json.items[1].messageId);
    const { messageId, version } = json.items[0];
    expect((await admin.call('GET', `/reviews/${messageId}`)).json.brief.nextStep).toContain('address on file');
    const path = `/reviews/${messageId}/decision`;
    const body = { outcome: 'rejected', note: 'nobody we know', version, deny: 'network' };
    expect((await admin.call('POST', path, { ...body, version: 9 })).status).toBe(409);
    expect((await admin.call('POST', path, { ...body, note: 'a\u202eb' })).status).toBe(422);
    expect((await admin.call('POST', path, { ...body, outcome: 'accepted' })).status).toBe(422);
    expect((await admin.call('POST', path, { ...body, allow: true })).status).toBe(422);
    // An unproven mail allows nobody, and stays undecided.
    const allowing = { outcome: 'accepted', note: 'known', version, verifiedBy: 'by phone', allow: true };
    const refused = await admin.call('POST', path, allowing);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('counts by proof')]);
    const decided = await admin.call('POST', path, body);
    expect(decided.json).toMatchObject({
      outcome: 'rejected',
      denied: expect.stringMatching(/^[0-9a-f]{20}$/),
      allowed: [],
      allowedUntil: null,
    });
    expect((await admin.call('POST', path, body)).status).toBe(409);
    expect(await world.ports.reviews.get(messageId)).toMatchObject({ state: 'rejected', decided_by: actor() });
    expect((await admin.call('POST', `/reviews/${idOf(1)}/decision`, body)).status).toBe(404);
    await admin.call('DELETE', `/deny/${decided.json.denied}`);
  });

  it('shows tickets, queues and health', async () => {
    const { json } = await admin.call('GET', '/tickets?limit=1&status=open');
    const more = await admin.call('GET', `/tickets?limit=1&after=${json.next}`);
    expect(more.json.items[0].number).not.toBe(json.items[0].number);
    const typed = json.items[0].number.toLowerCase().replaceAll('-', '');
    expect((await admin.call('GET', `/tickets/${typed}`)).json.number).toBe(json.items[0].number);
    expect((await admin.call('GET', '/tickets/PT-0000-0000')).status).toBe(404);
    expect((await admin.call('GET', '/clocks')).json.items).toEqual(expect.any(Array));
    expect((await admin.call('GET', '/queues')).json.queues.length).toBeGreaterThan(3);
    const health = await admin.call('GET', '/health');
    expect(health.json).toMatchObject({ redisAnswers: true, undecided: expect.any(Number) });
  });

  it('holds a queue and lets it go, and says so', async () => {
    const held = await admin.call('POST', '/queues/handoff/pause', { reason: 'the help desk moves' });
    expect(held.json).toEqual({ queue: 'handoff', paused: true });
    expect(await (await world.queues.built()).get('handoff')?.isPaused()).toBe(true);
    const named = async () =>
      (await admin.call('GET', '/queues')).json.queues.find((one: { queue: string }) => one.queue === 'handoff');
    expect(await named()).toMatchObject({ paused: true, pause: { reason: 'the help desk moves', by: actor() } });
    expect((await admin.call('POST', '/queues/handoff/pause', { reason: ' ' })).status).toBe(422);
    expect((await admin.call('POST', '/queues/nothing/pause', { reason: 'x' })).status).toBe(422);
    expect((await admin.call('POST', '/queues/handoff/resume')).json).toEqual({ queue: 'handoff', paused: false });
    expect(await named()).toMatchObject({ paused: false, pause: null });
    expect(await lastActs(2)).toEqual([
      ['queue.resume', actor(), 'handoff'],
      ['queue.pause', actor(), 'handoff'],
    ]);
  });

  it('puts dead letters back to work after a dry run', async () => {
    const queue = (await world.queues.built()).get('rejected');
    await queue?.add('x', {}, { jobId: 'dead-1' });
    const worker = new Worker('rejected', () => Promise.reject(new Error('disk 7 is full')), {
      connection: { path: world.redis.target.socketPath, maxRetriesPerRequest: null },
      prefix: queue?.opts.prefix ?? '',
    });
    await new Promise((done) => worker.once('failed', done));
    await worker.close();
    expect((await admin.call('GET', '/queues/failures')).json.items).toMatchObject([{ queue: 'rejected', jobs: 1 }]);
    const dry = await admin.call('POST', '/queues/retry', { queue: 'rejected', cause: 'disk' });
    expect(dry.json).toEqual({ dryRun: true, matched: 1, retried: 0, gone: 0 });
    expect((await lastActs(1))[0]?.[0]).not.toBe('queue.retry'); // nothing was done
    const wet = await admin.call('POST', '/queues/retry', { queue: 'rejected', dryRun: false });
    expect(wet.json).toEqual({ dryRun: false, matched: 1, retried: 1, gone: 0 });
    expect(await lastActs(1)).toEqual([['queue.retry', actor(), 'rejected']]);
  });

  it('keeps the deny-list, and cuts no customer off by accident', async () => {
    await admin.call('POST', '/directory/import', JSON.stringify(file()), { 'content-type': 'application/json' });
    const diff = await admin.call('POST', '/directory/import', file());
    await admin.call('POST', `/directory/import?apply=${diff.json.digest}`, file());
    const spammer = { kind: 'email', value: 'Spam+x@evil.example', reason: 'sends invoices' };
    const preview = await admin.call('POST', '/deny/preview', spammer);
    expect(preview.json).toMatchObject({
      replaces: false,
      struck: [],
      entry: { value: 'spam@evil.example', createdBy: actor() },
    });
    const added = await admin.call('POST', '/deny', spammer);
    expect(added.status).toBe(201);
    const { id } = added.json.entry;
    expect((await admin.call('GET', '/deny/matches?target=spam%2By@evil.example')).json.items).toMatchObject([{ id }]);
    const later = '2999-01-01T00:00:00.000Z';
    expect((await admin.call('PUT', `/deny/${id}/expiry`, { expiresAt: later })).json.expiresAt).toBe(later);
    expect((await admin.call('PUT', `/deny/${id}/expiry`, { expiresAt: '2001-01-01T00:00:00Z' })).status).toBe(422);
    const lately = new Date(world.now() - 1_000).toISOString();
    expect((await admin.call('PUT', `/deny/${id}/expiry`, { expiresAt: lately })).status).toBe(422);
    const grave = { kind: 'domain', value: 'example.com', reason: 'x' };
    const refused = await admin.call('POST', '/deny', grave);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('sure: true')]);
    expect((await admin.call('POST', '/deny', { ...grave, sure: true })).status).toBe(201);
    expect((await admin.call('POST', '/deny', { ...grave, value: 'com', sure: true })).json.faults).toEqual([
      { field: 'value', message: 'is a public suffix' },
    ]);
    expect((await admin.call('GET', '/deny?limit=200')).status).toBe(200);
    expect((await admin.call('GET', '/deny?limit=201')).status).toBe(422);
    const list = await admin.call('GET', '/deny?limit=1');
    expect((await admin.call('GET', `/deny?limit=1&after=${list.json.next}`)).json).toMatchObject({ next: null });
    const csv = await admin.call('GET', '/deny/export');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect((await admin.call('DELETE', `/deny/${id}`)).status).toBe(204);
    expect((await admin.call('DELETE', `/deny/${id}`)).status).toBe(404);
    expect((await admin.call('GET', `/deny/${id}`)).json).toMatchObject({ isThere: false, history: expect.any(Array) });

    const send = (query: string, text = csv.text) =>
      admin.call('POST', `/deny/import?${query}`, text, { 'content-type': 'text/csv' });
    const dry = await send('mode=merge');
    expect(dry.json).toMatchObject({ applied: false, added: [id] });
    expect((await admin.call('GET', `/deny/${id}`)).json.isThere).toBe(false);
    expect((await send('mode=merge&apply=another')).status).toBe(409);
    expect((await send(`mode=merge&apply=${dry.json.digest}`)).json.applied).toBe(true);
    expect((await admin.call('GET', `/deny/${id}`)).json.isThere).toBe(true);
    const bad = await send('', 'kind,value\nemail,x\n');
    expect([bad.status, bad.json.faults[0].field]).toEqual([422, 'file']);
  });

  it('imports no deny entries that cut customers off, keys included, before somebody says that it is meant', async () => {
    const [held, gone, stranger] = await Promise.all(
      ['Ada', 'Bob', 'Eve'].map((name) => makePgpKey({ name, email: `${name.toLowerCase()}@example.com` })),
    );
    const keyed = file({
      contract: { alternateSenders: [{ address: 'agent@partner.example', requests: ['purchase'] }] },
      admins: [
        adminJson({ pgpKeys: [held?.armoredPublic] }),
        adminJson({ id: 'a2', active: false, primaryEmail: 'bob@example.com', pgpKeys: [gone?.armoredPublic] }),
      ],
    });
    const dryKeys = await admin.call('POST', '/directory/import', keyed);
    await admin.call('POST', `/directory/import?apply=${dryKeys.json.digest}`, keyed);
    const rows = [
      `pgp,${held?.fingerprint},x,,,,me`,
      `pgp,${gone?.fingerprint},x,,,,me`,
      `pgp,${stranger?.fingerprint},x,,,,me`,
      `pgp,${held?.fingerprint},x,,tenant:t9,,me`,
      'email,bob@example.com,x,,,,me',
      'email,ada@example.com,x,,,,me',
      'email,eve@nuisance.example,x,,,,me',
      'email,agent@partner.example,x,,,,me',
    ];
    const csv = ['kind,value,reason,note,scope,expires_at,created_by', ...rows, ''].join('\n');
    const send = (query: string) => admin.call('POST', `/deny/import?${query}`, csv, { 'content-type': 'text/csv' });
    const { json } = await send('');
    expect(json.added).toHaveLength(8);
    const struck = { kind: 'key', who: 'ada@example.com', tenantId: 't1', isGrave: true };
    const named = json.grave.map(({ kind, value }: { kind: string; value: string }) => `${kind} ${value}`);
    expect(named.sort()).toEqual(['email ada@example.com', 'email agent@partner.example', `pgp ${held?.fingerprint}`]);
    expect(json.grave.find(({ kind }: { kind: string }) => kind === 'pgp').struck).toEqual([struck]);
    const refused = await send(`apply=${json.digest}`);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('sure: true')]);
    const stranger1 = `/deny/matches?target=eve@nuisance.example`;
    expect((await admin.call('GET', stranger1)).json.items).toEqual([]);
    expect((await send(`apply=${json.digest}&sure=true`)).json).toMatchObject({ applied: true });
    expect((await admin.call('GET', stranger1)).json.items).toHaveLength(1);
    // Nothing is cut off by it that was not before, and to end it sooner cuts off nobody.
    expect((await send('')).json).toMatchObject({ unchanged: 8, grave: [] });
    const { entry } = json.grave[0];
    const until = (expiresAt: string | null, more = {}) =>
      admin.call('PUT', `/deny/${entry}/expiry`, { expiresAt, ...more });
    expect((await until('2999-01-01T00:00:00.000Z')).status).toBe(200);
    expect((await until(null)).status).toBe(409);
    expect((await until(null, { sure: true })).json.expiresAt).toBeNull();
  });

  it('tells a large import of entries that another one is in the way', async () => {
    const rows = Array.from({ length: 1_001 }, (_, index) => `email,m${index}@nuisance.example,x,,,,me`);
    const csv = ['kind,value,reason,note,scope,expires_at,created_by', ...rows, ''].join('\n');
    const send = (query: string) => admin.call('POST', `/deny/import?${query}`, csv, { 'content-type': 'text/csv' });
    const { json } = await send('');
    const { db } = world.records;
    await db.updateTable('deny_state').set({ staged: 1_000, seen_at: Date.now(), actor: 'grace' }).execute();
    const refused = await send(`apply=${json.digest}`);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('grace')]);
    await db.updateTable('deny_state').set({ seen_at: 0 }).execute();
    expect((await send(`apply=${json.digest}`)).json).toMatchObject({ applied: true });
  });

  it('replaces the directory only by exactly what was shown', async () => {
    const wanted = file({
      name: 'Renamed',
      admins: [adminJson(), adminJson({ id: 'a2', primaryEmail: 'eve@example.com' })],
    });
    const dry = await admin.call('POST', '/directory/import', wanted);
    expect(dry.json).toMatchObject({ applied: false, changed: ['t1'], added: [], removed: [] });
    expect((await admin.call('GET', '/directory/tenants/t1')).json.name).toBe('Example');
    expect((await admin.call('POST', `/directory/import?apply=${dry.json.digest}`, file())).status).toBe(409);
    const done = await admin.call('POST', `/directory/import?apply=${dry.json.digest}`, wanted);
    expect(done.json.applied).toBe(true);
    expect((await admin.call('GET', '/directory/tenants?q=renamed')).json.items).toMatchObject([
      { id: 't1', admins: 2 },
    ]);
    expect((await admin.call('GET', '/directory/export')).json.tenants).toHaveLength(1);
    expect(
      (await admin.call('POST', '/directory/import', { tenants: [{ id: 't1' }] })).json.faults.length,
    ).toBeGreaterThan(1);
    expect((await admin.call('GET', '/directory/tenants/none')).status).toBe(404);
  });

  it('looks up who calls', async () => {
    const number = encodeURIComponent('+1 555 234 5678');
    const { json } = await admin.call('GET', `/phone?number=${number}`);
    expect(json).toMatchObject({ number: '+15552345678', denied: false, onFile: [{ name: 'Grace' }], ticket: null });
    await admin.call('POST', '/deny', { kind: 'phone', value: '+15552345678', reason: 'threats', sure: true });
    const [{ number: ticket }] = (await admin.call('GET', '/tickets?limit=1')).json.items;
    expect((await admin.call('GET', '/tickets?requester=nobody@nowhere.example')).json.items).toEqual([]);
    expect((await admin.call('GET', `/phone?number=${number}&ticket=${ticket}`)).json).toMatchObject({
      denied: true,
      deniedBy: [{ reason: 'threats' }],
      ticket: { number: ticket },
    });
    expect((await admin.call('GET', '/phone?number=12')).status).toBe(422);
  });

  it('shows cases and the audit log, and whether its chain is whole', async () => {
    expect((await admin.call('GET', '/cases')).json).toEqual({ items: [], next: null });
    expect((await admin.call('GET', '/cases?after=bm9uc2Vuc2U')).status).toBe(422);
    expect((await admin.call('GET', '/cases/none')).status).toBe(404);
    const first = await admin.call('GET', '/audit?limit=2');
    const second = await admin.call('GET', `/audit?limit=2&after=${first.json.next}`);
    expect(second.json.items[0].seq).toBe(first.json.items[1].seq - 1);
    const verified = await admin.call('GET', '/audit/verification');
    expect(verified.json).toMatchObject({ ok: true });
    const { hash, seq } = verified.json.head;
    expect((await admin.call('GET', `/audit/verification?seq=${seq}&hash=${hash}`)).json.ok).toBe(true);
    expect((await admin.call('GET', `/audit/verification?seq=${seq}&hash=${'0'.repeat(64)}`)).json.ok).toBe(false);
    expect((await admin.call('GET', `/audit/verification?seq=${seq}`)).status).toBe(422);
  });

  it('says 503 and when to come again while Redis is away', async () => {
    await world.redis.stop();
    const { headers, json, status } = await admin.call('GET', '/queues');
    expect([status, json.type, headers.get('retry-after')]).toEqual([503, 'urn:postern:problem:unavailable', '10']);
    expect((await admin.call('GET', '/health')).status).toBe(200);
  });
});
