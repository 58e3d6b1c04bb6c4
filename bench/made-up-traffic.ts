/**
 * Weeks of made-up traffic as rows of the records: a few tenants write most mails, strangers and nuisances the rest;
 * working hours are busy; some words stand in every tenth subject and others in one. The same for each run and database.
 */

import { newMailId } from '../src/intake/mail-id.ts';
import type { TraceInput } from '../src/records/trace.ts';
import type { Verdict } from '../src/verdict/verdict.ts';
import { adminJson, type Json, tenantJson } from '../test/helpers/directory-json.ts';
import { judgedMail, sidecar } from '../test/records/mails.ts';

export const days = 40;
const dayMs = 86_400_000;
const tenantCount = 2_000;
const strangerCount = 60_000;
const nuisanceCount = 40_000;
const commonWords = 'backup fails printer invoice login slow error update license agent server question'.split(' ');

export type Chance = () => number;

/** Mulberry32: small, and the same everywhere. */
export function chanceFrom(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number below `count`; small ones far more often, as senders and words are in real mail. */
const uneven = (chance: Chance, count: number): number => Math.floor(count * chance() ** 3);

export const tenantDomain = (index: number): string => `tenant${index}.example.com`;
const adminAddress = (index: number): string => `admin${index % 3}@${tenantDomain(Math.floor(index / 3))}`;
const strangerAddress = (index: number): string => `person${index}@mail${index % 4_000}.example.net`;
export const nuisanceAddress = (index: number): string =>
  `offer${index}@x${index % 50}.bulk${index % 3_000}.example.org`;
const nuisanceIp = (index: number): string => `203.0.${index % 113}.${(index * 7) % 256}`;
export const rareWord = (index: number): string => `ref${index.toString(36)}q`;

export function madeUpDirectory(): readonly Json[] {
  return Array.from({ length: tenantCount }, (_, index) =>
    tenantJson({
      id: `t${index}`,
      name: `Tenant ${index}`,
      domains: [tenantDomain(index)],
      contactsOnFile: [
        { name: 'Grace', role: 'executive', phone: `+1202555${String(index).padStart(4, '0')}`, email: null },
      ],
      admins: [0, 1, 2].map((admin) =>
        adminJson({
          id: `a${admin}`,
          name: `Admin ${admin}`,
          primaryEmail: `admin${admin}@${tenantDomain(index)}`,
          role: admin === 0 ? 'owner' : 'admin',
        }),
      ),
    }),
  );
}

type Decision<Outcome> = Pick<Extract<Verdict, { outcome: Outcome }>, 'outcome' | 'reason' | 'rule'>;
type Judged = Decision<'accepted'> | Decision<'rejected'> | Decision<'escalated'>;
const admin: Judged = { outcome: 'accepted', reason: 'admin', rule: 'W-PRIMARY' };
const ofAdmins: readonly Judged[] = [
  admin,
  admin,
  admin,
  { outcome: 'accepted', reason: 'department', rule: 'D-SALES' },
  admin,
  admin,
  { outcome: 'escalated', reason: 'unproven-sender', rule: 'W-CLAIMED' },
  admin,
  { outcome: 'rejected', reason: 'not-an-admin', rule: 'W-NOTADMIN' },
  admin,
];
const ofStrangers: readonly Judged[] = [
  { outcome: 'accepted', reason: 'prospect', rule: 'D-PROSPECT' },
  { outcome: 'accepted', reason: 'prospect', rule: 'D-PROSPECT' },
  { outcome: 'accepted', reason: 'department', rule: 'D-SALES' },
  { outcome: 'rejected', reason: 'automatic', rule: 'R-AUTO' },
  { outcome: 'escalated', reason: 'suspicious', rule: 'R-FORGED' },
];
const ofNuisances: readonly Judged[] = [
  { outcome: 'rejected', reason: 'deny-listed', rule: 'R-DENY' },
  { outcome: 'rejected', reason: 'forged', rule: 'R-FORGED' },
  { outcome: 'rejected', reason: 'deny-listed', rule: 'R-DENY' },
  { outcome: 'rejected', reason: 'automatic', rule: 'R-AUTO' },
  { outcome: 'escalated', reason: 'abuse', rule: 'R-ABUSE' },
];

type Sender = {
  readonly address: string;
  readonly ip: string;
  readonly tenant: string | null;
  readonly judged: readonly Judged[];
};

function senderOf(chance: Chance): Sender {
  const kind = chance();
  if (kind < 0.65) {
    const index = uneven(chance, tenantCount * 3);
    const tenant = Math.floor(index / 3);
    const ip = `198.51.${tenant % 256}.${Math.floor(tenant / 256)}`;
    return { address: adminAddress(index), ip, tenant: `t${tenant}`, judged: ofAdmins };
  }
  if (kind < 0.85) {
    const index = uneven(chance, strangerCount);
    return {
      address: strangerAddress(index),
      ip: `192.0.${index % 250}.${index % 199}`,
      tenant: null,
      judged: ofStrangers,
    };
  }
  const index = uneven(chance, nuisanceCount);
  return { address: nuisanceAddress(index), ip: nuisanceIp(index), tenant: null, judged: ofNuisances };
}

const mailboxes = ['support@postern.test', 'sales@postern.test', 'accounts@postern.test'];

/** `count` mails, oldest first, the last ones just before `now`. */
export function* madeUpMails(count: number, now: number): Generator<TraceInput> {
  const chance = chanceFrom(count);
  const begin = now - days * dayMs;
  for (let index = 0; index < count; index += 1) {
    const even = (index + chance()) / count;
    const day = Math.floor(even * days);
    // Three quarters of a day's mail come in its middle third.
    const within = even * days - day;
    const hour =
      within < 0.125 ? within * 2.667 : within > 0.875 ? 1 - (1 - within) * 2.667 : 0.333 + (within - 0.125) * 0.4444;
    const receivedAt = Math.floor(begin + (day + hour) * dayMs);
    const sender = senderOf(chance);
    const judged = sender.judged[Math.floor(chance() * sender.judged.length)] ?? admin;
    const messageId = `${newMailId(receivedAt, 1)}-0`;
    const word = () => commonWords[uneven(chance, commonWords.length)] ?? '';
    const traits = {
      messageId,
      receivedAt,
      from: sender.address,
      recipient: mailboxes[uneven(chance, mailboxes.length)] ?? '',
      ip: sender.ip,
      subject: `${word()} ${word()} in site ${uneven(chance, 5_000)} ${rareWord(Math.floor(chance() * 200_000))}`,
    };
    const mail = judgedMail(traits);
    const { outcome: _, reason: __, ...common } = mail.verdict;
    const verdict = { ...common, ...judged };
    yield {
      mail: {
        ...mail,
        sender: { ...mail.sender, tenant: sender.tenant, admin: sender.tenant === null ? null : 'a0' },
        verdict,
      },
      sidecar: sidecar(traits),
    };
  }
}
