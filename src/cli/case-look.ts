/** What case commands show and hand out. */
import { archiveOf } from '../case-file/archive.ts';
import type { CaseTools } from '../case-file/case-tools.ts';
import { issueOrder } from '../case-file/issue-order.ts';
import { type OrderProgress, orderProgress } from '../case-file/order-progress.ts';
import type { Case } from '../cases/case.ts';
import { contactAddresses } from '../cases/contacts.ts';
import { dueItems } from '../cases/due.ts';
import { existing, type Json, jsonLine } from './case-change.ts';
import { writeNewFile } from './case-files.ts';
import { caseFacts, caseStory, caseTable, dueText } from './case-text.ts';
import { actingStaff, type CaseContext } from './case-tools.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { unreachableText } from './unreachable-text.ts';
import { withOpened } from './with-opened.ts';

export async function list(context: CaseContext, flags: Json & { all?: true; tenant?: string }): Promise<void> {
  await actingStaff(context);
  const query = {
    open: flags.all !== true,
    limit: 500,
    ...(flags.tenant === undefined ? {} : { tenantId: flags.tenant }),
  };
  const cases = await withOpened(context.openCases(), (tools) => tools.cases.list(query));
  const now = context.now();
  context.stdout.write(flags.json ? cases.map((of) => jsonLine(caseFacts(of, now))).join('') : caseTable(cases, now));
}

export async function show(context: CaseContext, id: string, { json }: Json): Promise<void> {
  await actingStaff(context);
  await withOpened(context.openCases(), async (tools) => {
    const kept = await existing(tools, id);
    const now = context.now();
    const [missing, admins, progress] = [
      await tools.cases.missing(kept.case, now),
      await tools.cases.admins(kept.case),
      await progressOf(tools, kept.case),
    ];
    const unreachable = await tools.unreachable(contactAddresses(kept.case));
    context.stdout.write(
      json
        ? jsonLine({
            ...caseFacts(kept.case, now),
            missing,
            engineering: progress.map(progressJson),
            unreachable: Object.fromEntries(unreachable),
            case: kept.case,
          })
        : `${caseStory(kept, { missing, admins, progress }, now)}${unreachableText(unreachable)}`,
    );
  });
}

export async function due(context: CaseContext, { json }: Json): Promise<void> {
  await actingStaff(context);
  const now = context.now();
  const cases = await withOpened(context.openCases(), (tools) => tools.cases.withClocks());
  const items = cases
    .flatMap((of) => dueItems(of, now).map((item) => ({ of, item })))
    .sort((one, other) => one.item.at - other.item.at);
  const lines = items.map(({ item, of }) =>
    json
      ? jsonLine({ case: of.id, what: item.what, at: new Date(item.at).toISOString(), state: item.state })
      : `${of.id}  ${dueText(item)}\n`,
  );
  context.stdout.write(lines.length === 0 && json === undefined ? 'nothing is due\n' : lines.join(''));
}

async function progressOf({ cases, engineering }: CaseTools, of: Case): Promise<readonly OrderProgress[]> {
  if (of.workOrder === null) return [];
  const { orders } = cases;
  return orderProgress(of.workOrder, await orders.order(of.id), await orders.deliveriesOf(of.id), engineering);
}

function progressJson({ at, state, text }: OrderProgress): Record<string, unknown> {
  return { state, at: at === null ? null : new Date(at).toISOString(), text };
}

export async function retryOrder(context: CaseContext, id: string): Promise<void> {
  const by = await actingStaff(context);
  const retried = await withOpened(context.openCases(), async (tools) => {
    await existing(tools, id);
    return tools.cases.orders.retryParked(id, by, context.now());
  });
  if (retried === null) throw new CliError(exitCodes.noPermission, 'this needs the role trust');
  if (retried === 0) throw new CliError(exitCodes.notFound, `nothing for engineering was given up in ${id}`);
  context.stdout.write(`${retried} to be sent again\n`);
}

export async function printOrder(context: CaseContext, id: string, { json }: Json): Promise<void> {
  await actingStaff(context);
  await withOpened(context.openCases(), async (tools) => {
    const kept = await existing(tools, id);
    const order = await issueOrder(kept.case, tools.cases.orders, tools.sign, context.now());
    if (order === null) throw new CliError(exitCodes.notFound, `${id} has no work order`);
    const { document, fingerprint, signature } = order;
    context.stdout.write(json ? jsonLine({ document, signature, fingerprint }) : `${document}\n${signature}`);
  });
}

export async function exportCase(context: CaseContext, id: string, out: string): Promise<void> {
  const by = await actingStaff(context);
  await withOpened(context.openCases(), async (tools) => {
    const kept = await existing(tools, id);
    const archive = await archiveOf(tools, kept, context.now());
    // Recorded first: no copy of the evidence leaves without a trace.
    await tools.cases.noteExport(id, { by, archive }, context.now());
    await writeNewFile(context, out, archive);
  });
  context.stderr.write(`${out} written; that you exported the case is recorded\n`);
}
