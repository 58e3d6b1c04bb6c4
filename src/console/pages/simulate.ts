/** Simulate a change: what other lists or settings would have decided about the mails of late. Changes nothing. */
import { Hono } from 'hono';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { formFile, formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import { choice, count, empty, field, type Html, html, note, nothing, plural, shown, table, timeTag } from '../html.ts';
import { page } from '../layout.ts';
import type { ConsolePorts, SimulatedList, SimulationResult } from '../ports.ts';

const dayMs = 86_400_000;
const mostDays = 400;
/** Ours, with every comment, has half of it; the time that a parser takes grows with the square of the number of names. */
const mostPolicyCharacters = 64 * 1_024;
const shownFaults = 50;
const shownDifferences = 100;

type Typed = { readonly days: string; readonly denylist: string; readonly directory: string };
const blank: Typed = { days: '7', denylist: 'then', directory: 'then' };

export function simulateRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/simulate', need('simulate'));
  /** It judges thousands of mails in this process, which answers others too. */
  let isRunning = false;

  routes.get('/simulate', (context) => context.html(simulatePage(context, blank, [], null)));

  routes.post('/simulate', async (context) => {
    const form = await formTexts(context);
    const typed = { days: form('days').trim(), denylist: form('denylist'), directory: form('directory') };
    const [deny, directory, policy] = await Promise.all([
      formFile(context, 'denylist_file'),
      formFile(context, 'directory_file'),
      formFile(context, 'policy_file'),
    ]);
    const faults = faultsOf(typed, { deny, directory, policy });
    if (faults.length > 0) return context.html(simulatePage(context, typed, faults, null), 422);
    if (isRunning) {
      return context.html(
        simulatePage(context, typed, ['Another simulation runs: try again when it is done.'], null),
        429,
      );
    }
    isRunning = true;
    try {
      const until = ports.now();
      const result = await ports.simulate({
        since: until - Number(typed.days) * dayMs,
        until,
        denylist: listOf(typed.denylist, deny),
        directory: listOf(typed.directory, directory),
        policy: policy === null || policy.trim() === '' ? null : policy,
      });
      if (!result.ok) return context.html(simulatePage(context, typed, result.faults, null), 422);
      const detail = { days: Number(typed.days), judged: result.judged };
      await ports.audit.append({
        at: until,
        actor: whoOf(context).member.name,
        action: 'simulate',
        subject: '',
        detail,
      });
      return context.html(simulatePage(context, typed, [], { result, asked: until - Number(typed.days) * dayMs }));
    } finally {
      isRunning = false;
    }
  });
  return routes;
}

type Files = Readonly<Record<'deny' | 'directory' | 'policy', string | null>>;

function faultsOf({ days, denylist, directory }: Typed, files: Files): readonly string[] {
  const isDays = /^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= mostDays;
  return [
    ...(isDays ? [] : [`Days: a number from 1 to ${mostDays}.`]),
    ...Object.entries(files).flatMap(([name, text]) => (text === null ? [`The ${name} file is not UTF-8.`] : [])),
    ...((files.policy?.length ?? 0) > mostPolicyCharacters ? ['The settings file is larger than 64 KB.'] : []),
    ...(denylist === 'file' && files.deny?.trim() === '' ? ['Choose a deny-list file.'] : []),
    ...(directory === 'file' && files.directory?.trim() === '' ? ['Choose a directory file.'] : []),
  ];
}

function listOf(kind: string, text: string | null): SimulatedList {
  if (kind === 'file') return { kind, text: text ?? '' };
  return { kind: kind === 'present' ? 'present' : 'then' };
}

type Done = { readonly result: Extract<SimulationResult, { ok: true }>; readonly asked: number };

function simulatePage(context: ConsoleContext, typed: Typed, faults: readonly string[], done: Done | null): Html {
  const lists = (name: string) =>
    [
      ['then', `as it was when each mail came`],
      ['present', `the ${name} of now`],
      ['file', 'the file below'],
    ] as const;
  return page(context, {
    title: 'Simulate a change',
    about:
      'Recorded mails are judged again under other lists or settings, with the DNS answers of then. Nothing is changed, and nothing is sent.',
    body: html`${faults.length === 0 ? nothing : note('bad', html`Nothing was judged.<ul>${faults.slice(0, shownFaults).map((line) => html`<li>${shown(line, 300)}</li>`)}</ul>`)}
${done === null ? nothing : resultCard(done)}
<section class="card">${postForm(
      context,
      '/simulate',
      html`${field({ name: 'days', label: 'Mails of the last days', value: typed.days, inputmode: 'numeric', required: true })}
<div class="two">${choice({ name: 'denylist', label: 'Deny-list', value: typed.denylist, options: lists('deny-list') })}
<div class="field"><label for="denylist_file">Deny-list file (CSV)</label><input id="denylist_file" name="denylist_file" type="file" accept=".csv,text/csv"></div></div>
<div class="two">${choice({ name: 'directory', label: 'Directory', value: typed.directory, options: lists('directory') })}
<div class="field"><label for="directory_file">Directory file (JSON)</label><input id="directory_file" name="directory_file" type="file" accept=".json,application/json"></div></div>
<div class="field"><label for="policy_file">Settings file whose <code>policy</code> counts (YAML); none: the settings of now</label><input id="policy_file" name="policy_file" type="file" accept=".yaml,.yml"></div>
<div class="row"><button class="button plain">Judge them again</button></div>`,
      { upload: true },
    )}</section>`,
  });
}

function resultCard({ asked, result }: Done): Html {
  const differing = result.differences.reduce((sum, { mails }) => sum + mails, 0);
  const more = result.differences.length - shownDifferences;
  return html`<section class="card"><h2>${count(differing)} of ${plural(result.judged, 'mail')} would have been decided otherwise</h2>
<p class="quiet-text">Since ${timeTag(result.since)} UTC.${result.since > asked ? ' Earlier ones are left out here: postern simulate judges any number.' : ''}${result.unknown === 0 ? '' : ` ${count(result.unknown)} were refused in the session or their mailbox is gone.`}${result.guessed === 0 ? '' : ` Of ${count(result.guessed)} the raw mail is gone or the key is new: their proof was taken as it stood.`}</p>
${
  result.differences.length === 0
    ? empty('No difference', 'Every mail would have been decided as it was.')
    : table(
        'Differences',
        ['Then', 'Now', 'Mails', 'For example'],
        result.differences
          .slice(0, shownDifferences)
          .map(({ after, before, examples, mails }) => [
            before,
            after,
            count(mails),
            html`<span class="links">${examples.map((id) => html`<a href="/mail/${id}"><code class="small">${id}</code></a>`)}</span>`,
          ]),
      )
}${more > 0 ? html`<p class="quiet-text">and ${count(more)} more kinds.</p>` : nothing}</section>`;
}
