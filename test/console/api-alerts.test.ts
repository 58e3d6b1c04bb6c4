/** Alerts over the socket: open, history, silences, and parked messages tried anew. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertDeliveryRecords } from '../../src/records/alert-deliveries.ts';
import { alertRaising } from '../../src/records/alert-events.ts';
import { alertRecords } from '../../src/records/alerts.ts';
import { happening, minuteMs, reading, rules, timing } from '../alerts/desk.ts';
import { type ApiClient, apiClient } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const targets = [{ name: 'desk', kinds: null, leastSeverity: 'warning' } as const];

describe('alerts of the API', () => {
  let world: ConsoleWorld;
  let operator: ApiClient;
  beforeAll(async () => {
    world = await startConsole({ alertTargets: targets });
    operator = await apiClient(world, 'operator');
    await alertRaising(world.records)([happening('case-alarm', { subject: 'case-1', reference: 'case-1' })]);
    const readings = [reading('queue-age', 12 * minuteMs, 'accepted')];
    await alertRecords(world.records).pass({ readings, rules, timing, targets }, world.now());
  });
  afterAll(() => world.close());

  it('are listed as the page has them, with their history page by page', async () => {
    const { json } = await operator.call('GET', '/alerts');
    expect(json).toMatchObject({
      targets: ['desk'],
      items: expect.arrayContaining([
        expect.objectContaining({
          kind: 'queue-age',
          subject: 'accepted',
          title: 'Queue accepted: its oldest job has waited for 12 min',
          value: 12 * minuteMs,
          silencedBy: null,
        }),
        expect.objectContaining({ kind: 'case-alarm', severity: 'critical', events: 1, references: ['case-1'] }),
      ]),
    });
    expect(json.items).toHaveLength(2);
    const first = await operator.call('GET', '/alerts/history?limit=1');
    const second = await operator.call('GET', `/alerts/history?limit=1&after=${first.json.next}`);
    expect(second.json).toMatchObject({ items: [{ change: 'raised' }], next: null });
    const kinds: readonly string[] = [first.json.items[0].kind, second.json.items[0].kind];
    expect(kinds.toSorted()).toEqual(['case-alarm', 'queue-age']);
    expect((await operator.call('GET', '/alerts/history?after=x')).status).toBe(422);
  });

  it('are silenced and let speak, in the name of the token; what is no silence says why', async () => {
    const until = new Date(world.now() + 3_600_000).toISOString();
    const wish = { kind: 'queue-age', subject: 'accepted', until, reason: 'a move' };
    const { json, status } = await operator.call('POST', '/alerts/silences', wish);
    expect([status, json]).toMatchObject([201, { ...wish, author: `token:${operator.tokenId} test` }]);
    expect((await operator.call('GET', '/alerts/silences')).json.items).toEqual([json]);

    const wrong = [
      { ...wish, until: new Date(world.now() - 1).toISOString() },
      { ...wish, until: new Date(world.now() + 31 * 86_400_000).toISOString() },
      { ...wish, kind: 'nothing' },
      { ...wish, subject: 'x y' },
      { ...wish, reason: ' ' },
      { ...wish, reason: 'two\nlines' },
    ];
    for (const body of wrong) expect((await operator.call('POST', '/alerts/silences', body)).status).toBe(422);
    expect((await operator.call('GET', '/alerts/silences')).json.items).toHaveLength(1);

    expect((await operator.call('DELETE', `/alerts/silences/${json.id}`)).status).toBe(204);
    expect((await operator.call('DELETE', `/alerts/silences/${json.id}`)).status).toBe(404);
    expect((await operator.call('GET', '/alerts/silences')).json.items).toEqual([]);
    const acts = (await world.ports.audit.list({ limit: 2 })).map(({ action, actor }) => [action, actor]);
    const actor = `token:${operator.tokenId} test`;
    expect(acts).toEqual([
      ['alert.unsilence', actor],
      ['alert.silence', actor],
    ]);
  });

  it('whose messages were given up are tried anew, once', async () => {
    const deliveries = alertDeliveryRecords(world.records);
    const [claimed] = await deliveries.claim('desk', world.now(), 60_000, 1);
    const { claims = 0, id = '' } = claimed ?? {};
    await deliveries.settle([{ id, claims, settlement: { kind: 'parked', cause: 'HTTP 410' } }], world.now());
    const { json } = await operator.call('GET', '/alerts/undelivered');
    expect(json.items).toContainEqual(
      expect.objectContaining({ id, target: 'desk', state: 'parked', attempts: 1, cause: 'HTTP 410' }),
    );
    const retry = () => operator.call('POST', '/alerts/undelivered/retry', { ids: [id, 'none'] });
    expect((await retry()).json).toEqual({ retried: 1 });
    expect((await retry()).json).toEqual({ retried: 0 });
    expect((await operator.call('POST', '/alerts/undelivered/retry', { ids: [] })).status).toBe(422);
    expect(await deliveries.get([id])).toMatchObject([{ state: 'queued', attempts: 0 }]);
    const [act] = await world.ports.audit.list({ limit: 1 });
    expect(act).toMatchObject({ action: 'alerts.retry', actor: `token:${operator.tokenId} test` });
  });

  it('change nothing for a token that may only look, or only work the queues', async () => {
    const until = new Date(world.now() + 3_600_000).toISOString();
    for (const scope of ['read', 'queues'] as const) {
      const { call } = await apiClient(world, 'admin', [scope]);
      expect((await call('POST', '/alerts/silences', { until, reason: 'quiet' })).status).toBe(403);
      expect((await call('POST', '/alerts/undelivered/retry', { ids: ['x'] })).status).toBe(403);
    }
    expect((await operator.call('GET', '/alerts/silences')).json.items).toEqual([]);
  });
});
