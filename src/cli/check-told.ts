/** Who is told what of one judged mail: the sender in the session and by mail, staff on the ticket or the review. */
import type { Notice, NoticeKind } from '../notices/notice.ts';
import type { Defer, Reply, Verdict } from '../verdict/verdict.ts';
import { whys } from '../verdict/why.ts';
import { row } from './check-row.ts';

export function senderLines(decision: Verdict | Defer, reply: Reply, notice: Notice | null): readonly string[] {
  return [
    row('sender told', `${reply.code} ${reply.enhanced} ${reply.text}`),
    row('by mail', decision.outcome === 'deferred' ? 'nothing: it is not judged yet' : noticeText(notice)),
  ];
}

/** Why in words, what helps, and what the rule found. */
export function staffLines(decision: Verdict | Defer): readonly string[] {
  const told = [...whyLines(decision), ...new Set(decision.detail)];
  const never = decision.outcome === 'deferred' ? [] : decision.prohibitions;
  return [
    ...told.map((line, index) => row(index === 0 ? 'staff told' : '', line)),
    ...(never.length === 0 ? [] : [row('staff never', never.map((one) => neverTexts[one]).join('; '))]),
  ];
}

function whyLines(decision: Verdict | Defer): readonly string[] {
  if (decision.outcome === 'deferred')
    return ['An answer is missing that could change the verdict; the sender’s server tries again.'];
  const { next, what } = whys[decision.reason];
  return [what, next];
}

const neverTexts: Readonly<Record<Verdict['prohibitions'][number], string>> = {
  credentials: 'credentials: set, reset or tell a password, API key or connect key',
  'grant-access': 'grant-access: give a person access to anything',
  'tenant-change': 'tenant-change: alter tenant data, remove systems, lock accounts or add admins',
};

function noticeText(notice: Notice | null): string {
  if (notice === null) return 'nothing';
  const rotate = notice.rotate.length === 0 ? '' : `, and to change what it sent: ${notice.rotate.join(', ')}`;
  return `${noticeTexts[notice.kind]}${rotate}; to ${notice.to.address}`;
}

const noticeTexts: Readonly<Record<NoticeKind, string>> = {
  received: 'that it has a ticket, and when an answer is due',
  receipt: 'a receipt that says nothing about anybody',
  'not-entitled': 'that its plan has no support by mail, and where the knowledge base is',
  'channel-refused': 'that its contract asks for a safer channel',
  'never-done': 'what support does for nobody, and where an admin does it alone',
  'needs-authorization': 'that somebody else has to authorise it',
};
