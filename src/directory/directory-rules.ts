/** What the fields of a directory say together: faults stop the import, warnings do not. */
import { parsePhone } from '../address/phone.ts';
import type { AdminShape, DirectoryShape, TenantShape } from './directory-schema.ts';
import { isRoleLike } from './role-names.ts';

/** A message about the place `path` in the file. */
export type Remark = { readonly path: readonly PropertyKey[]; readonly message: string };

type Named = { readonly path: readonly PropertyKey[]; readonly value: string };

/** Everything that must not be. `requestKinds` are the names that an alternate sender's `requests` may hold. */
export function directoryFaults({ tenants }: DirectoryShape, requestKinds: readonly string[]): Remark[] {
  const each = <T>(pick: (tenant: TenantShape, index: number) => T[]): T[] => tenants.flatMap(pick);
  return [
    ...repeated(each((tenant, t) => [{ path: ['tenants', t, 'id'], value: tenant.id }])),
    ...repeated(
      each((tenant, t) =>
        tenant.objectId === null ? [] : [{ path: ['tenants', t, 'objectId'], value: tenant.objectId }],
      ),
    ),
    ...repeated(each((tenant, t) => listed(['tenants', t, 'domains'], tenant.domains))),
    ...each((tenant, t) =>
      repeated(tenant.admins.map((admin, a) => ({ path: ['tenants', t, 'admins', a, 'id'], value: admin.id }))),
    ),
    ...each((tenant, t) =>
      repeated(
        (tenant.contract.recoveryMethods ?? []).map((method, m) => ({
          path: ['tenants', t, 'contract', 'recoveryMethods', m, 'id'],
          value: method.id,
        })),
      ),
    ),
    ...repeated(each(standings)),
    ...each((tenant, t) => unknownRequests(tenant, t, requestKinds)),
  ];
}

/** Everything that staff should look at. */
export function directoryWarnings({ tenants }: DirectoryShape): Remark[] {
  return tenants.flatMap((tenant, t) => [
    ...ownerWarnings(tenant, t),
    ...signingWarnings(tenant, t),
    ...tenant.contactsOnFile.flatMap((contact, c) => phoneWarnings(contact.phone, ['tenants', t, 'contactsOnFile', c])),
    ...tenant.admins.flatMap((admin, a) => adminWarnings(admin, ['tenants', t, 'admins', a])),
  ]);
}

/** Addresses that have a standing; each may stand only once in the whole directory. */
function standings(tenant: TenantShape, t: number): Named[] {
  const base = ['tenants', t];
  return [
    ...tenant.admins.flatMap((admin, a) => [
      { path: [...base, 'admins', a, 'primaryEmail'], value: admin.primaryEmail },
      ...listed([...base, 'admins', a, 'secondaryEmails'], admin.secondaryEmails),
    ]),
    ...tenant.contract.alternateSenders.map(({ address }, s) => ({
      path: [...base, 'contract', 'alternateSenders', s, 'address'],
      value: address,
    })),
    ...listed([...base, 'helpdeskAddresses'], tenant.helpdeskAddresses),
  ];
}

function listed(path: readonly PropertyKey[], values: readonly string[]): Named[] {
  return values.map((value, index) => ({ path: [...path, index], value }));
}

function repeated(values: readonly Named[]): Remark[] {
  const first = new Map<string, readonly PropertyKey[]>();
  return values.flatMap(({ path, value }) => {
    const before = first.get(value);
    if (before !== undefined) return [{ path, message: `stands already at ${before.join('.')}` }];
    first.set(value, path);
    return [];
  });
}

function unknownRequests(tenant: TenantShape, t: number, requestKinds: readonly string[]): Remark[] {
  return tenant.contract.alternateSenders.flatMap(({ requests }, s) =>
    requests.flatMap((request, r) =>
      requestKinds.includes(request)
        ? []
        : [
            {
              path: ['tenants', t, 'contract', 'alternateSenders', s, 'requests', r],
              message: `is none of ${requestKinds.join(', ')}`,
            },
          ],
    ),
  );
}

function ownerWarnings(tenant: TenantShape, t: number): Remark[] {
  const owners = tenant.admins.filter((admin) => admin.role === 'owner' && admin.active !== false).length;
  return owners === 1 ? [] : [{ path: ['tenants', t, 'admins'], message: `has ${owners} active owners, not one` }];
}

/** Whoever may sign as a signing domain proves every address of the tenant's domains. */
function signingWarnings(tenant: TenantShape, t: number): Remark[] {
  return tenant.signingDomains.flatMap((signing, index) =>
    tenant.domains.some((domain) => signing === domain || signing.endsWith(`.${domain}`))
      ? []
      : [
          {
            path: ['tenants', t, 'signingDomains', index],
            message: "is outside the tenant's domains: whoever may sign with it proves as this tenant",
          },
        ],
  );
}

function phoneWarnings(phone: string | null, path: readonly PropertyKey[]): Remark[] {
  const result = phone === null ? null : parsePhone(phone);
  const isDialable = result === null || (result.ok && result.dialable);
  return isDialable ? [] : [{ path: [...path, 'phone'], message: 'is no number that its country could assign' }];
}

function adminWarnings(admin: AdminShape, path: readonly PropertyKey[]): Remark[] {
  const local = admin.primaryEmail.slice(0, admin.primaryEmail.lastIndexOf('@'));
  return [
    ...(admin.active === undefined ? [{ path: [...path, 'active'], message: 'is left out: taken for true' }] : []),
    ...(admin.mailbox === undefined
      ? [{ path: [...path, 'mailbox'], message: 'is left out: taken for dedicated' }]
      : []),
    ...(isRoleLike(local) && admin.mailbox !== 'group'
      ? [{ path: [...path, 'primaryEmail'], message: 'reads like a role: is it one person and a dedicated mailbox?' }]
      : []),
  ];
}
