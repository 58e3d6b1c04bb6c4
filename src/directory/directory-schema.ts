/** Shape of the directory file (DESIGN "Directory file"), field by field. What fields say together is in `directory-rules.ts`. */
import { z } from 'zod';
import { canonicalAddress, canonicalDomain } from '../address/mailbox.ts';
import { parsePhone } from '../address/phone.ts';
import { isMailboxProvider, isPublicSuffix } from '../address/public-domain.ts';
import { timeOfDay, weekday } from '../sla/written-hours.ts';

const maxTextLength = 200;
const maxKeyLength = 200_000;

/** Ids stand in scopes, file names and log lines. */
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -, first a letter or digit');

/** Names are shown on terminals and pages: nothing that moves the cursor or turns the direction of text. */
const text = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(maxTextLength, `must have at most ${maxTextLength} characters`)
  .regex(/^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u, 'must not hold control characters');

const address = z.string().transform((value, context) => {
  const canonical = canonicalAddress(value);
  if (canonical !== null) return canonical;
  context.addIssue({ code: 'custom', message: 'is not a mail address in canonical form' });
  return z.NEVER;
});

const domain = z.string().transform((value, context) => {
  const canonical = canonicalDomain(value);
  const message =
    canonical === null
      ? 'is not a domain in canonical form'
      : isPublicSuffix(canonical)
        ? 'is a public suffix'
        : isMailboxProvider(canonical)
          ? 'belongs to a mailbox provider'
          : null;
  if (message === null && canonical !== null) return canonical;
  context.addIssue({ code: 'custom', message: message ?? '' });
  return z.NEVER;
});

const phone = z.string().transform((value, context) => {
  const result = parsePhone(value);
  if (result.ok) return result.number;
  context.addIssue({ code: 'custom', message: 'is not an international phone number (E.164)' });
  return z.NEVER;
});

const timezone = z.string().refine(isTimeZone, 'is not an IANA time zone');

const alternateSender = z.preprocess(
  (value) => (typeof value === 'string' ? { address: value } : value),
  z.strictObject({ address, requests: z.array(z.string()).default([]) }),
);

const recoveryMethodCommon = {
  id,
  procedures: z.array(z.enum(['disgruntled-admin', 'closure', 'mistake', 'cessation', 'preventative'])).min(1),
  replaces: z.array(z.enum(['contact', 'police-report', 'certificate-of-dissolution'])).min(1),
};

const recoveryMethod = z.discriminatedUnion('kind', [
  z.strictObject({
    ...recoveryMethodCommon,
    kind: z.literal('dead-mans-switch'),
    intervalDays: z.int().min(1).max(3_650),
    graceDays: z.int().min(0).max(3_650).default(7),
  }),
  z.strictObject({ ...recoveryMethodCommon, kind: z.literal('authorised-third-party'), name: text, address }),
]);

const promisedAnswer = z.discriminatedUnion('clock', [
  z.strictObject({ clock: z.enum(['elapsed', 'business']), hours: z.number().min(0.25).max(720) }),
  z.strictObject({ clock: z.literal('next-business-day') }),
]);

const promisedHours = z
  .strictObject({
    timeZone: timezone,
    opensAt: timeOfDay,
    closesAt: timeOfDay,
    weekdays: z.array(weekday).min(1).max(7).default([1, 2, 3, 4, 5]),
  })
  .refine(({ closesAt, opensAt }) => closesAt > opensAt, { path: ['closesAt'], message: 'must be after opensAt' });

const contract = z.strictObject({
  requirePgp: z.enum(['none', 'signed', 'encrypted-signed']).default('none'),
  requireTls: z.boolean().default(false),
  spfProves: z.boolean().default(false),
  alternateSenders: z.array(alternateSender).default([]),
  recoveryMethods: z.array(recoveryMethod).optional(),
  responseTimes: z
    .strictObject({ '1': promisedAnswer.optional(), '2': promisedAnswer.optional(), '3': promisedAnswer.optional() })
    .optional(),
  businessHours: promisedHours.optional(),
});

const contact = z
  .strictObject({
    name: text,
    role: z.enum(['executive', 'billing', 'technical']),
    phone: phone.nullable().default(null),
    email: address.nullable().default(null),
  })
  .refine((value) => value.phone !== null || value.email !== null, 'has neither phone nor email');

const admin = z.strictObject({
  id,
  name: text,
  primaryEmail: address,
  secondaryEmails: z.array(address).default([]),
  role: z.enum(['owner', 'admin', 'billing']),
  // Left out they are taken for true and dedicated, with a warning (directory-rules.ts).
  active: z.boolean().optional(),
  mailbox: z.enum(['dedicated', 'group']).optional(),
  pgpKeys: z.array(z.string().trim().max(maxKeyLength, 'is too long for a public key')).default([]),
});

const tenant = z.strictObject({
  id,
  name: text,
  objectId: text.nullable().default(null),
  domains: z.array(domain).default([]),
  signingDomains: z.array(domain).default([]),
  tier: z.enum(['free', 'standard', 'premium']),
  users: z.int().min(0).default(0),
  partner: z.boolean().default(false),
  timezone: timezone.default('UTC'),
  contract: contract.prefault({}),
  helpdeskAddresses: z.array(address).default([]),
  contactsOnFile: z.array(contact).default([]),
  admins: z.array(admin).default([]),
});

export const directorySchema = z.strictObject({ tenants: z.array(tenant) });

/** A file of the right shape: values in normal form, empty fields filled in. */
export type DirectoryShape = z.infer<typeof directorySchema>;
export type TenantShape = DirectoryShape['tenants'][number];
export type AdminShape = TenantShape['admins'][number];

function isTimeZone(name: string): boolean {
  // Intl takes offsets such as +01:00 too, which know no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
