/** Recovery cases on real records, with staff who have been there for long; what time it is, is the test's. */
import { randomBytes } from 'node:crypto';
import type { Staff } from '../../src/cases/actor.ts';
import type { Case } from '../../src/cases/case.ts';
import type { Communication } from '../../src/cases/event.ts';
import type { Procedure } from '../../src/cases/procedure.ts';
import type { Tenant } from '../../src/directory/tenant.ts';
import { type CaseAct, type CaseRecords, type CaseResult, caseRecords } from '../../src/records/cases.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import type { Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { documentVault } from '../../src/spool/document-vault.ts';
import { alice, bob, carol, dayMs, hourMs, jurisdiction, source, start } from '../cases/story.ts';
import { addMember } from './members.ts';

export function caseTenant(changes: Partial<Tenant> = {}): Tenant {
  const admin = { secondaryEmails: [], role: 'owner', active: true, mailbox: 'dedicated', pgpKeys: [] } as const;
  return {
    id: 't1',
    name: 'Example',
    objectId: 'object-1',
    domains: ['example.com'],
    signingDomains: [],
    tier: 'standard',
    users: 12,
    partner: false,
    timezone: 'UTC',
    contract: { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] },
    helpdeskAddresses: [],
    contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+15550100', email: 'grace@example.com' }],
    admins: [
      { ...admin, id: 'a1', name: 'Ada', primaryEmail: 'ada@example.com' },
      { ...admin, id: 'a2', name: 'Ben', primaryEmail: 'ben@example.com', role: 'admin' },
    ],
    ...changes,
  };
}

export const caseMail: Communication = {
  channel: 'mail',
  reference: 'm1-0',
  receivedAt: start - hourMs,
  address: 'x@y.test',
};

export function accepted(result: CaseResult): Case {
  if (result.kind !== 'accepted') throw new Error(JSON.stringify(result));
  return result.case;
}

export type CaseDesk = {
  now: number;
  readonly cases: CaseRecords;
  importTenants(tenants: readonly Tenant[], at: number): Promise<void>;
  opened(procedure: Procedure, tenantId?: string): Promise<Case>;
  /** A minute later, by this person, who saw the case as it is. */
  act(caseId: string, input: CaseAct, by?: Staff): Promise<CaseResult>;
  callGrace(caseId: string): Promise<Case>;
  addReport(caseId: string, content?: string): Promise<CaseResult>;
  /** Does all that is needed before a proposal. */
  complete(caseId: string, adminId: string): Promise<void>;
  /** Proposal by alice, approvals by bob and carol. */
  approve(caseId: string): Promise<Case>;
};

export async function caseDesk(records: Records, vault = documentVault(randomBytes(32))): Promise<CaseDesk> {
  for (const { id } of [alice, bob, carol]) {
    await addMember(staffRecords(records), id, id === 'carol' ? 'admin' : 'trust', start - 8 * dayMs);
  }
  const cases = caseRecords(records, vault);
  const desk: CaseDesk = {
    now: start,
    cases,
    importTenants: (tenants, at) =>
      directoryRecords(records).replaceAll({ tenants, keys: new Map() }, { actor: 'ops', at }),
    async opened(procedure, tenantId = 't1') {
      const input = { by: alice, named: { tenantId, procedure }, communication: caseMail, note: 'asked by mail' };
      return accepted(await cases.open(input, desk.now));
    },
    async act(caseId, input, by = alice) {
      desk.now += 60_000;
      const kept = await cases.get(caseId);
      return cases.act(caseId, { by, seen: kept?.case.version ?? null, act: input }, desk.now);
    },
    async callGrace(caseId) {
      const contact = (await cases.get(caseId))?.case.contacts.find(({ channel }) => channel === 'phone');
      const made = { contactId: contact?.id ?? '', madeAt: desk.now, outcome: 'confirmed', note: '' } as const;
      return accepted(await desk.act(caseId, { kind: 'contact-made', ...made }));
    },
    async addReport(caseId, content = 'report') {
      const seen = (await cases.get(caseId))?.case.version ?? null;
      const document = {
        kind: 'police-report',
        fileName: 'report.pdf',
        mediaType: 'application/pdf',
        marks: [],
        origin: { kind: 'upload' },
      } as const;
      desk.now += 1_000;
      return cases.addDocument(caseId, { by: alice, seen, document, content: Buffer.from(content) }, desk.now);
    },
    async complete(caseId, adminId) {
      accepted(await desk.act(caseId, { kind: 'request-set', request: { kind: 'delete-admin', adminId } }));
      accepted(await desk.addReport(caseId, `report ${caseId}`));
      for (const by of [alice, bob, carol])
        accepted(await desk.act(caseId, { kind: 'document-looked', documentId: 'd1' }, by));
      const confirmation = { documentId: 'd1', source, note: 'fits', jurisdiction } as const;
      accepted(await desk.act(caseId, { kind: 'document-confirmed', ...confirmation }));
      await desk.callGrace(caseId);
    },
    async approve(caseId) {
      accepted(await desk.act(caseId, { kind: 'proposed' }));
      accepted(await desk.act(caseId, { kind: 'approved', account: null }, bob));
      return accepted(await desk.act(caseId, { kind: 'approved', account: null }, carol));
    },
  };
  await desk.importTenants([caseTenant()], start - 40 * dayMs);
  return desk;
}
