/** What the console says of mail on its way to somebody: hand-over, notices, contacts that cannot be reached. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryRecords } from '../../src/records/directory.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { traceInput } from '../records/mails.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const id = `${'a'.padStart(22, '0')}-0`;

describe('what is on its way', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.close());

  it('stands with the mail, and what a receiver answered stays text', async () => {
    const at = world.now();
    const input = traceInput({ messageId: id, receivedAt: at - hourMs });
    const ticket = ticketDraft({ targets: ['desk', 'hook'] });
    await traceRecords(world.records).record([{ ...input, ticket }], at);
    const [handoff, notices] = [handoffRecords(world.records), noticeRecords(world.records)];
    await handoff.claim('desk', at, 1, 9);
    await handoff.settle([{ id: `${id}_desk`, claims: 1, settlement: { kind: 'delivered' } }], at);
    await handoff.claim('hook', at, 1, 9);
    const cause = 'HTTP 503 <script>x</script>';
    await handoff.settle(
      [{ id: `${id}_hook`, claims: 1, settlement: { kind: 'retrying', nextAt: at + 1, cause } }],
      at,
    );
    await notices.open([{ outgoing: outgoingNotice(id, 'ada@example.com'), limits: [] }], at);
    await notices.claim('relay', at, 1, 9);
    await notices.settle([{ id, claims: 1, settlement: { kind: 'parked', cause: '550 <b>no</b>' } }], at);
    const page = await (await world.get(`/mail/${id}`, await world.session('operator'))).text();
    expect(page).toContain('Hand-over to desk: delivered');
    expect(page).toContain('Hand-over to hook: retrying');
    expect(page).toContain('1 failed: HTTP 503 &lt;script&gt;');
    expect(page).toContain('Notice “receipt”: parked');
    expect(page).toContain('1 failed: 550 &lt;b&gt;no');
    expect(page).not.toMatch(/<script>x|<b>no/);
  });

  it('tells with a case which contact on file mail does not reach', async () => {
    const at = world.now();
    const contact = { name: 'Grace', role: 'executive', phone: '+12025550100', email: 'grace@example.com' };
    const directory = await directoryOf(tenantJson({ contactsOnFile: [contact] }));
    await directoryRecords(world.records).replaceAll(directory, { actor: 'ops', at: at - 40 * dayMs });
    const trust = await world.session('trust');
    const opened = await world.ports.caseTools.cases.open(
      {
        by: { kind: 'staff', id: trust.name, roles: [] },
        named: { tenantId: 't1', procedure: 'preventative' },
        communication: { channel: 'portal', reference: 'P-1', receivedAt: at - hourMs, address: null },
        note: '',
      },
      at - 1_000,
    );
    if (opened.kind !== 'accepted') throw new Error(JSON.stringify(opened));
    const casePage = async () => (await world.get(`/cases/${opened.case.id}`, trust)).text();
    expect(await casePage()).toContain('grace@example.com');
    expect(await casePage()).not.toContain('unreachable');
    const notices = noticeRecords(world.records);
    const outgoing = { ...outgoingNotice('c1', 'grace@example.com'), envelopeFrom: 'bounce+c1@postern.test' };
    await notices.open([{ outgoing, limits: [] }], at);
    const [claimed] = await notices.claim('relay', at, 1, 1);
    await notices.settle([{ id: 'c1', claims: claimed?.claims ?? 0, settlement: { kind: 'delivered' } }], at);
    await notices.bounced('c1', 'its delivery failed (5.1.1)', at);
    expect(await casePage()).toMatch(/unreachable.*since.*its delivery failed \(5\.1\.1\)/s);
  });
});
