/** Settings of the hand-over: where departments are sent to, and by which hours an answer is due. */
import { z } from 'zod';
import { timeOfDay, weekday } from '../sla/written-hours.ts';
import { section, setting } from './setting.ts';
import { address, network, path } from './values.ts';

const handoffDepartments = [
  'support',
  'sales',
  'finance-legal',
  'account-management',
  'security',
  'escalation-manager',
  'prospect',
] as const;

const timeoutMs = z.int().min(1_000).max(120_000).default(15_000);

/** Of everything that is sent as Standard Webhooks says. */
export const webhookFields = {
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^\w+:\/\/[^/]*@/.test(text), 'must not hold a password')
    .max(2_048),
  /** Files with one `whsec_` secret each: the current one first, then those on their way out. */
  secretFiles: z.array(path).min(1).max(4).readonly(),
  allowedNetworks: z.array(network).readonly().default([]),
  timeoutMs,
  caFile: path.nullable().default(null),
};

/** Also part of file and job names. */
export const targetName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and dashes');

const common = {
  name: targetName,
  /** All of them when left out. */
  departments: z.array(z.enum(handoffDepartments)).min(1).readonly().default(handoffDepartments),
};

const target = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('webhook'),
    ...webhookFields,
    maxBodyBytes: z.int().min(8_192).max(4_194_304).default(262_144),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('smtp'),
    to: address,
    host: z.string().regex(/^[0-9A-Za-z.:_-]{1,255}$/, 'must be a host name or an IP address'),
    port: z.int().min(1).max(65_535).default(587),
    tls: z.enum(['implicit', 'required', 'none']).default('required'),
    user: z.string().min(1).nullable().default(null),
    passwordFile: path.nullable().default(null),
    timeoutMs,
    caFile: path.nullable().default(null),
  }),
  z.strictObject({ ...common, kind: z.literal('maildir'), path, to: address.nullable().default(null) }),
  z.strictObject({
    ...common,
    kind: z.literal('file'),
    path: path.nullable().default(null),
    to: address.nullable().default(null),
  }),
]);

const targets = z.array(target);

export function haveOwnNames(all: readonly { readonly name: string }[]): boolean {
  return new Set(all.map(({ name }) => name)).size === all.length;
}

export const handoff = section(
  {
    targets: setting(targets.max(50).refine(haveOwnNames, 'must have a name of its own each').readonly().default([]), {
      text: 'Where tickets are handed over to; each target gets every department unless it names some. A target is a webhook (signed as Standard Webhooks says), smtp (a help desk behind a relay), a maildir, or a file. Paths are relative to the data directory.',
      defaultText: 'one target `file` that writes to handoff/file in the data directory',
      example: [
        {
          name: 'desk',
          kind: 'webhook',
          url: 'https://desk.example.com/hooks/postern',
          secretFiles: ['secrets/desk'],
          departments: ['support', 'prospect'],
        },
      ],
      tradeoff:
        'Everything that is sent is redacted. Files of a `file` target go with their ticket, by `retention.ticketDays` and by `erase`: what shall stay longer must be taken out of the folder, and what was written before its path or name changed is removed by hand. What other targets keep is beyond our retention and erasure.',
    }),
    from: setting(address.nullable().default(null), {
      text: 'Address in From of messages to help desks.',
      defaultText: 'postern@ the domain of the first mailbox',
      example: 'postern@example.com',
      tradeoff:
        'Its domain must allow the relay to send, or help desks refuse the messages. What comes back is seen, and parked, where its domain is that of a mailbox of ours.',
    }),
    atOnce: setting(z.int().min(1).max(200).default(16), {
      text: 'Deliveries at once, for each target but files, which are written in batches.',
      tradeoff: 'More is faster; some receivers answer more with 429.',
    }),
    parkHours: setting(z.int().min(1).max(720).default(96), {
      text: 'How long a delivery is tried before it is parked for staff.',
      unit: 'hours',
      tradeoff: 'Longer rides out longer outages, and shows a broken target later.',
    }),
  },
  'Hand-over to help desks.',
);

export const businessHours = section(
  {
    timeZone: setting(z.string().min(1).max(64).default('America/New_York'), {
      text: 'Time zone of the business hours, by its IANA name.',
      tradeoff:
        'Response times run in the hours of the vendor, not of the customer (T-SLA); a contract may set others.',
    }),
    opensAt: setting(timeOfDay.default('09:00'), { text: 'When the business day begins.', tradeoff: 'None.' }),
    closesAt: setting(timeOfDay.default('17:00'), { text: 'When the business day ends.', tradeoff: 'None.' }),
    weekdays: setting(z.array(weekday).min(1).max(7).readonly().nullable().default(null), {
      text: 'Business days of the week; Monday is 1.',
      defaultText: '1 to 5',
      example: [1, 2, 3, 4, 5],
      tradeoff: 'None.',
    }),
    holidayCountry: setting(
      z
        .string()
        .regex(/^[A-Z]{2}$/, 'must be a country code such as US')
        .nullable()
        .default('US'),
      {
        text: 'Country whose public holidays are off (ISO 3166-1); null for none.',
        tradeoff: 'A country that does not fit promises answers on days when nobody works.',
      },
    ),
    holidayState: setting(z.string().max(10).nullable().default(null), {
      text: 'State or region whose holidays count besides (ISO 3166-2, without the country).',
      example: 'CA',
      tradeoff: 'None.',
    }),
    closedOn: setting(
      z
        .array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-12-24'))
        .readonly()
        .default([]),
      { text: 'Further days off.', example: ['2026-12-24'], tradeoff: 'None.' },
    ),
  },
  'The vendor’s business hours, in which response times run.',
);
