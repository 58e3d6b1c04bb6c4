/** The directory: tenants and their people; exported and replaced as a whole, with a diff before anything changes. */
import { z } from 'zod';
import { directoryChangeDigest, directoryDiff } from '../../directory/diff.ts';
import { formatDirectory } from '../../directory/directory-file.ts';
import { faultLine } from '../../directory/fault.ts';
import type { Tenant } from '../../directory/tenant.ts';
import { auditExport } from '../audit-export.ts';
import { invalid, notFound, Problem } from './problem.ts';
import { route } from './route.ts';
import { cursorOf, pageOf, paging, placeOf } from './shapes.ts';

const see = { scope: 'read', right: 'directory.see' } as const;
const replace = { scope: 'directory', right: 'directory.import' } as const;
const megabyte = 1024 * 1024;

const summary = z.strictObject({
  id: z.string(),
  name: z.string(),
  objectId: z.string().nullable(),
  tier: z.string(),
  users: z.int(),
  partner: z.boolean(),
  timezone: z.string(),
  domains: z.array(z.string()).readonly(),
  admins: z.int().describe('Active ones'),
});

function summaryOf(tenant: Tenant): z.input<typeof summary> {
  const { admins, domains, id, name, objectId, partner, tier, timezone, users } = tenant;
  const active = admins.filter((admin) => admin.active).length;
  return { id, name, objectId, tier, users, partner, timezone, domains, admins: active };
}

const whole = summary.omit({ admins: true }).extend({
  signingDomains: z.array(z.string()).readonly(),
  helpdeskAddresses: z.array(z.string()).readonly(),
  contract: z.record(z.string(), z.unknown()),
  contactsOnFile: z.array(
    z.strictObject({ name: z.string(), role: z.string(), phone: z.string().nullable(), email: z.string().nullable() }),
  ),
  admins: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      role: z.string(),
      active: z.boolean(),
      mailbox: z.string(),
      primaryEmail: z.string(),
      secondaryEmails: z.array(z.string()).readonly(),
      pgpKeys: z.int().describe('How many'),
    }),
  ),
});

function wholeOf(tenant: Tenant): z.input<typeof whole> {
  const { admins, contactsOnFile, contract, helpdeskAddresses, signingDomains } = tenant;
  return {
    ...summaryOf(tenant),
    signingDomains,
    helpdeskAddresses,
    contract,
    contactsOnFile: contactsOnFile.map(({ email, name, phone, role }) => ({ name, role, phone, email })),
    admins: admins.map(({ pgpKeys, ...admin }) => ({
      id: admin.id,
      name: admin.name,
      role: admin.role,
      active: admin.active,
      mailbox: admin.mailbox,
      primaryEmail: admin.primaryEmail,
      secondaryEmails: admin.secondaryEmails,
      pgpKeys: pgpKeys.length,
    })),
  };
}

export const directoryRoutes = [
  route({
    method: 'GET',
    path: '/directory/tenants',
    summary: 'Tenants, in the order of the import',
    access: see,
    query: z.strictObject({ q: z.string().max(200).default('').describe('A part of id, name or domain'), ...paging }),
    answer: { status: 200, media: 'application/json', schema: pageOf(summary) },
    handle: async ({ ports, query }) => {
      const wanted = query.q.trim().toLowerCase();
      const all = await ports.directory.all();
      const found = all.filter(({ domains, id, name }) =>
        [id, name, ...domains].join('\n').toLowerCase().includes(wanted),
      );
      const offset = placeOf(query.after, z.tuple([z.int().min(0)]))?.[0] ?? 0;
      const items = found.slice(offset, offset + query.limit).map(summaryOf);
      const end = offset + items.length;
      return { items, next: end < found.length ? cursorOf([end]) : null };
    },
  }),
  route({
    method: 'GET',
    path: '/directory/tenants/{id}',
    summary: 'One tenant with its contract, contacts and admins',
    access: see,
    params: z.strictObject({ id: z.string().max(64) }),
    answer: { status: 200, media: 'application/json', schema: whole },
    handle: async ({ params, ports }) => {
      const tenant = (await ports.directory.all()).find(({ id }) => id === params.id);
      if (tenant === undefined) throw notFound('tenant');
      return wholeOf(tenant);
    },
  }),
  route({
    method: 'GET',
    path: '/directory/export',
    summary: 'The whole directory, as the import takes it',
    access: replace,
    answer: { status: 200, media: 'application/json', schema: z.looseObject({ tenants: z.array(z.unknown()) }) },
    handle: async ({ caller, ports }) => {
      const tenants = await ports.directory.all();
      await auditExport(ports, caller.actor, 'directory.export', { tenants: tenants.length });
      return JSON.parse(formatDirectory(tenants));
    },
  }),
  route({
    method: 'POST',
    path: '/directory/import',
    summary: 'Replace the directory: first what would change, then that',
    text: 'Takes the directory file. Without `apply` nothing changes. With the `digest` of the answer as `apply` exactly that change is made; 409 when the directory is another by then.',
    access: replace,
    query: z.strictObject({ apply: z.string().max(100).exactOptional() }),
    body: { media: 'application/json', maxOctets: 32 * megabyte, schema: null },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        applied: z.boolean(),
        digest: z.string(),
        added: z.array(z.string()).readonly(),
        changed: z.array(z.string()).readonly(),
        removed: z.array(z.string()).readonly(),
        unchanged: z.int(),
        warnings: z.array(z.string()),
      }),
    },
    handle: async ({ body, caller, ports, query: { apply } }) => {
      const read = await ports.readDirectory(body);
      if (!read.ok) throw invalid(read.faults.map((fault) => ({ field: 'file', message: faultLine(fault) })));
      const current = await ports.directory.all();
      const { tenants } = read.directory;
      const digest = directoryChangeDigest(current, tenants);
      if (apply !== undefined && apply !== digest) {
        throw new Problem('conflict', 'The directory or the file is another than when this digest was given out.');
      }
      if (apply !== undefined) {
        await ports.directory.replaceAll(read.directory, { actor: caller.actor, at: ports.now() });
      }
      const { added, changed, removed, unchanged } = directoryDiff(current, tenants);
      const warnings = read.warnings.map(faultLine);
      return { applied: apply !== undefined, digest, added, changed, removed, unchanged, warnings };
    },
  }),
];
