/** The deny-list: look for, add with a preview, remove with undo, expire, test. */
import { Hono } from 'hono';
import { previewOf } from '../deny-preview.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { formTexts } from '../form.ts';
import { need } from '../guard.ts';
import { pathWith } from '../html.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { denyEditRoutes } from './deny/edit.ts';
import { entryPage, type TypedEnd } from './deny/entry-page.ts';
import { denyImportRoutes } from './deny/import.ts';
import { listPage } from './deny/list-page.ts';
import { newPage } from './deny/new-page.ts';
import { previewPage } from './deny/preview-page.ts';
import { proposalRoutes } from './deny/proposals.ts';
import { reachAsked } from './deny/reach-asked.ts';
import { testPage } from './deny/test-page.ts';
import { blank, expiryOf, proposalOf, typedEntry, typedOf } from './deny/typed-entry.ts';

export function denyRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.route('/', denyImportRoutes(ports));
  routes.route('/', proposalRoutes(ports));
  routes.route('/', denyEditRoutes(ports));
  const by = (context: ConsoleContext) => ({ actor: whoOf(context).member.name, at: ports.now() });
  const show = async (context: ConsoleContext, id: string, typed?: TypedEnd): Promise<Response> => {
    const entry = await ports.denySearch.get(id);
    const history = await ports.deny.history({ entryId: id, limit: 50 });
    const last = entry ?? history[0]?.entry ?? null;
    if (last === null) {
      const text = 'There never was one with this id.';
      return context.html(messagePage(context, { title: 'No such entry', text }), 404);
    }
    const counter = (await ports.deny.counters([id])).get(id);
    const known = { entry: last, isThere: entry !== null, history, counter };
    return context.html(entryPage(ports, context, known, typed), typed === undefined ? 200 : 422);
  };

  routes.get('/deny', need('deny.see'), async (context) => context.html(await listPage(ports, context)));

  routes.get('/deny/new', need('deny.change'), (context) => {
    const typed = (name: string) => context.req.query(name) ?? '';
    return context.html(
      newPage(ports, context, {
        ...blank,
        kind: typed('kind') || 'email',
        value: typed('value'),
        reason: typed('reason'),
        note: typed('note'),
        scope: typed('scope'),
        expires: typed('expires'),
      }),
    );
  });

  routes.post('/deny/new', need('deny.change'), async (context) => {
    const typed = await typedEntry(context);
    const proposal = proposalOf(ports, context, typed);
    if (!proposal.ok) return context.html(newPage(ports, context, typed, proposal.faults), 422);
    const preview = await previewOf(ports, proposal.entry);
    const [before] = (await ports.deny.find([proposal.entry])).filter(({ id }) => id === proposal.entry.id);
    const isGrave = preview.struck.some((one) => one.isGrave);
    const isSure = typed.step === 'add' && (!isGrave || typed.sure === 'yes');
    if (!isSure) {
      const back = pathWith('/deny/new', { ...typed, step: '', sure: '' });
      const place = { action: '/deny/new', back, button: 'Add the entry' };
      return context.html(previewPage(context, typed, proposal.entry, { preview, before: before ?? null, place }));
    }
    await ports.deny.apply({ add: [proposal.entry], remove: [] }, by(context));
    return context.redirect(`/deny/${proposal.entry.id}?done=${before === undefined ? 'added' : 'replaced'}`, 303);
  });

  routes.get('/deny/test', need('deny.see'), async (context) => context.html(await testPage(ports, context)));

  routes.get('/deny/:id', need('deny.see'), (context) => show(context, context.req.param('id')));

  routes.post('/deny/:id/remove', need('deny.change'), async (context) => {
    const entry = await ports.denySearch.get(context.req.param('id'));
    if (entry === null) return context.redirect('/deny?done=gone', 303);
    await ports.deny.apply({ add: [], remove: [entry] }, by(context));
    return context.redirect(`/deny?done=removed&id=${entry.id}`, 303);
  });

  routes.post('/deny/:id/restore', need('deny.change'), async (context) => {
    const id = context.req.param('id');
    const [last] = await ports.deny.history({ entryId: id, limit: 1 });
    if (last === undefined) return context.redirect('/deny?done=gone', 303);
    if (last.action !== 'removed') return context.redirect(`/deny/${id}`, 303);
    // The customer may have come since it was removed.
    const typed = { ...typedOf(last.entry), ...(await sureOf(context)) };
    const asked = await reachAsked(ports, null, last.entry, typed);
    if (asked !== null) {
      const place = { action: `/deny/${id}/restore`, back: `/deny/${id}`, button: 'Put it back' };
      return context.html(previewPage(context, typed, last.entry, { ...asked, place }));
    }
    await ports.deny.apply({ add: [last.entry], remove: [] }, by(context));
    return context.redirect(`/deny/${id}?done=restored`, 303);
  });

  routes.post('/deny/:id/expire', need('deny.change'), async (context) => {
    const entry = await ports.denySearch.get(context.req.param('id'));
    if (entry === null) return context.redirect('/deny?done=gone', 303);
    const form = await formTexts(context);
    const expiry = expiryOf(ports, form('expires').trim());
    if (!expiry.ok) {
      const fault = 'Nothing was changed: give 30d, 12h, a date to come, or never.';
      return show(context, entry.id, { expires: form('expires'), fault });
    }
    const changed = { ...entry, expiresAt: expiry.at };
    const typed = { ...typedOf(entry), ...(await sureOf(context)), expires: form('expires') };
    const asked = await reachAsked(ports, entry, changed, typed);
    if (asked !== null) {
      const place = { action: `/deny/${entry.id}/expire`, back: `/deny/${entry.id}`, button: 'Change its end' };
      return context.html(previewPage(context, typed, changed, { ...asked, place }));
    }
    await ports.deny.apply({ add: [changed], remove: [] }, by(context));
    return context.redirect(`/deny/${entry.id}?done=expiry`, 303);
  });
  return routes;
}

/** Whether what an entry would hit was looked at, and is meant. */
async function sureOf(context: ConsoleContext): Promise<{ readonly step: string; readonly sure: string }> {
  const form = await formTexts(context);
  return { step: form('step'), sure: form('sure') };
}
