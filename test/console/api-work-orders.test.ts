/** Engineering reads a work order, and answers it once, over the socket. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issueOrder } from '../../src/case-file/issue-order.ts';
import { start } from '../cases/story.ts';
import { accepted, type CaseDesk, caseDesk } from '../helpers/case-desk.ts';
import { type ApiClient, apiClient } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

describe('work orders of the API', () => {
  let world: ConsoleWorld;
  let desk: CaseDesk;
  let engineering: ApiClient;
  let now = start;
  let caseId = '';
  let orderId = '';
  let sha256 = '';
  beforeAll(async () => {
    world = await startConsole({ now: () => now });
    desk = await caseDesk(world.records);
    engineering = await apiClient(world, null, ['engineering']);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    // Calls of one token are limited.
    desk.now += 3_600_000;
    const { id } = await desk.opened(caseId === '' ? 'disgruntled-admin' : 'preventative');
    await desk.complete(id, caseId === '' ? 'a1' : 'a2');
    const of = await desk.approve(id);
    const sign = async () => ({ armored: '-----BEGIN PGP SIGNATURE-----', fingerprint: 'ABCD' });
    const order = await issueOrder(of, desk.cases.orders, sign, desk.now);
    caseId = id;
    now = desk.now;
    orderId = order?.id ?? '';
    sha256 = createHash('sha256')
      .update(order?.document ?? '')
      .digest('hex');
  });

  const answer = (changes = {}) =>
    engineering.call('POST', `/work-orders/${orderId}/answer`, {
      sha256,
      result: 'done',
      reference: 'ENG-7',
      ...changes,
    });

  it('are read, answered once, and known again; what does not fit changes nothing', async () => {
    const read = await engineering.call('GET', `/work-orders/${orderId}`);
    expect(read).toMatchObject({ status: 200, json: { id: orderId, case: caseId, sha256, state: 'open' } });
    expect(JSON.parse(read.json.document)).toMatchObject({ id: orderId, singleUse: true });

    const other = await answer({ sha256: '0'.repeat(64) });
    expect(other).toMatchObject({ status: 422, json: { type: 'urn:postern:problem:invalid-request' } });
    expect((await answer({ result: 'cancelled' })).status).toBe(422);
    expect((await answer({ reference: ' ' })).status).toBe(422);
    expect((await answer({ reference: 'a\nb' })).status).toBe(422);
    expect((await answer({ note: 'x'.repeat(4_001) })).status).toBe(422);
    expect(
      (
        await engineering.call('POST', '/work-orders/case-none-order/answer', {
          sha256,
          result: 'done',
          reference: 'x',
        })
      ).status,
    ).toBe(404);
    expect((await desk.cases.get(caseId))?.case.workOrder?.answer).toBeNull();

    expect(await answer()).toMatchObject({ status: 200, json: { result: 'done', recorded: 'now' } });
    expect(await answer()).toMatchObject({ status: 200, json: { result: 'done', recorded: 'before' } });
    const conflict = await answer({ result: 'failed' });
    expect(conflict).toMatchObject({ status: 409, json: { type: 'urn:postern:problem:conflict' } });
    expect((await engineering.call('GET', `/work-orders/${orderId}`)).json.state).toBe('answered');
    const kept = (await desk.cases.get(caseId))?.case.workOrder?.answer;
    expect(kept).toMatchObject({ result: 'done', reference: 'ENG-7', by: `token:${engineering.tokenId} test` });
  });

  it('are open until they expire, or until staff cancel them', async () => {
    const { json: read } = await engineering.call('GET', `/work-orders/${orderId}`);
    const expiresAt = Date.parse(read.expiresAt);
    now = expiresAt - 1;
    expect((await engineering.call('GET', `/work-orders/${orderId}`)).json.state).toBe('open');
    now = expiresAt;
    expect((await engineering.call('GET', `/work-orders/${orderId}`)).json.state).toBe('expired');
    const cancel = { kind: 'work-order-answered', result: 'cancelled', reference: 'x', note: '' } as const;
    accepted(await desk.act(caseId, cancel));
    expect((await engineering.call('GET', `/work-orders/${orderId}`)).json.state).toBe('cancelled');
    expect((await answer()).status).toBe(409);
    const staff = await apiClient(world, 'trust', ['read']);
    const { json } = await staff.call('GET', `/cases/${caseId}`);
    expect(json).toMatchObject({ id: caseId, state: 'answered', ceased: null });
  });
});
