/** Settings of what Postern sends by itself: the relay, and how much of what. */
import { z } from 'zod';
import { section, setting } from './setting.ts';
import { count, domain, host, path } from './values.ts';

/** What is sent goes out through one relay. */
export const relay = section(
  {
    host: setting(host.nullable().default(null), {
      text: 'Mail server that takes what Postern sends.',
      defaultText: 'none: what is to be sent waits in the outbox',
      example: 'smtp.example.com',
      tradeoff: 'Without one customers get no acknowledgements, and nobody is asked to confirm a mail.',
    }),
    port: setting(count(1, 65_535, 587), {
      text: 'Its TCP port.',
      tradeoff: '587 is for submission with STARTTLS, 465 for TLS from the start.',
    }),
    tls: setting(z.enum(['required', 'implicit', 'none']).default('required'), {
      text: 'required: STARTTLS or nothing; implicit: TLS from the start; none: plaintext.',
      tradeoff: 'none sends names, tickets and passwords readable over the wire: only for a relay on this machine.',
    }),
    user: setting(z.string().min(1).max(255).nullable().default(null), {
      text: 'Name to log in with.',
      env: 'POSTERN_RELAY_USER',
      secret: true,
      defaultText: 'no login',
      tradeoff: 'None.',
    }),
    password: setting(z.string().min(1).nullable().default(null), {
      text: 'Password to log in with.',
      env: 'POSTERN_RELAY_PASSWORD',
      secret: true,
      defaultText: 'none',
      tradeoff: 'Give this account the right to send and no other.',
    }),
    caFile: setting(path.nullable().default(null), {
      text: 'Certificate authority of the relay in PEM, besides those of the system; relative to the data directory.',
      example: 'tls/relay-ca.pem',
      tradeoff: 'None.',
    }),
    maxConnections: setting(count(1, 50, 4), {
      text: 'Connections to the relay at once.',
      tradeoff: 'More sends a backlog sooner; relays limit them.',
    }),
    timeoutMs: setting(count(500, 300_000, 20_000), {
      text: 'Wait for each answer of the relay.',
      unit: 'milliseconds',
      tradeoff: 'Less frees workers from a relay that hangs sooner.',
    }),
    dkim: section(
      {
        domain: setting(domain.nullable().default(null), {
          text: 'Domain to sign for (d=); without it nothing is signed here, which is right when the relay signs.',
          example: 'example.com',
          tradeoff: 'Unsigned mail is often taken for spam.',
        }),
        selector: setting(
          z
            .string()
            .regex(/^[0-9A-Za-z._-]{1,63}$/, 'must be a DNS label')
            .default('postern'),
          {
            text: 'Selector of the key (s=).',
            tradeoff: 'None.',
          },
        ),
        keyFile: setting(path.default('dkim.pem'), {
          text: 'Private key in PEM; relative to the data directory.',
          tradeoff: 'Keep it readable by this user only.',
        }),
      },
      'DKIM signatures of what is sent.',
    ),
  },
  'The way out for notices.',
);

export const notices = section(
  {
    signature: setting(
      z
        .string()
        .regex(/^[^\p{Cc}<>"]{1,100}$/u, 'must be one line without < > and quotes')
        .default('Support'),
      {
        text: 'Who signs notices, and the name beside the address they come from.',
        tradeoff: 'None.',
      },
    ),
    adminPortal: setting(z.url({ protocol: /^https?$/ }).default('https://postern.test/admin'), {
      text: 'Where administrators do themselves what staff never do.',
      tradeoff: 'None.',
    }),
    windowMinutes: setting(count(1, 10_080, 60), {
      text: 'At most one notice of a kind goes to an address within this.',
      unit: 'minutes',
      tradeoff: 'Longer is quieter; shorter acknowledges each of several tickets.',
    }),
    perAddressPerDay: setting(count(1, 10_000, 10), {
      text: 'Notices of all kinds to one address in 24 hours.',
      tradeoff: 'The fuse against another program that answers every answer.',
    }),
    perHour: setting(count(1, 1_000_000, 1_000), {
      text: 'Notices to all addresses together in an hour; more are not sent.',
      tradeoff: 'The fuse against a flood that uses Postern to send mail.',
    }),
    maxAgeHours: setting(count(1, 720, 24), {
      text: 'How long a notice is tried before it is parked for staff.',
      unit: 'hours',
      tradeoff: 'Longer rides out longer outages of the relay; an old acknowledgement only confuses.',
    }),
  },
  'Short automatic answers to mail.',
);
