/** The escalation inbox: what is claimed, proven and asked, what policy says, the one next step; and the decision. */
import { isDeepStrictEqual } from 'node:util';
import { Hono } from 'hono';
import { decideReview } from '../../reviews/deciding.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { formTexts } from '../form.ts';
import { need } from '../guard.ts';
import { type Html, plainLine } from '../html.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { remarkFault } from '../remark.ts';
import { nextFree } from './reviews/claims.ts';
import { type Found, itemPage, nothingTyped, type Typed } from './reviews/item-page.ts';
import { listPage } from './reviews/list-page.ts';

export function reviewRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/reviews', need('reviews.decide'));
  routes.use('/reviews/*', need('reviews.decide'));

  routes.get('/reviews', async (context) => context.html(await listPage(ports, context)));

  routes.get('/reviews/:id', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    return context.html(await itemPage(ports, context, found, nothingTyped));
  });

  routes.post('/reviews/:id', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    const form = await formTexts(context);
    const remark = form('note').replace(/\s+/g, ' ').trim();
    const outcome = form('outcome') === 'accepted' ? 'accepted' : form('outcome') === 'rejected' ? 'rejected' : null;
    const fault = outcome === null ? 'Choose accept or reject.' : remarkFault(remark);
    if (outcome === null || fault !== null) {
      return context.html(await itemPage(ports, context, found, typedIn(form, fault)), 422);
    }
    const me = whoOf(context).member.name;
    if (found.item.state === 'open') {
      const holder = await ports.reviewClaims.take(found.item.message_id, { actor: me, at: ports.now() });
      if (holder.actor !== me) {
        const typed = typedIn(form, `Not decided: ${holder.actor} has it in hand. Take it over first.`);
        return context.html(await itemPage(ports, context, found, typed), 409);
      }
    }
    const deny = outcome === 'rejected' ? denyOf(form('deny')) : null;
    const verifiedBy = outcome === 'accepted' ? plainLine(form('verified')).trim() : '';
    try {
      await decideReview(ports.deciding, {
        messageId: found.item.message_id,
        outcome,
        actor: me,
        at: ports.now(),
        note: remark,
        version: Number(form('version')) || found.item.version,
        verifiedBy: verifiedBy === '' ? null : verifiedBy,
        isAllowing: outcome === 'accepted' && form('allow') === 'yes',
        deny,
        denyLifeMs: ports.denyTtlMs(),
      });
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
      const now = await itemOf(ports, found.item.message_id);
      const typed = typedIn(form, `Not decided: ${error.message}.`);
      return context.html(await itemPage(ports, context, now ?? found, typed), 409);
    }
    await ports.reviewClaims.release(found.item.message_id, me);
    const next = await nextFree(ports, me, found.item);
    return context.redirect(
      next === null ? `/reviews?done=${outcome}` : `/reviews/${next.message_id}?done=${outcome}`,
      303,
    );
  });

  routes.post('/reviews/:id/take-over', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    const { message_id: id, state } = found.item;
    const by = { actor: whoOf(context).member.name, at: ports.now() };
    if (state === 'open') {
      await ports.reviewClaims.takeOver(id, by);
      await ports.audit.append({ ...by, action: 'review.take-over', subject: id, detail: null });
    }
    const typed = typedIn(await formTexts(context), null);
    if (!isDeepStrictEqual(typed, nothingTyped)) return context.html(await itemPage(ports, context, found, typed));
    return context.redirect(`/reviews/${id}`, 303);
  });

  routes.post('/reviews/:id/ask', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    const { item, record } = found;
    const refuse = async (fault: string) =>
      context.html(await itemPage(ports, context, found, { ...nothingTyped, fault }), 409);
    if (item.state !== 'open') return refuse('It is decided: nobody is asked any more.');
    let how: Awaited<ReturnType<ConsolePorts['askOnFile']>>;
    try {
      how = await ports.askOnFile(record.followUps.at(-1)?.mail ?? record.judged);
    } catch (error) {
      if (error instanceof Error && error.name === 'SpoolMissing') return refuse('The raw mail is kept no longer.');
      throw error;
    }
    const by = { actor: whoOf(context).member.name, at: ports.now() };
    await ports.audit.append({ ...by, action: 'review.ask', subject: item.message_id, detail: { how } });
    if (how === 'nobody') return refuse('There is nobody on file who may be asked about this mail.');
    return context.redirect(`/reviews/${item.message_id}?done=${how}`, 303);
  });

  routes.post('/reviews/:id/put-back', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    const by = { actor: whoOf(context).member.name, at: ports.now() };
    await ports.reviewClaims.release(found.item.message_id, by.actor);
    await ports.audit.append({ ...by, action: 'review.put-back', subject: found.item.message_id, detail: null });
    return context.redirect('/reviews?done=put-back', 303);
  });
  return routes;
}

/** What staff can mend themselves: somebody was faster, or it cannot be decided so. */
const refusals: ReadonlySet<string> = new Set(['ReviewConflict', 'DecisionRefused', 'FollowUpRefused']);

function typedIn(form: (name: string) => string, fault: string | null): Typed {
  return { note: form('note'), verified: form('verified'), deny: form('deny'), allow: form('allow') === 'yes', fault };
}

function denyOf(text: string): 'sender' | 'network' | null {
  return text === 'sender' || text === 'network' ? text : null;
}

async function itemOf(ports: ConsolePorts, id: string): Promise<Found | null> {
  if (!/^[0-9a-z]{1,40}-\d{1,4}$/.test(id)) return null;
  const [item, record] = await Promise.all([ports.reviews.get(id), ports.trace.get(id)]);
  return item === null || record === null ? null : { item, record };
}

function noItem(context: ConsoleContext): Html {
  return messagePage(context, { title: 'Nothing to decide', text: 'This mail waits for no decision.' });
}
