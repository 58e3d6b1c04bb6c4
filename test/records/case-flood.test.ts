import { beforeEach, expect, it } from 'vitest';
import { mostUnnamed } from '../../src/cases/unnamed.ts';
import { auditRecords } from '../../src/records/audit.ts';
import type { Records } from '../../src/records/open-records.ts';
import { alice, hourMs, olga, start } from '../cases/story.ts';
import { accepted, type CaseDesk, caseDesk } from '../helpers/case-desk.ts';
import { onEachDatabase } from './databases.ts';

onEachDatabase((databases) => {
  let records: Records;
  let desk: CaseDesk;
  beforeEach(async () => {
    records = await databases.fresh();
    desk = await caseDesk(records);
  });

  const doubtful = async (messageId: string, address: string, at: number): Promise<string> => {
    const mail = { messageId, receivedAt: at, address, tenantId: null, procedure: null };
    return (await desk.cases.takeMail(mail, at)).caseId;
  };
  const query = { from: start, until: start + hourMs, author: null };
  const unnamed = async (changes: Partial<typeof query> | { readonly author: string } = {}) => {
    const found = await desk.cases.unnamed({ ...query, ...changes });
    return found.map(({ communications, id }) => ({ id, communications: communications.length }));
  };
  const input = { by: alice, note: 'a flood' };
  const isOpen = async (id: string) => (await desk.cases.get(id))?.case.closed === null;

  it('finds cases that nobody has named by time and by claimed author', async () => {
    await desk.opened('closure');
    const before = await doubtful('m1-0', 'a@flood.test', start - 1);
    const first = await doubtful('m2-0', 'a@FLOOD.test', start);
    const second = await doubtful('m3-0', 'b@flood.test', start + hourMs - 1);
    const other = await doubtful('m4-0', 'c@notflood.test', start + 1);
    await doubtful('m5-0', 'd@flood.test', start + hourMs);
    const ids = async (author: string) => (await unnamed({ author })).map(({ id }) => id);
    expect((await unnamed()).map(({ id }) => id)).toEqual([first, other, second]);
    expect(await ids('flood.test')).toEqual([first, second]);
    expect(await ids('B@flood.test')).toEqual([second]);
    expect(await ids('nobody.test')).toEqual([]);
    expect(before).not.toBe(first);
  });

  it('closes what was looked at, each in the audit log, and nothing that has changed since', async () => {
    const bogus = await doubtful('m1-0', 'a@flood.test', start);
    const named = await doubtful('m2-0', 'b@flood.test', start + 1);
    const joined = await doubtful('m3-0', 'c@flood.test', start + 2);
    const seen = await unnamed();
    const naming = { by: alice, seen: 1, tenantId: 't1', procedure: 'closure' } as const;
    accepted(await desk.cases.name(named, naming, start + 3));
    await doubtful('m4-0', 'c@flood.test', start + 4);
    const later = await doubtful('m5-0', 'd@flood.test', start + 5);
    expect(await desk.cases.closeUnnamed(seen, input, start + 6)).toEqual({ kind: 'closed', closed: 1, left: 2 });
    expect((await desk.cases.get(bogus))?.case.closed).toMatchObject({
      outcome: 'unfounded',
      note: 'a flood',
      by: 'alice',
    });
    for (const id of [named, joined, later]) expect(await isOpen(id)).toBe(true);
    expect(await auditRecords(records).list({ action: 'case.closed', limit: 9 })).toMatchObject([{ subject: bogus }]);
    expect(await desk.cases.ofMail('m1-0')).toBe(bogus);
    expect(await doubtful('m6-0', 'a@flood.test', start + 7)).not.toBe(bogus);
  });

  it('refuses whoever may not, and a closing without a reason', async () => {
    const id = await doubtful('m1-0', 'a@flood.test', start);
    const seen = await unnamed();
    expect(await desk.cases.closeUnnamed(seen, { ...input, by: olga }, start + 1)).toMatchObject({
      kind: 'refused',
      missing: ['the role trust'],
    });
    expect(await desk.cases.closeUnnamed(seen, { ...input, note: ' ' }, start + 1)).toMatchObject({ kind: 'refused' });
    expect(await isOpen(id)).toBe(true);
  });

  it('goes on behind any number of others', async () => {
    for (let number = 0; number < mostUnnamed + 3; number += 1) {
      await doubtful(`f${number}-0`, `x${number}@real.test`, start + number);
    }
    const id = await doubtful('m1-0', 'a@flood.test', start + mostUnnamed + 9);
    expect(await unnamed({ author: 'flood.test' })).toEqual([{ id, communications: 1 }]);
    const seen = await unnamed();
    expect(seen).toHaveLength(mostUnnamed);
    expect(await desk.cases.closeUnnamed(seen, input, start + hourMs)).toMatchObject({ closed: mostUnnamed, left: 0 });
    expect(await unnamed()).toHaveLength(4);
  });
});
