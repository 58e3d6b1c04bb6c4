/** `postern case close-unnamed`: after a flood of bogus mail. */
import type { Case } from '../cases/case.ts';
import { mostUnnamed } from '../cases/unnamed.ts';
import { type Json, jsonLine, refuseOr } from './case-change.ts';
import { caseFacts, caseTable } from './case-text.ts';
import { actingStaff, type CaseContext } from './case-tools.ts';
import { withOpened } from './with-opened.ts';

export type UnnamedFlags = Json & {
  readonly from: number;
  readonly until: number;
  readonly author?: string;
  readonly note: string;
  readonly dryRun?: true;
};

/** Rejects with exit code 65 on a refusal. */
export async function closeUnnamed(context: CaseContext, flags: UnnamedFlags): Promise<void> {
  const by = await actingStaff(context);
  const { author = null, dryRun = false, from, json, note, until } = flags;
  await withOpened(context.openCases(), async ({ cases }) => {
    let [closed, left] = [0, 0];
    for (;;) {
      const found = await cases.unnamed({ from, until, author });
      if (dryRun) return tellDry(context, found, json === true);
      const seen = found.map(({ communications, id }) => ({ id, communications: communications.length }));
      const result = await cases.closeUnnamed(seen, { by, note }, context.now());
      if (result.kind === 'refused') return void refuseOr(result);
      closed += result.closed;
      left = result.left;
      if (found.length < mostUnnamed || result.closed === 0) break;
    }
    context.stdout.write(json ? jsonLine({ closed, left }) : `${closed} closed${left === 0 ? '' : `, ${left} left`}\n`);
  });
}

function tellDry({ now, stdout, stderr }: CaseContext, found: readonly Case[], json: boolean): void {
  const at = now();
  stdout.write(json ? found.map((of) => jsonLine(caseFacts(of, at))).join('') : caseTable(found, at));
  const more = found.length < mostUnnamed ? '' : ' or more';
  stderr.write(`dry run, nothing was changed: ${found.length}${more} would be closed\n`);
}
