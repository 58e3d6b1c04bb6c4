/**
 * Mails per second through the whole gateway, with every check on, against the baseline in the same run on the same
 * cores: support mails with DKIM (rsa-2048), SPF and DMARC over kept-open sessions. Rounds alternate, medians are told.
 *
 * What the workers do with an answered mail (trace, ticket, hand-over) the baseline leaves undone. So the gateway is told
 * twice: with workers at work beside the listeners, and with workers held for as long as mail comes in. They finish
 * before the next round either way, so that no round pays for another.
 *
 * Usage: bench/gateway.ts [listener processes]
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
import { supportMail } from './support-mail.ts';

const mailsPerRound = 1_000;
const rounds = 3;
const sessions = 10;
const counts = process.argv[2] === undefined ? [1, 2] : [Number(process.argv[2])];

const signer = createSigner({ domain: 'corp.test', selector: 's1', bits: 2_048 });

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
    const signed = await signer.sign(`${fields.join('\r\n')}\r\n\r\n${supportMail}`);
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
    `${what.padEnd(22)} ${median(rates).toFixed(0).padStart(6)} mails/s (${rates.map((each) => each.toFixed(0)).join(', ')})` +
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

/** Removed at the end: for a minute ext4 passes over the inodes of removed files one by one, and every new file pays. */
const stopped: { remove(): Promise<void> }[] = [];

async function compare(processes: number): Promise<void> {
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
  stack.defer(async () => {
    await postern.stop();
  });
  stopped.push(postern);

  const listeners = postern.pidsOf('smtp');
  const workers = postern.pidsOf('workers');
  let sent = 0;
  const send = async (count: number): Promise<Load> => {
    const mails = await makeMails(count, `p${sent}`);
    sent += count;
    return sendLoad(postern.smtpPort(), mails, sessions, 'ada@corp.test');
  };
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => workers.forEach((pid) => process.kill(pid, name));

  await sendLoad(baseline.port, await makeMails(300, 'warm'), sessions, 'ada@corp.test');
  await send(300);
  await postern.traced(sent);
  const cpu = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = { sent, listeners: cpu(listeners), workers: cpu(workers) };
  const stagesBefore = await stages(postern.consoleUrl());
  const loads: { baseline: Load[]; beside: Load[]; held: Load[] } = { baseline: [], beside: [], held: [] };
  for (let round = 0; round < rounds; round += 1) {
    const mails = await makeMails(mailsPerRound, `b${round}`);
    loads.baseline.push(await sendLoad(baseline.port, mails, sessions, 'ada@corp.test'));
    loads.beside.push(await send(mailsPerRound));
    await postern.traced(sent);
    signal('SIGSTOP');
    try {
      loads.held.push(await send(mailsPerRound));
    } finally {
      signal('SIGCONT');
    }
    await postern.traced(sent);
  }
  const stagesAfter = await stages(postern.consoleUrl());
  const mails = sent - before.sent;

  console.log(
    `${processes} listener process(es), ${sessions} sessions, mail of ${supportMail.length} octets and its header`,
  );
  told('baseline', loads.baseline);
  told('postern', loads.beside);
  told('postern, workers held', loads.held);
  const baselineRate = median(loads.baseline.map(rate));
  const ratio = (some: readonly Load[]) => (median(some.map(rate)) / baselineRate).toFixed(2);
  console.log(`ratio ${ratio(loads.beside)}, with workers held ${ratio(loads.held)}`);
  const perMail = (seconds: number) => `${((seconds / mails) * 1_000).toFixed(2)} ms`;
  console.log(
    `CPU a mail listener ${perMail(cpu(listeners) - before.listeners)}, workers ${perMail(cpu(workers) - before.workers)}`,
  );
  console.log('time a mail by stage (waiting included):');
  for (const [stage, total] of stagesAfter) {
    console.log(`  ${stage.padEnd(10)} ${((total - (stagesBefore.get(stage) ?? 0)) / mails).toFixed(2)} ms`);
  }
  const accepted = postern.trace().filter(({ outcome, reason }) => outcome === 'accepted' && reason === 'admin').length;
  if (accepted !== sent) throw new Error(`${sent} mails were sent, ${accepted} accepted from the admin`);
}

try {
  for (const processes of counts) await compare(processes);
} finally {
  for (const postern of stopped) await postern.remove();
}
