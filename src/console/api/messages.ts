/** Mails: looked for, told with everything that explains them, their text and octets by role. */
import { z } from 'zod';
import { redactTogether } from '../../classify/secrets.ts';
import type { TraceRecord } from '../../records/trace.ts';
import {
  acceptedReasons,
  departments,
  escalatedReasons,
  type Reason,
  rejectedReasons,
  ruleIds,
} from '../../verdict/verdict.ts';
import { findMails } from '../find-mail.ts';
import { auditLook, rawOf, recordOf } from '../kept-mail.ts';
import type { ConsolePorts } from '../ports.ts';
import { notFound, Problem } from './problem.ts';
import { route } from './route.ts';
import { badCursor, messageId, pageOf, time, timeText } from './shapes.ts';

const reasons: readonly [Reason, ...Reason[]] = [...acceptedReasons, ...rejectedReasons, ...escalatedReasons];
const outcome = z.enum(['accepted', 'rejected', 'escalated']);
const reason = z.enum(reasons);
const rule = z.enum(ruleIds);

const summary = z.strictObject({
  messageId,
  receivedAt: time,
  outcome,
  reason,
  rule: z.string(),
  department: z.string(),
  assurance: z.string(),
  severity: z.int(),
  clientIp: z.string(),
  mailFrom: z.string().describe('Envelope sender; empty for nobody'),
  recipient: z.string(),
  sender: z.string().nullable().describe('Author, where all readers agree on one'),
  tenantId: z.string().nullable(),
  subject: z.string().nullable(),
  copyOf: z.string().nullable(),
});

function summaryOf({ row }: Pick<TraceRecord, 'row'>): z.input<typeof summary> {
  return {
    messageId: row.message_id,
    receivedAt: timeText(row.received_at),
    outcome: row.outcome,
    reason: row.reason,
    rule: row.rule,
    department: row.department,
    assurance: row.assurance,
    severity: row.severity,
    clientIp: row.client_ip,
    mailFrom: row.mail_from,
    recipient: row.recipient,
    sender: row.sender_address,
    tenantId: row.tenant_id,
    subject: row.subject,
    copyOf: row.duplicate_of,
  };
}

const verdict = z.strictObject({
  outcome,
  reason,
  rule,
  detail: z.array(z.string()).readonly(),
  department: z.enum(departments),
  assurance: z.enum(['proven', 'claimed', 'unknown', 'forged']),
  severity: z.int(),
  prohibitions: z.array(z.string()).readonly(),
  silent: z.boolean(),
});

const asKept = z.record(z.string(), z.unknown());

const story = z.strictObject({
  ...summary.shape,
  recordedAt: time,
  rfcMessageId: z.string().nullable(),
  size: z.int().nullable(),
  rawIsKept: z.boolean(),
  verdict,
  classification: asKept.nullable().describe('What is asked; null when the text could not be read'),
  proof: z.array(z.string()).readonly(),
  envelope: asKept,
  evidence: asKept.nullable().describe('Each finding with its cause; null for a mail refused in the session'),
  reply: z.strictObject({ code: z.int(), enhanced: z.string(), text: z.string() }).nullable(),
  timings: z.record(z.string(), z.number()).nullable().describe('Milliseconds by stage'),
  ticket: z.strictObject({ number: z.string(), status: z.string() }).nullable(),
  copies: z.array(z.string()).readonly(),
  decisions: z.array(
    z.strictObject({
      at: time,
      actor: z.string(),
      kind: z.string(),
      note: z.string(),
      outcome,
      reason,
      taken: z.boolean(),
    }),
  ),
});

function storyOf(record: TraceRecord): z.input<typeof story> {
  const { copies, envelope, evidence, followUps, judged, row, ticket, timings } = record;
  return {
    ...summaryOf(record),
    recordedAt: timeText(row.recorded_at),
    rfcMessageId: row.rfc_message_id,
    size: row.size,
    rawIsKept: row.spool_key !== null,
    verdict: judged.verdict,
    classification: judged.classification,
    proof: judged.sender.proof,
    envelope: envelope ?? judged.envelope,
    evidence,
    reply:
      row.reply_code === null
        ? null
        : { code: row.reply_code, enhanced: row.reply_enhanced ?? '', text: row.reply_text ?? '' },
    timings: timings === null ? null : { ...timings },
    ticket: ticket === null ? null : { number: ticket.number, status: ticket.status },
    copies,
    decisions: followUps.map(({ actor, at, kind, mail, note, state }) => ({
      at: timeText(at),
      actor,
      kind,
      note,
      outcome: mail.verdict.outcome,
      reason: mail.verdict.reason,
      taken: state === 'done',
    })),
  };
}

const simulation = z.strictObject({
  kind: z.enum(['same', 'different', 'unknown']),
  cause: z.string().nullable().describe('Why it cannot be judged again'),
  decision: z
    .strictObject({ outcome: z.string(), reason: z.string(), rule: z.string(), detail: z.array(z.string()).readonly() })
    .nullable(),
  tried: z
    .array(z.strictObject({ id: z.string(), title: z.string() }))
    .describe('The rules up to the one that decides'),
});

function simulationOf(ports: ConsolePorts, record: TraceRecord): z.input<typeof simulation> {
  const again = ports.judgeAgain(record);
  if (again.kind === 'unknown') return { kind: again.kind, cause: again.cause, decision: null, tried: [] };
  const { decision, tried } = again.explained;
  const { detail, outcome: decided, reason: because, rule: by } = decision;
  return {
    kind: again.kind,
    cause: null,
    decision: { outcome: decided, reason: because, rule: by, detail },
    tried: tried.map(({ id, title }) => ({ id, title })),
  };
}

const see = { scope: 'read', right: 'mail.find' } as const;
const byId = z.strictObject({ id: messageId });
const mostText = 200_000;
/** Read beyond the cap, so that no secret is cut in two and missed. */
const slack = 2 * 1024;

async function found(ports: ConsolePorts, id: string): Promise<TraceRecord> {
  const record = await recordOf(ports, id);
  if (record === null) throw notFound('mail');
  return record;
}

async function keptRaw(ports: ConsolePorts, record: TraceRecord) {
  const raw = await rawOf(ports, record);
  if (raw === null) throw new Problem('not-found', 'The raw mail was refused in the session, or is kept no longer.');
  return raw;
}

export const messageRoutes = [
  route({
    method: 'GET',
    path: '/messages',
    summary: 'Look for mails, newest first',
    text: '`q` is what people type into the search box: an id, a ticket, addresses, a domain, a client, a rule, a day, words of the subject.',
    access: see,
    query: z.strictObject({
      q: z.string().max(500).default(''),
      outcome: outcome.exactOptional(),
      reason: reason.exactOptional(),
      after: z.string().max(100).exactOptional(),
    }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: pageOf(summary).extend({
        refusals: z
          .array(
            z.strictObject({
              at: time,
              ip: z.string(),
              stage: z.string(),
              mailFrom: z.string().nullable(),
              recipient: z.string().nullable(),
              reply: z.string(),
              cause: z.string(),
            }),
          )
          .describe('What was refused before there was a mail; on the first page of a search by address or client'),
      }),
    },
    handle: async ({ ports, query }) => {
      const search = {
        text: query.q.trim(),
        outcome: query.outcome ?? null,
        reason: query.reason ?? null,
        after: query.after ?? null,
      };
      const page = await findMails(ports, search).catch((error: unknown) => {
        throw error instanceof RangeError ? badCursor() : error;
      });
      const only = page.only === null ? null : await recordOf(ports, page.only);
      return {
        items: only === null ? page.rows.map((row) => summaryOf({ row })) : [summaryOf(only)],
        next: page.next,
        refusals: page.refusals.map((row) => ({
          at: timeText(row.at),
          ip: row.ip,
          stage: row.stage,
          mailFrom: row.mail_from,
          recipient: row.recipient,
          reply: `${row.reply_code} ${row.reply_enhanced}`.trim(),
          cause: row.cause,
        })),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/messages/{id}',
    summary: 'One mail with everything that explains its verdict',
    access: see,
    params: byId,
    answer: { status: 200, media: 'application/json', schema: story },
    handle: async ({ params, ports }) => storyOf(await found(ports, params.id)),
  }),
  route({
    method: 'GET',
    path: '/messages/{id}/simulation',
    summary: "What today's rules and settings say to the evidence of then; changes nothing",
    access: see,
    params: byId,
    answer: { status: 200, media: 'application/json', schema: simulation },
    handle: async ({ params, ports }) => simulationOf(ports, await found(ports, params.id)),
  }),
  route({
    method: 'GET',
    path: '/messages/{id}/text',
    summary: 'What somebody wrote, as text without secrets; audited',
    access: { scope: 'content', right: 'mail.read' },
    params: byId,
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        text: z.string().nullable().describe('Null when it cannot be read'),
        cause: z.string().nullable(),
        truncated: z.array(z.string()),
        parts: z.array(
          z.strictObject({
            contentType: z.string(),
            fileName: z.string().nullable(),
            size: z.int(),
            sha256: z.string(),
          }),
        ),
      }),
    },
    handle: async ({ caller, params, ports }) => {
      const record = await found(ports, params.id);
      const raw = await keptRaw(ports, record);
      await auditLook(ports, caller.actor, 'mail.read', record);
      const { content } = await ports.readMail(raw);
      if (content.kind !== 'parsed') return { text: null, cause: content.cause, truncated: [], parts: [] };
      const { parts, subject, text: whole, truncated } = content.content;
      // P-SECRETS: what a program reads leaves the gateway. Who needs the mail as it came takes its octets.
      const [, text = '', ...names] = redactTogether([
        subject,
        whole.slice(0, mostText + slack),
        ...parts.map(({ fileName }) => fileName ?? ''),
      ]);
      return {
        text: text.slice(0, mostText),
        cause: null,
        truncated: [...truncated],
        parts: parts.map(({ contentType, fileName, sha256, size }, index) => ({
          contentType,
          fileName: fileName === null ? null : (names[index] ?? ''),
          size,
          sha256,
        })),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/messages/{id}/raw',
    summary: 'The octets of a mail as they came; audited',
    access: { scope: 'content', right: 'mail.download' },
    params: byId,
    answer: { status: 200, media: 'message/rfc822', schema: null },
    handle: async ({ caller, params, ports }) => {
      const record = await found(ports, params.id);
      const raw = await keptRaw(ports, record);
      await auditLook(ports, caller.actor, 'mail.download', record);
      const headers = {
        'content-disposition': `attachment; filename="${record.row.message_id}.eml"`,
        'content-length': String(raw.size),
      };
      return { content: raw.open(), headers };
    },
  }),
];
