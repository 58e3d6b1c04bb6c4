/**
 * Twenty 23 MB mails at once, and 5 MB of HTML: peak memory of the listener, and how late event loops were, beside one that
 * has nothing to do.
 */
import { readFileSync } from 'node:fs';
import { startPostern } from '../test/helpers/postern.ts';
import { startZoneServer } from '../test/helpers/zone-server.ts';
import { startIdleLoop } from './idle-loop.ts';
import { sendLoad } from './smtp-load.ts';

const head = (type: string, encoding: string) =>
  [
    'From: Ada <ada@corp.test>',
    'To: support@postern.test',
    'Subject: large',
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ].join('\r\n');
const attachment = Buffer.from(
  `${head('application/octet-stream; name="a.bin"', 'base64')}\r\n\r\n${`${'QUJD'.repeat(19)}\r\n`.repeat(310_000)}`,
);
const html = Buffer.from(
  `${head('text/html', '8bit')}\r\n\r\n${'<div><p>one <b>two</b> three</p>\r\n'.repeat(160_000)}`,
);

await using stack = new AsyncDisposableStack();
const dns = await startZoneServer({ 'corp.test': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] } });
stack.defer(() => dns.close());
const postern = await startPostern({ dns: dns.address, env: { POSTERN_LOG_LEVEL: 'warn' } });
stack.defer(() => postern.remove());
const [listener = 0] = postern.pidsOf('smtp');

/** Megabytes, the largest so far. */
const peak = () =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${listener}/status`, 'utf8'))?.[1]) / 1024);

const idle = startIdleLoop();
stack.defer(() => idle.close());
await fetch(`${postern.consoleUrl()}metrics`); // what the start held is not asked
console.log(`before: listener peak ${peak()} MB`);
for (const [what, mails] of [
  [`20 x ${(attachment.length / 2 ** 20).toFixed(0)} MB at once`, Array.from({ length: 20 }, () => attachment)],
  [`4 x ${(html.length / 2 ** 20).toFixed(0)} MB of HTML at once`, Array.from({ length: 4 }, () => html)],
] as const) {
  await idle.longestMs();
  const load = await sendLoad(postern.smtpPort(), mails, mails.length, 'ada@corp.test');
  const answers = [...load.answers].map(([code, count]) => `${count} x ${code}`).join(', ');
  const metrics = await (await fetch(`${postern.consoleUrl()}metrics`)).text();
  const lag = [...metrics.matchAll(/^postern_event_loop_lag_seconds\{([^}]*)\} (\S+)/gm)]
    .map(([, labels, seconds]) => `${labels} ${(Number(seconds) * 1_000).toFixed(0)} ms`)
    .join('; ');
  console.log(
    `${what}: ${answers} in ${(load.elapsedMs / 1_000).toFixed(1)} s, listener peak ${peak()} MB, event loop lag ${lag}; of an idle loop beside ${(await idle.longestMs()).toFixed(0)} ms`,
  );
}
