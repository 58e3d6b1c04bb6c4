/** Settings of what staff and other programs reach over HTTP. */
import { z } from 'zod';
import { section, setting } from './setting.ts';
import { host, network, port } from './values.ts';

export const consoleSection = section(
  {
    host: setting(host.default('127.0.0.1'), {
      text: 'Address that the staff console binds.',
      env: 'POSTERN_CONSOLE_HOST',
      tradeoff: 'Beyond loopback put a TLS proxy in front of it.',
    }),
    url: setting(
      z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      {
        text: 'Address of the staff console as staff reach it. Links in tickets and invitations lead there, and passkeys are bound to its host name.',
        defaultText: 'none: tickets name the message; passkeys work at http://localhost on this machine only',
        example: 'https://postern.example.com',
        tradeoff: 'Passkeys need HTTPS and a name that stays: under another host name they have to be added anew.',
      },
    ),
    verifyUrl: setting(
      z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      {
        text: 'Address under which customers reach /verify/ of this server, to confirm mail in their name.',
        defaultText:
          'the console itself while it and the relay are on this machine alone; else none: nobody is asked, staff verify',
        example: 'https://gate.example.com',
        tradeoff:
          'Those pages must be reachable from outside; let the proxy pass /verify/ and /assets/ and nothing else.',
      },
    ),
    port: setting(port(8_025), {
      text: 'TCP port of the staff console and HTTP API; 0 takes a free one.',
      env: 'POSTERN_CONSOLE_PORT',
      tradeoff: 'None.',
    }),
    proxyNetworks: setting(z.array(network).readonly().default(['127.0.0.0/8', '::1/128']), {
      text: 'TLS proxies in front of the console: who is behind them is read from their X-Forwarded-For, from its end to the first address that is none of these.',
      defaultText: 'this machine: 127.0.0.0/8, ::1/128',
      example: ['127.0.0.0/8', '::1/128', '192.0.2.10'],
      tradeoff:
        'Behind a proxy that is not listed all staff are one client, and one of them who mistypes slows all down. Whoever is listed can claim any address: list your proxies only, and only where they write the field themselves.',
    }),
    monitorNetworks: setting(z.array(network).readonly().default(['127.0.0.0/8', '::1/128']), {
      text: 'Who may read /metrics, and in /readyz what is missing; others get 403, and of /readyz the status alone.',
      defaultText: 'this machine: 127.0.0.0/8, ::1/128',
      example: ['127.0.0.0/8', '::1/128', '192.0.2.20'],
      tradeoff:
        'Counts by reason tell whoever sends a mail what became of it, so whether an address is known here: list your monitoring only.',
    }),
  },
  'The staff console.',
);

export const apiSection = section(
  {
    callsAtOnce: setting(z.int().min(1).max(10_000).default(120), {
      text: 'Calls of one token at once, after a rest.',
      unit: 'calls',
      tradeoff: 'More lets a program catch up sooner; a program gone wild takes the console longer from people.',
    }),
    callsPerSecond: setting(z.int().min(1).max(1_000).default(10), {
      text: 'Calls of one token a second from then on; more are answered 429 with Retry-After.',
      unit: 'calls a second',
      tradeoff: 'More for a busy portal; each call is work for the process that serves staff.',
    }),
    badTokensAtOnce: setting(z.int().min(1).max(1_000).default(20), {
      text: 'Calls without a working token from one address at once, after a rest.',
      unit: 'calls',
      tradeoff:
        'More forgives many programs behind one address whose token has ended; fewer slow down who tries tokens.',
    }),
    badTokensPerMinute: setting(z.int().min(1).max(600).default(4), {
      text: 'Such calls a minute from then on.',
      unit: 'calls a minute',
      tradeoff: 'As above. Who has a working token gets through all the same.',
    }),
  },
  'The HTTP API. Limits count for each process that serves it.',
);
