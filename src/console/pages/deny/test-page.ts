/** Would this be refused, and by which entry? */
import { keysOfTarget } from '../../../denylist/keys.ts';
import { isExpired, matchTarget } from '../../../denylist/match.ts';
import { denyTargetOf } from '../../../denylist/target.ts';
import type { ConsoleContext } from '../../environment.ts';
import { field, type Html, html, note, nothing, plural, shown } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { entryTable } from './entry-texts.ts';

export async function testPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const text = (context.req.query('what') ?? '').trim().slice(0, 320);
  const target = text === '' ? null : denyTargetOf(text);
  const found = target === null ? [] : await ports.deny.find(keysOfTarget(target));
  const hits = target === null ? [] : matchTarget(found, target, ports.now());
  const over = found.filter((entry) => isExpired(entry, ports.now()));
  const counters = await ports.deny.counters(found.map(({ id }) => id));
  return page(context, {
    title: 'Would it be refused?',
    about: 'Asks the list as the listeners do, and names the entry that would refuse. Nothing is changed or counted.',
    body: html`<form class="filters" action="/deny/test"><div class="grow">${field({ name: 'what', label: 'Address, domain, client address, fingerprint or phone number', value: text, type: 'search', autofocus: text === '', fault: text !== '' && target === null ? 'It is none of these.' : null })}</div><button class="button plain">Test</button></form>
${
  target === null
    ? nothing
    : html`<div aria-live="polite">${hits.length === 0 ? note('good', html`${shown(text)} (${target.kind}) is not denied.`) : note('bad', html`${shown(text)} (${target.kind}) is denied by ${plural(hits.length, 'entry', 'entries')}.`)}</div>
${hits.length === 0 ? nothing : html`<section class="card">${entryTable(hits, counters, ports.now())}</section>`}
${over.length === 0 ? nothing : html`<section class="card"><h2>No longer, since they expired</h2>${entryTable(over, counters, ports.now())}</section>`}`
}`,
  });
}
