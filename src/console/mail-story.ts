/** The story of one mail in one mailbox: why, what happened when, what was found out, which rules were tried. */
import type { Again } from '../cli/trace-story.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { TraceRecord } from '../records/trace.ts';
import type { Reason } from '../verdict/verdict.ts';
import { whys } from '../verdict/why.ts';
import {
  ageText,
  badge,
  bytesText,
  facts,
  type Html,
  html,
  note,
  nothing,
  outcomeBadge,
  shown,
  type Tone,
  timeTag,
} from './html.ts';

/** @param ticket What stands right below the verdict. */
export function storyBody(record: TraceRecord, again: Again, ticket: Html): Html {
  const { row, judged } = record;
  return html`<section class="card">
<div class="story-head">${outcomeBadge(row.outcome)} <strong>${row.reason}</strong> by <code>${row.rule}</code> for ${row.department}</div>
${whyText(row.reason, judged.verdict.detail)}
${
  judged.verdict.prohibitions.length === 0
    ? nothing
    : note(
        'warn',
        `Whatever it asks, staff never do this for anybody: ${judged.verdict.prohibitions.map((one) => prohibitionTexts[one]).join('; ')}.`,
      )
}
${again.kind === 'different' ? note('warn', html`Today’s rules and settings would decide otherwise: ${again.explained.decision.outcome} ${again.explained.decision.reason} by <code>${again.explained.decision.rule}</code>.`) : nothing}
</section>
${ticket}
<div class="columns"><section class="card"><h2>What happened</h2>${timeline(record)}</section>
<section class="card"><h2>What was found out</h2>${record.evidence === null ? html`<p class="quiet-text">Not kept: the mail was refused in the session.</p>` : evidenceFacts(record.evidence)}</section></div>
<section class="card"><h2>Rules, in order</h2>${rules(record, again)}</section>`;
}

const prohibitionTexts = {
  credentials: 'ask for, set or reset a password or key',
  'grant-access': 'give a person access',
  'tenant-change': 'change tenant data or add an admin',
} as const;

function whyText(reason: Reason, detail: readonly string[]): Html {
  const { what, next } = whys[reason];
  return html`<div class="why"><p>${what} ${next}</p></div>
${detail.length === 0 ? nothing : html`<ul class="details">${detail.map((line) => html`<li>${shown(line, 600)}</li>`)}</ul>`}`;
}

type Step = { readonly title: string; readonly tone?: Tone; readonly lines: readonly (Html | string | null)[] };

function timeline(record: TraceRecord): Html {
  return html`<ol class="timeline">${stepsOf(record).map(
    ({ title, tone, lines }) =>
      html`<li class="${tone ?? ''}"><h3>${title}</h3>${lines.filter((line) => line !== null).map((line) => html`<p>${line}</p>`)}</li>`,
  )}</ol>`;
}

const outcomeTones = { accepted: 'good', rejected: 'bad', escalated: 'warn' } as const;

const deliveryTones = {
  queued: 'warn',
  retrying: 'warn',
  delivered: 'good',
  parked: 'bad',
  'given-up': 'bad',
} as const;
const noticeTones = {
  waiting: 'warn',
  retrying: 'warn',
  sent: 'good',
  parked: 'bad',
  suppressed: 'warn',
  bounced: 'bad',
  'given-up': 'bad',
} as const;

function failureText(attempts: number, cause: string | null) {
  if (cause === null) return null;
  return shown(attempts === 0 ? cause : `${attempts} failed: ${cause}`, 300);
}

function stepsOf({
  row,
  judged,
  envelope,
  evidence,
  followUps,
  timings,
  ticket,
  copies,
  deliveries,
  notices,
}: TraceRecord): readonly Step[] {
  const { client, helo, mailFrom, tls } = judged.envelope;
  const portal = evidence?.transport.portal;
  const others = (envelope?.recipients ?? []).filter((address) => address !== row.recipient);
  return [
    {
      title: portal === undefined ? 'A client connected' : 'The admin portal called',
      lines: [
        html`${timeTag(row.received_at)} UTC`,
        portal === undefined
          ? html`<a href="/mail?q=${encodeURIComponent(client.ip)}">${client.ip}</a> said it is ${shown(helo, 120)}; ${tls === null ? badge('warn', 'no TLS') : tls.version}`
          : html`${client.ip} showed the token <code>${portal.tokenId}</code>; admin ${shown(portal.adminId, 80)} was logged in there`,
      ],
    },
    {
      title: 'It handed over a mail',
      lines: [
        html`envelope from ${mailFrom === '' ? '<> (nobody)' : shown(mailFrom, 120)} to ${shown(row.recipient, 120)}${others.length === 0 ? nothing : html`, also to ${shown(others.join(', '), 300)}`}`,
        row.size === null
          ? 'content not kept'
          : html`${bytesText(row.size)}, ${row.rfc_message_id === null ? 'no Message-ID' : html`<code>${shown(row.rfc_message_id, 200)}</code>`}`,
      ],
    },
    {
      title: `Judged: ${row.outcome} ${row.reason}`,
      tone: outcomeTones[row.outcome],
      lines: [
        timings === null
          ? null
          : Object.entries(timings)
              .map(([stage, ms]) => `${stage} ${ms.toFixed(1)} ms`)
              .join(', '),
      ],
    },
    {
      title: 'The client was told',
      lines: [
        row.reply_code === null
          ? 'a refusal (5xx) in the session'
          : html`<code>${shown([row.reply_code, row.reply_enhanced, row.reply_text].filter((part) => part !== null).join(' '), 300)}</code>`,
      ],
    },
    {
      title: `Recorded by a worker of “${row.outcome}”`,
      lines: [
        html`${delayText(row.recorded_at - row.received_at)} later; job <code>${row.message_id}</code>`,
        row.spool_key === null ? 'raw mail not kept' : null,
      ],
    },
    ...followUps.map(({ actor, at, kind, mail, note: remark }) => ({
      title: `Judged again: ${mail.verdict.outcome} ${mail.verdict.reason}`,
      tone: outcomeTones[mail.verdict.outcome],
      lines: [html`${timeTag(at)} UTC by ${shown(actor, 80)} (${kind})`, remark === '' ? null : shown(remark, 600)],
    })),
    ...(row.duplicate_of === null
      ? []
      : [
          {
            title: 'A copy',
            lines: [
              html`of <a href="/mail/${row.duplicate_of}">${row.duplicate_of}</a>, which has the ticket if there is one`,
            ],
          },
        ]),
    ...(ticket === null
      ? []
      : [
          {
            title: `Ticket ${ticket.number}`,
            tone: 'good' as const,
            lines: [`${ticket.status}, severity ${ticket.severity}, ${ticket.department}`],
          },
        ]),
    ...deliveries.map(({ attempts, cause, kind, state, target, updated_at }) => ({
      title: `Hand-over to ${target}: ${state}`,
      tone: deliveryTones[state],
      lines: [html`${timeTag(updated_at)} UTC, ${kind}`, failureText(attempts, cause)],
    })),
    ...notices.map(({ attempts, cause, kind, recipient, state, updated_at }) => ({
      title: `Notice “${kind}”: ${state}`,
      tone: noticeTones[state],
      lines: [html`${timeTag(updated_at)} UTC, to ${shown(recipient, 120)}`, failureText(attempts, cause)],
    })),
    ...(copies.length === 0
      ? []
      : [
          { title: 'Copies came later', lines: copies.slice(0, 10).map((id) => html`<a href="/mail/${id}">${id}</a>`) },
        ]),
  ];
}

function delayText(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.max(0, milliseconds)} ms` : ageText(milliseconds);
}

const resultTones: Readonly<Record<string, Tone>> = {
  pass: 'good',
  fail: 'bad',
  bad: 'bad',
  revoked: 'bad',
  replayed: 'bad',
  temperror: 'warn',
  permerror: 'warn',
  expired: 'warn',
  weak: 'warn',
};
const assuranceTones = { proven: 'good', claimed: 'warn', unknown: 'calm', forged: 'bad' } as const;

function evidenceFacts(evidence: Evidence): Html {
  const { domain, pgp, denylist, content, form, author, sender } = evidence;
  const result = (finding: { readonly result: string; readonly cause: string }): Html =>
    html`${badge(resultTones[finding.result] ?? 'calm', finding.result)} ${shown(finding.cause, 400)}`;
  return facts([
    ...form.map((fault) => ['Form', html`${badge('bad', fault.code)} ${shown(fault.detail)}`] as const),
    [
      'Author',
      author === null
        ? 'none that all readers agree on'
        : html`<a href="/mail?q=${encodeURIComponent(author.address)}">${shown(author.address, 200)}</a>${author.displayName === '' ? nothing : html`, called ${shown(author.displayName, 120)}`}`,
    ],
    [
      'Known as',
      html`${sender.standing.kind}${sender.standing.kind === 'unregistered' ? nothing : html` of <a href="/directory/${encodeURIComponent(sender.standing.tenant.id)}">${shown(sender.standing.tenant.name, 120)}</a>`}${sender.lookalike === null ? nothing : html`; ${badge('bad', sender.lookalike.kind)} of ${shown(sender.lookalike.of, 120)}`}`,
    ],
    [
      'Assurance',
      html`${badge(assuranceTones[evidence.assurance], evidence.assurance)} ${evidence.proofs.map((proof) => shown(`${proof.kind}: ${proof.cause}`))}`,
    ],
    ['SPF', result(domain.spf)],
    ['DKIM', result(domain.dkim)],
    [
      'DMARC',
      html`${result(domain.dmarc)}${domain.dmarc.policy === null ? nothing : ` (policy ${domain.dmarc.policy})`}`,
    ],
    domain.arc.result === 'none' ? null : ['ARC', result(domain.arc)],
    ['PGP', result(pgp)],
    [
      'Deny-list',
      denylist.hits.length === 0
        ? 'no entry'
        : html`${denylist.hits.map((hit) => html`<a href="/deny/${hit.entry.id}">${hit.entry.kind} ${shown(hit.entry.value, 120)}</a> by ${hit.subject} `)}`,
    ],
    [
      'It asks',
      content.result === 'parsed'
        ? `${content.classification.request.kind}${content.classification.request.doubt ? ' (in doubt)' : ''}${(content.classification.request.also ?? []).map((kind) => ` and ${kind}`).join('')}; severity ${content.classification.severity}; abuse ${content.classification.abuse.label}${content.classification.abuse.doubt === true ? ' (in doubt)' : ''}; ${content.classification.language}`
        : html`unreadable: ${shown(content.cause)}`,
    ],
  ]);
}

/** The rules up to the one that decides; the rest was never asked. */
function rules({ row }: TraceRecord, again: Again): Html {
  if (again.kind === 'unknown') {
    return html`<p><code>${row.rule}</code> decided. ${again.cause}.</p>`;
  }
  const { tried } = again.explained;
  return html`<ol class="rules">${tried.map(
    (rule, index) =>
      html`<li class="${index === tried.length - 1 ? 'decided' : ''}"><code>${rule.id}</code><span>${titleOf(rule.title)}${index === tried.length - 1 ? html` ${badge('calm', 'decided')}` : nothing}</span></li>`,
  )}</ol>`;
}

/** Titles mark reasons with backticks, as the README does. */
function titleOf(title: string): Html {
  return html`${title.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
