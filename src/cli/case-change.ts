/** How case commands change a case: as whom, from which version, and what is told of it. */

import type { CaseTools } from '../case-file/case-tools.ts';
import type { Staff } from '../cases/actor.ts';
import type { Case } from '../cases/case.ts';
import type { CaseAct, CaseResult } from '../records/cases.ts';
import { caseFacts, caseLine } from './case-text.ts';
import { actingStaff, type CaseContext } from './case-tools.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import { withOpened } from './with-opened.ts';

export type Json = { readonly json?: true };
export type Seen = Json & { readonly seen?: number };

/** One act of staff. Without `--seen` the case counts as seen as it is now. */
export function act(
  context: CaseContext,
  id: string,
  flags: Seen,
  make: () => CaseAct | Promise<CaseAct>,
): Promise<void> {
  return change(context, id, flags, async ({ cases }, of, by) => {
    const input = { by, seen: flags.seen ?? of.version, act: await make() };
    return cases.act(id, input, context.now());
  });
}

/** Runs `work` on a case and tells its result. Rejects with exit code 67 when there is none, 65 on a refusal. */
export async function change(
  context: CaseContext,
  id: string,
  flags: Json,
  work: (tools: CaseTools, of: Case, by: Staff) => Promise<CaseResult>,
): Promise<void> {
  const by = await actingStaff(context);
  await withOpened(context.openCases(), async (tools) => {
    const { case: of } = await existing(tools, id);
    tell(context, await work(tools, of, by), flags);
  });
}

/** Rejects with exit code 67 when there is no such case. */
export async function existing({ cases }: CaseTools, id: string) {
  const kept = await cases.get(id);
  if (kept === null) throw new CliError(exitCodes.notFound, `no case ${id}`);
  return kept;
}

/** Writes what the case is now, and alarms to stderr. Throws on a refusal, which `--json` also writes to stdout. */
export function tell(context: CaseContext, result: CaseResult, { json }: Json): void {
  if (result.kind === 'refused' && json) {
    const { conflict, missing, rule } = result;
    context.stdout.write(jsonLine({ refused: true, rule, missing, conflict }));
  }
  const accepted = refuseOr(result);
  const now = context.now();
  for (const effect of accepted.effects) {
    if (effect.kind === 'alarm') context.stderr.write(`ALARM: ${printable(effect.text)}\n`);
  }
  context.stdout.write(json ? jsonLine(caseFacts(accepted.case, now)) : caseLine(accepted.case, now));
}

/** Throws a refusal with the rule and what is missing. */
export function refuseOr(result: CaseResult): Extract<CaseResult, { readonly kind: 'accepted' }> {
  if (result.kind === 'accepted') return result;
  if (result.kind === 'missing') throw new CliError(exitCodes.notFound, 'no such case');
  const alarm = result.alarm === null ? [] : [`ALARM: ${result.alarm}`];
  const lines = [`refused by ${result.rule}; missing:`, ...result.missing.map((line) => `  ${line}`), ...alarm];
  throw new CliError(exitCodes.dataError, lines.map(printable).join('\n'));
}

export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
