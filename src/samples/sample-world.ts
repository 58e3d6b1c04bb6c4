/**
 * The companies that the sample mails are about, under names that are reserved for such use (RFC 6761 §6.2): their
 * tenants, their DNS and the one entry of the deny-list. All ids begin with `sample-`.
 */
import type { DenyEntry } from '../denylist/entry.ts';
import { proposeEntry } from '../denylist/entry-rules.ts';
import type { SampleTenant, SampleZone } from './sample-mail.ts';

export const samplePrefix = 'sample-';

/** Standard tier; DKIM and PGP; its domain asks nothing of those who check. */
export const rosewood = 'rosewood.test';
/** Premium tier; its domain asks that forged mail be refused. */
export const harbourlight = 'harbourlight.test';
/** Free tier. */
export const plainfield = 'plainfield.test';
/** No customer; its name servers answer SERVFAIL. */
export const stormwater = 'stormwater.test';
/** No customers. */
export const brightseed = 'brightseed.test';
export const nuisance = 'nuisance.test';
/** No customer; one letter away from one. */
export const imitation = 'rosewod.test';

export const owner = { name: 'Iris Vale', email: `iris@${rosewood}` };
export const colleague = { name: 'Tom Reed', email: `tom@${rosewood}` };
export const former = { name: 'Noor Haddad', email: `noor@${rosewood}` };
export const premiumOwner = { name: 'Marta Lund', email: `marta@${harbourlight}` };
export const freeOwner = { name: 'Paul Osei', email: `paul@${plainfield}` };
export const pest = { name: 'Best Offers', email: `offers@${nuisance}` };

/** `pgpKey` is the owner's public key, armored. */
export function sampleTenants(pgpKey: string): readonly SampleTenant[] {
  const active = { active: true, mailbox: 'dedicated' };
  return [
    {
      id: `${samplePrefix}rosewood`,
      name: 'Rosewood Joinery (sample)',
      domains: [rosewood],
      tier: 'standard',
      users: 48,
      timezone: 'Europe/London',
      admins: [
        admin('iris', owner, { role: 'owner', ...active, pgpKeys: [pgpKey] }),
        admin('noor', former, { role: 'admin', ...active, active: false }),
      ],
    },
    {
      id: `${samplePrefix}harbourlight`,
      name: 'Harbourlight Shipping (sample)',
      domains: [harbourlight],
      tier: 'premium',
      users: 900,
      timezone: 'Europe/Copenhagen',
      admins: [admin('marta', premiumOwner, { role: 'owner', ...active })],
    },
    {
      id: `${samplePrefix}plainfield`,
      name: 'Plainfield Books (sample)',
      domains: [plainfield],
      tier: 'free',
      users: 4,
      timezone: 'Africa/Accra',
      admins: [admin('paul', freeOwner, { role: 'owner', ...active })],
    },
  ];
}

function admin(id: string, person: { name: string; email: string }, more: Readonly<Record<string, unknown>>) {
  return { id, name: person.name, primaryEmail: person.email, ...more };
}

/** `dkim` is the key record, which all signing domains share. */
export function sampleZone({ selector, record }: { readonly selector: string; readonly record: string }): SampleZone {
  const elsewhere = 'v=spf1 ip4:192.0.2.25 -all'; // documentation addresses: SPF never helps a loopback client
  const signing = (domain: string) => ({ [`${selector}._domainkey.${domain}`]: { TXT: [record] } });
  const mailing = (domain: string, policy: string) => ({
    [domain]: { TXT: [elsewhere], MX: [`10 mx.${domain}`] },
    [`mx.${domain}`]: { A: ['192.0.2.25'] },
    [`_dmarc.${domain}`]: { TXT: [`v=DMARC1; p=${policy}`] },
  });
  return {
    ...mailing(rosewood, 'none'),
    ...signing(rosewood),
    ...mailing(harbourlight, 'reject'),
    ...signing(harbourlight),
    ...mailing(plainfield, 'none'),
    ...signing(plainfield),
    ...mailing(brightseed, 'none'),
    ...mailing(nuisance, 'none'),
    ...mailing(imitation, 'none'),
    [stormwater]: { TXT: 'SERVFAIL', MX: [`10 mx.${stormwater}`] },
    [`_dmarc.${stormwater}`]: { TXT: 'SERVFAIL' },
    [`${selector}._domainkey.${stormwater}`]: { TXT: 'SERVFAIL' },
  };
}

/** `now` in epoch milliseconds. */
export function sampleDeny(now: number): readonly DenyEntry[] {
  const proposed = proposeEntry({
    kind: 'email',
    value: pest.email,
    reason: 'sample of a deny entry: sends unwanted offers',
    note: '',
    scope: { kind: 'global' },
    expiresAt: null,
    createdBy: 'postern samples',
    createdAt: now,
  });
  if (!proposed.ok) throw new Error('the sample deny entry is not valid');
  return [proposed.entry];
}
