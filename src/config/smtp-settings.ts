/** Settings of the listener. */
import { z } from 'zod';
import { section, setting } from './setting.ts';
import { count, durationMs, host, kilobyte, megabyte, network, path, port } from './values.ts';

const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const;

export const smtp = section(
  {
    host: setting(host.default('127.0.0.1'), {
      text: 'Address that the SMTP listener binds.',
      env: 'POSTERN_SMTP_HOST',
      tradeoff: 'Loopback is safe to try things on; 0.0.0.0 or :: is needed to receive mail from elsewhere.',
    }),
    port: setting(port(2_525), {
      text: 'TCP port of the SMTP listener; 0 takes a free one.',
      env: 'POSTERN_SMTP_PORT',
      tradeoff: 'Port 25 is what the world delivers to, and needs the right to bind low ports.',
    }),
    processes: setting(count(1, 64, 1), {
      text: 'Listener processes that share the port.',
      env: 'POSTERN_SMTP_PROCESSES',
      tradeoff: 'More use more cores for signature checks; each takes about 150 MB of memory.',
    }),
    name: setting(host.nullable().default(null), {
      text: 'Name in the greeting and in trace fields; should resolve to this machine.',
      defaultText: "the machine's name",
      example: 'mx.example.com',
      tradeoff: 'A name that does not resolve makes some senders give up.',
    }),
    maxMessageBytes: setting(count(64 * kilobyte, 512 * megabyte, 25 * megabyte), {
      text: 'Largest mail taken; larger ones are refused at MAIL FROM when announced, else with 552.',
      unit: 'bytes',
      tradeoff: 'Larger mails cost disk and bandwidth; most providers stop at 25 MB.',
    }),
    maxRecipients: setting(count(1, 1_000, 100), {
      text: 'Recipients of one mail.',
      tradeoff: 'RFC 5321 asks for at least 100; fewer breaks senders that write to many mailboxes at once.',
    }),
    maxCommands: setting(count(10, 1_000_000, 5_000), {
      text: 'Commands in one session.',
      tradeoff: 'Fewer ends chatty attackers sooner, and honest sessions that carry many mails too.',
    }),
    maxBadCommands: setting(count(1, 10_000, 10), {
      text: 'Commands that are unknown, wrong or out of order, in one session.',
      tradeoff: 'Fewer ends guessing sooner; people who type SMTP by hand need a few.',
    }),
    greetingDelayMs: setting(durationMs(0, 30_000, 100), {
      text: 'Wait before the greeting; who speaks before it is refused.',
      unit: 'milliseconds',
      tradeoff: 'Longer catches more spam engines and holds up every session.',
    }),
    maxConnections: setting(count(1, 100_000, 500), {
      text: 'Open sessions in all, over all listener processes.',
      tradeoff: 'More needs more memory and file descriptors; beyond it clients are told to come back.',
    }),
    maxConnectionsPerAddress: setting(count(1, 100_000, 20), {
      text: 'Open sessions from one client address. Those of a listener that was killed count for 30 s more.',
      tradeoff: 'Fewer keeps one host from taking all sessions, but slows a large sender down.',
    }),
    mailsPerMinutePerAddress: setting(count(1, 1_000_000, 120), {
      text: 'Mails that one client address may send, averaged over a minute.',
      unit: 'mails per minute',
      tradeoff: 'Lower ends floods sooner; beyond it mail is deferred with 451, not lost.',
    }),
    maxMailsInHand: setting(count(1, 100_000, 200), {
      text: 'Mails that one listener process takes in and judges at once; further ones are deferred with 451.',
      tradeoff: 'More rides out bursts and needs memory and file descriptors; each may hold 256 KB in memory.',
    }),
    maxMailsInHandPerAddress: setting(count(1, 100_000, 5), {
      text: 'Of these, mails of one client address once half of the places are taken.',
      tradeoff: 'Fewer keeps slow senders from filling the places, but defers mail of a large sender in a rush.',
    }),
    unlimitedNetworks: setting(z.array(network).readonly().default(['127.0.0.0/8', '::1/128']), {
      text: 'Networks that the limits per address do not apply to.',
      defaultText: 'this machine: 127.0.0.0/8, ::1/128',
      example: ['127.0.0.0/8', '::1/128', '192.0.2.0/24'],
      tradeoff: 'For this machine and your own relays only: whoever is listed may fill the spool.',
    }),
    idleTimeoutMs: setting(durationMs(1_000, 3_600_000, 300_000), {
      text: 'Longest silence of a client.',
      unit: 'milliseconds',
      tradeoff: 'RFC 5321 asks for five minutes; less frees sessions that hang sooner.',
    }),
    dataTimeoutMs: setting(durationMs(1_000, 3_600_000, 600_000), {
      text: 'Longest time for the whole content of one mail.',
      unit: 'milliseconds',
      tradeoff: 'Less stops drip-fed mail sooner, and large mail over thin lines too.',
    }),
    sessionTimeoutMs: setting(durationMs(1_000, 86_400_000, 3_600_000), {
      text: 'Longest session; it ends with 421 after the mail in hand.',
      unit: 'milliseconds',
      tradeoff: 'Longer serves senders that keep sessions open; less frees sessions sooner.',
    }),
    stopTimeoutMs: setting(durationMs(0, 600_000, 15_000), {
      text: 'How long a stop waits for mails in hand.',
      unit: 'milliseconds',
      tradeoff: 'Longer lets large mails finish; senders of cut-off mails simply try again.',
    }),
    proxyNetworks: setting(z.array(network).readonly().default([]), {
      text: 'Load balancers whose PROXY protocol header is believed.',
      example: ['192.0.2.10'],
      tradeoff: 'Whoever is listed can claim any client address, and with it pass SPF: list your balancers only.',
    }),
    xclientNetworks: setting(z.array(network).readonly().default([]), {
      text: 'Relays whose XCLIENT command is believed.',
      example: ['192.0.2.11'],
      tradeoff: 'As with proxyNetworks: list your own relays only.',
    }),
    tls: section(
      {
        certificateFile: setting(path.default('tls/certificate.pem'), {
          text: 'Certificate chain in PEM; relative to the data directory. Read anew when it changes.',
          tradeoff: 'The self-signed one of the first start encrypts, but proves nothing to senders that check.',
        }),
        keyFile: setting(path.default('tls/key.pem'), {
          text: 'Private key of the certificate in PEM; relative to the data directory.',
          tradeoff: 'Keep it readable by this user only.',
        }),
        minVersion: setting(z.enum(tlsVersions).default('TLSv1.2'), {
          text: 'Oldest TLS version spoken.',
          tradeoff: 'TLSv1.3 alone turns older mail servers to plaintext, which is worse.',
        }),
      },
      'STARTTLS.',
    ),
  },
  'The SMTP listener.',
);
