/** The deny-list: look for, test, add with a preview, end, remove, import with a diff. An entry holds from the next mail on. */
import { z } from 'zod';
import { denyCsvFaultLine, formatDenyCsv } from '../../denylist/csv.ts';
import { changeOf, denyDiff, denyDiffDigest } from '../../denylist/diff.ts';
import type { DenyEntry } from '../../denylist/entry.ts';
import { denyKinds, proposeEntry } from '../../denylist/entry-rules.ts';
import { keysOfTarget } from '../../denylist/keys.ts';
import { matchTarget } from '../../denylist/match.ts';
import { parseScope, scopeText } from '../../denylist/scope.ts';
import { denyTargetOf } from '../../denylist/target.ts';
import type { DenyCounter } from '../../records/denylist.ts';
import { auditExport } from '../audit-export.ts';
import { graveEntries, lastsNoLonger, newlyHeld, previewOf } from '../deny-preview.ts';
import type { ConsolePorts } from '../ports.ts';
import { applied, refuseGrave, struckJson, struckOne } from './deny-reach.ts';
import { invalid, notFound, Problem } from './problem.ts';
import { route } from './route.ts';
import { cursorOf, pageOf, paging, placeOf, time, timeOrNull, timeText } from './shapes.ts';

const see = { scope: 'read', right: 'deny.see' } as const;
const change = { scope: 'deny', right: 'deny.change' } as const;
const megabyte = 1024 * 1024;

const entryId = z.string().regex(/^[0-9a-f]{20}$/, 'is no id of an entry');
const byId = z.strictObject({ id: entryId });

const entry = z.strictObject({
  id: entryId,
  kind: z.enum(denyKinds),
  value: z.string(),
  reason: z.string(),
  note: z.string(),
  scope: z.string().describe('global, mailbox:<address> or tenant:<id>'),
  expiresAt: time.nullable().describe('Null never ends'),
  createdBy: z.string(),
  createdAt: time,
  hits: z.int(),
  lastHitAt: time.nullable(),
});

function entryOf(one: DenyEntry, counter: DenyCounter | undefined): z.input<typeof entry> {
  const { createdAt, createdBy, expiresAt, id, kind, note, reason, scope, value } = one;
  return {
    id,
    kind,
    value,
    reason,
    note,
    scope: scopeText(scope),
    expiresAt: timeOrNull(expiresAt),
    createdBy,
    createdAt: timeText(createdAt),
    hits: counter?.hits ?? 0,
    lastHitAt: timeOrNull(counter?.lastHitAt ?? null),
  };
}

async function entriesOf({ deny }: ConsolePorts, entries: readonly DenyEntry[]) {
  const counters = await deny.counters(entries.map(({ id }) => id));
  return entries.map((one) => entryOf(one, counters.get(one.id)));
}

const proposal = z.strictObject({
  kind: z.enum(denyKinds),
  value: z.string().min(1).max(1_000),
  reason: z.string().min(1).max(1_000).describe('Why, for staff'),
  note: z.string().max(1_000).default(''),
  scope: z.string().max(400).default('global'),
  expiresAt: time.nullable().exactOptional().describe('Null never ends; left out, the life that the settings give'),
});

function proposed(ports: ConsolePorts, actor: string, typed: z.output<typeof proposal>): DenyEntry {
  const scope = parseScope(typed.scope);
  if (scope === null) throw invalid([{ field: 'scope', message: 'is none of global, mailbox:<address>, tenant:<id>' }]);
  const { kind, note, reason, value } = typed;
  const expiresAt = expiryOf(ports, typed.expiresAt);
  const result = proposeEntry({
    kind,
    value,
    reason,
    note,
    scope,
    expiresAt,
    createdBy: actor,
    createdAt: ports.now(),
  });
  if (!result.ok) throw invalid(result.faults);
  return result.entry;
}

function expiryOf({ denyTtlMs, now }: ConsolePorts, text: string | null | undefined): number | null {
  if (text === undefined) {
    const ttlMs = denyTtlMs();
    return ttlMs === null ? null : now() + ttlMs;
  }
  if (text === null) return null;
  const at = Date.parse(text);
  if (at <= now()) throw invalid([{ field: 'expiresAt', message: 'lies in the past' }]);
  return at;
}

const preview = z.strictObject({
  entry,
  replaces: z.boolean().describe('There is such an entry already'),
  struck: z.array(struckOne).describe('Whom of the directory it names'),
  hits: z.int().describe('Mails of the last 30 days that it would have hit'),
  isAtLeast: z.boolean().describe('Too many to count: `hits` is the least'),
  looked: z.int().describe('Mails of the last 30 days'),
});

async function previewed(ports: ConsolePorts, wanted: DenyEntry): Promise<z.input<typeof preview>> {
  const { hits, isAtLeast, looked, struck } = await previewOf(ports, wanted);
  const before = await ports.denySearch.get(wanted.id);
  return {
    entry: entryOf(wanted, undefined),
    replaces: before !== null,
    struck: struck.map(struckJson),
    hits,
    isAtLeast,
    looked,
  };
}

async function existing({ denySearch }: ConsolePorts, id: string): Promise<DenyEntry> {
  const found = await denySearch.get(id);
  if (found === null) throw notFound('entry');
  return found;
}

export const denyRoutes = [
  route({
    method: 'GET',
    path: '/deny',
    summary: 'Look for entries, newest first',
    access: see,
    query: z.strictObject({
      q: z.string().max(200).default('').describe('A part of value, reason, note or author'),
      kind: z.enum(denyKinds).exactOptional(),
      expired: z.enum(['hide', 'show']).default('hide'),
      ...paging,
    }),
    answer: { status: 200, media: 'application/json', schema: pageOf(entry) },
    handle: async ({ ports, query }) => {
      const offset = placeOf(query.after, z.tuple([z.int().min(0).max(1_000_000)]))?.[0] ?? 0;
      const activeAt = query.expired === 'show' ? null : ports.now();
      const wanted = { text: query.q, kind: query.kind ?? null, activeAt, limit: query.limit, offset };
      const { entries, total } = await ports.denySearch.search(wanted);
      const end = offset + entries.length;
      return { items: await entriesOf(ports, entries), next: end < total ? cursorOf([end]) : null };
    },
  }),
  route({
    method: 'GET',
    path: '/deny/matches',
    summary: 'Would this be denied, and by which entries?',
    access: see,
    query: z.strictObject({
      target: z.string().min(1).max(400).describe('Mail address, IP address, PGP fingerprint, phone number or domain'),
    }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({ kind: z.string(), value: z.string().describe('Normal form'), items: z.array(entry) }),
    },
    handle: async ({ ports, query }) => {
      const target = denyTargetOf(query.target.trim());
      if (target === null) {
        const message = 'is neither mail address, IP address, PGP fingerprint, phone number nor domain';
        throw invalid([{ field: 'target', message }]);
      }
      const matched = matchTarget(await ports.deny.find(keysOfTarget(target)), target, ports.now());
      return { kind: target.kind, value: target.value, items: await entriesOf(ports, matched) };
    },
  }),
  route({
    method: 'GET',
    path: '/deny/export',
    summary: 'The whole list as a CSV file',
    access: see,
    answer: { status: 200, media: 'text/csv', schema: null },
    handle: async ({ caller, ports }) => {
      const entries = await ports.deny.list();
      await auditExport(ports, caller.actor, 'deny.export', { entries: entries.length });
      return {
        content: formatDenyCsv(entries),
        headers: { 'content-disposition': 'attachment; filename="deny-list.csv"' },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/deny/{id}',
    summary: 'One entry with its history',
    access: see,
    params: byId,
    answer: {
      status: 200,
      media: 'application/json',
      schema: entry.extend({
        isThere: z.boolean().describe('False for one that was removed'),
        history: z.array(z.strictObject({ at: time, actor: z.string(), action: z.string() })),
      }),
    },
    handle: async ({ params: { id }, ports }) => {
      const [present, history] = await Promise.all([
        ports.denySearch.get(id),
        ports.deny.history({ entryId: id, limit: 50 }),
      ]);
      const last = present ?? history[0]?.entry;
      if (last === undefined) throw notFound('entry');
      const counter = (await ports.deny.counters([id])).get(id);
      return {
        ...entryOf(last, counter),
        isThere: present !== null,
        history: history.map(({ action, actor, at }) => ({ at: timeText(at), actor, action })),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/deny/preview',
    summary: 'What an entry would do; changes nothing',
    access: change,
    body: { media: 'application/json', maxOctets: 64 * 1024, schema: proposal },
    answer: { status: 200, media: 'application/json', schema: preview },
    handle: async ({ body, caller, ports }) => previewed(ports, proposed(ports, caller.actor, body)),
  }),
  route({
    method: 'POST',
    path: '/deny',
    summary: 'Add an entry, or replace the one of the same kind, value and scope',
    text: 'An entry that would cut a customer off is refused with 409, unless `sure` says that this is meant.',
    access: change,
    body: {
      media: 'application/json',
      maxOctets: 64 * 1024,
      schema: proposal.extend({ sure: z.boolean().default(false) }),
    },
    answer: { status: 201, media: 'application/json', schema: preview },
    handle: async ({ body: { sure, ...typed }, caller, ports }) => {
      const wanted = proposed(ports, caller.actor, typed);
      const shown = await previewed(ports, wanted);
      if (!sure) refuseGrave(shown.struck);
      await ports.deny.apply({ add: [wanted], remove: [] }, { actor: caller.actor, at: ports.now() });
      return shown;
    },
  }),
  route({
    method: 'PUT',
    path: '/deny/{id}/expiry',
    summary: 'Give an entry another end',
    text: 'One that would cut a customer off anew, or for longer, is refused with 409, unless `sure` says that this is meant.',
    access: change,
    params: byId,
    body: {
      media: 'application/json',
      maxOctets: 4 * 1024,
      schema: z.strictObject({ expiresAt: time.nullable(), sure: z.boolean().default(false) }),
    },
    answer: { status: 200, media: 'application/json', schema: entry },
    handle: async ({ body, caller, params, ports }) => {
      const expiresAt = expiryOf(ports, body.expiresAt);
      const before = await existing(ports, params.id);
      const changed = { ...before, expiresAt };
      if (!body.sure && !lastsNoLonger(before, changed, ports.now())) {
        refuseGrave((await previewOf(ports, changed)).struck);
      }
      await ports.deny.apply({ add: [changed], remove: [] }, { actor: caller.actor, at: ports.now() });
      const counter = (await ports.deny.counters([changed.id])).get(changed.id);
      return entryOf(changed, counter);
    },
  }),
  route({
    method: 'DELETE',
    path: '/deny/{id}',
    summary: 'Remove an entry; its history stays',
    access: change,
    params: byId,
    answer: { status: 204, media: null, schema: null },
    handle: async ({ caller, params, ports }) => {
      const gone = await existing(ports, params.id);
      await ports.deny.apply({ add: [], remove: [gone] }, { actor: caller.actor, at: ports.now() });
      return undefined;
    },
  }),
  route({
    method: 'POST',
    path: '/deny/import',
    summary: 'Import a CSV file: first what it would change, then that',
    text: 'Without `apply` nothing changes. With the `digest` of the answer as `apply` exactly that change is made; 409 when the list is another by then. An import that would cut customers off (`grave`) is refused with 409 too, unless `sure` says that this is meant. More than 1,000 entries are put in part by part and hold together at the end; one such import at a time.',
    access: change,
    query: z.strictObject({
      mode: z.enum(['merge', 'replace']).default('merge').describe('`replace` removes what the file does not hold'),
      apply: z.string().max(100).exactOptional(),
      sure: z.enum(['true', 'false']).default('false').describe('`true`: apply it although it cuts customers off'),
    }),
    body: { media: 'text/csv', maxOctets: 32 * megabyte, schema: null },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        applied: z.boolean(),
        digest: z.string(),
        added: z.array(entryId),
        changed: z.array(entryId),
        removed: z.array(entryId),
        unchanged: z.int(),
        grave: z
          .array(
            z.strictObject({ entry: entryId, kind: z.enum(denyKinds), value: z.string(), struck: z.array(struckOne) }),
          )
          .describe('Entries that would cut customers off, at most 50, and whom'),
      }),
    },
    handle: async ({ body, caller, ports, query }) => {
      const parsed = await ports.readDenyCsv(body, ports.now());
      if (!parsed.ok) {
        const faults = parsed.faults.map((fault) => ({ field: 'file', message: denyCsvFaultLine(fault) }));
        throw invalid(faults);
      }
      const diff = denyDiff(await ports.deny.list(), parsed.entries, query.mode);
      const digest = denyDiffDigest(diff);
      if (query.apply !== undefined && query.apply !== digest) {
        throw new Problem('conflict', 'The list or the file is another than when this digest was given out.');
      }
      const grave = await graveEntries(ports, newlyHeld(diff, ports.now()));
      if (query.apply !== undefined) {
        if (query.sure !== 'true') refuseGrave(grave.flatMap(({ struck }) => struck));
        await applied(ports, changeOf(diff), caller.actor);
      }
      return {
        applied: query.apply !== undefined,
        digest,
        added: diff.added.map(({ id }) => id),
        changed: diff.changed.map(({ after }) => after.id),
        removed: diff.removed.map(({ id }) => id),
        unchanged: diff.unchanged,
        grave: grave.map(({ entry: one, struck }) => ({
          entry: one.id,
          kind: one.kind,
          value: one.value,
          struck: struck.map(struckJson),
        })),
      };
    },
  }),
];
