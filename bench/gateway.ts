/**
 * Mails per second through the whole gateway, with every check on, against the baseline in the same run on the same
 * cores: 4 KB mails with DKIM (rsa-2048), SPF and DMARC over kept-open sessions. Rounds alternate, medians are told.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSigner } from '../test/helpers/dkim-signer.ts';
import { startPostern } from '../test/helpers/postern.ts';
import { startRedis } from '../test/helpers/redis.ts';
import { startZoneServer } from '../test/helpers/zone-server.ts';
import { type Load, percentile, sendLoad } from './smtp-load.ts';

const mailsPerRound = 1_500;
const rounds = 3;
const sessions = 10;
const processes = Number(process.argv[2] ?? 1);

const signer = createSigner({ domain: 'corp.test', selector: 's1', bits: 2_048 });
const body = 'It fails since Monday, and nobody here knows why that could be.\r\n'.repeat(55);

async function makeMails(count: number, tag: string): Promise<Buffer[]> {
  const mails: Buffer[] = [];
  for (let at = 0; at < count; at += 1) {
    const fields = [
      'From: Ada <ada@corp.test>',
      'To: support@postern.test',
      `Subject: Backup fails ${at}`,
      `Date: ${new Date().toUTCString()}`,
      `Message-ID: <${tag}-${at}@corp.test>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
    ];
    const signed = await signer.sign(`${fields.join('\r\n')}\r\n\r\n${body}`);
    // Without the final CRLF: the load sends it with the end of data.
    mails.push(signed.subarray(0, signed.length - 2));
  }
  return mails;
}

async function startBaseline(socketPath: string) {
  const file = fileURLToPath(new URL('baseline-server.ts', import.meta.url));
  const child = fork(file, [socketPath], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [message] = await once(child, 'message');
  return { port: Number(Reflect.get(Object(message), 'port')), stop: () => child.kill() };
}

function rate({ mails, elapsedMs }: Load): number {
  return (mails / elapsedMs) * 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function told(what: string, loads: readonly Load[]): void {
  const rates = loads.map(rate);
  const latencies = loads.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
  const codes = [...new Set(loads.flatMap(({ answers }) => [...answers.keys()]))].join(' ');
  console.log(
    `${what.padEnd(10)} ${median(rates).toFixed(0).padStart(6)} mails/s (${rates.map((each) => each.toFixed(0)).join(', ')})` +
      `  p50 ${percentile(latencies, 0.5).toFixed(1)} ms  p99 ${percentile(latencies, 0.99).toFixed(1)} ms  answers ${codes}`,
  );
}

/** Total milliseconds by stage and how many mails passed it, from the metrics of all processes. */
async function stages(consoleUrl: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${consoleUrl}metrics`)).text();
  const perStage = new Map<string, number>();
  for (const [, stage = '', seconds = '0'] of text.matchAll(
    /^postern_stage_seconds_sum\{[^}]*stage="([^"]+)"[^}]*\} (\S+)/gm,
  )) {
    perStage.set(stage, Number(seconds) * 1_000);
  }
  return perStage;
}

/** Seconds of CPU that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const zone = {
  'corp.test': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
  '_dmarc.corp.test': { TXT: ['v=DMARC1; p=reject'] },
  [signer.dnsName]: { TXT: [signer.dnsRecord] },
};
const admin = {
  id: 'a1',
  name: 'Ada',
  primaryEmail: 'ada@corp.test',
  role: 'owner',
  active: true,
  mailbox: 'dedicated',
};
const tenant = {
  id: 't1',
  name: 'Corp',
  domains: ['corp.test'],
  tier: 'standard',
  users: 120,
  timezone: 'UTC',
  admins: [admin],
};

await using stack = new AsyncDisposableStack();
const dns = await startZoneServer(zone);
stack.defer(() => dns.close());
const redis = await startRedis();
stack.defer(() => redis.stop());
const baseline = await startBaseline(redis.target.socketPath);
stack.defer(() => void baseline.stop());
const postern = await startPostern({
  dns: dns.address,
  directory: { tenants: [tenant] },
  env: { POSTERN_SMTP_PROCESSES: String(processes), POSTERN_LOG_LEVEL: 'warn' },
});
stack.defer(() => postern.remove());

const listeners = postern.pidsOf('smtp');
const workers = postern.pidsOf('workers');
await sendLoad(baseline.port, await makeMails(300, 'warm-b'), sessions, 'ada@corp.test');
await sendLoad(postern.smtpPort(), await makeMails(300, 'warm-p'), sessions, 'ada@corp.test');
const before = {
  listener: listeners.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
  workers: workers.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
};
const stagesBefore = await stages(postern.consoleUrl());
const loads: { baseline: Load[]; postern: Load[] } = { baseline: [], postern: [] };
for (let round = 0; round < rounds; round += 1) {
  loads.baseline.push(
    await sendLoad(baseline.port, await makeMails(mailsPerRound, `b${round}`), sessions, 'ada@corp.test'),
  );
  loads.postern.push(
    await sendLoad(postern.smtpPort(), await makeMails(mailsPerRound, `p${round}`), sessions, 'ada@corp.test'),
  );
}
const sent = rounds * mailsPerRound;
const stagesAfter = await stages(postern.consoleUrl());
await postern.traced(sent + 300);
console.log(`whole gateway, ${processes} listener process(es), ${sessions} sessions, 4 KB mail with DKIM rsa-2048`);
told('baseline', loads.baseline);
told('postern', loads.postern);
console.log(`ratio      ${(median(loads.postern.map(rate)) / median(loads.baseline.map(rate))).toFixed(2)}`);
const listenerCpu = listeners.reduce((sum, pid) => sum + cpuSeconds(pid), 0) - before.listener;
const workersCpu = workers.reduce((sum, pid) => sum + cpuSeconds(pid), 0) - before.workers;
console.log(
  `CPU a mail listener ${((listenerCpu / sent) * 1_000).toFixed(2)} ms, workers ${((workersCpu / sent) * 1_000).toFixed(2)} ms`,
);
console.log('time a mail by stage (waiting included):');
for (const [stage, total] of stagesAfter) {
  console.log(`  ${stage.padEnd(10)} ${((total - (stagesBefore.get(stage) ?? 0)) / sent).toFixed(2)} ms`);
}
const accepted = postern.trace().filter(({ outcome, reason }) => outcome === 'accepted' && reason === 'admin').length;
if (accepted !== sent + 300) throw new Error(`${sent + 300} mails were sent, ${accepted} accepted from the admin`);
