/** Recovery cases: list, checklist, evidence, four eyes. Only trust staff know that there are any. */
import { Hono } from 'hono';
import { archiveOf } from '../../case-file/archive.ts';
import { attachmentOf } from '../../case-file/attachments.ts';
import { issueOrder } from '../../case-file/issue-order.ts';
import type { Staff } from '../../cases/actor.ts';
import { documentMarks } from '../../cases/document-marks.ts';
import type { Communication } from '../../cases/event.ts';
import { documentKinds } from '../../cases/evidence.ts';
import { procedures } from '../../cases/procedure.ts';
import type { CaseResult, KeptCase, NewDocument } from '../../records/cases.ts';
import { rolesWithin } from '../../staff/role.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { formTexts } from '../form.ts';
import { need } from '../guard.ts';
import type { Html } from '../html.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { saveAs } from '../save-as.ts';
import type { StepUp } from '../step-up.ts';
import { casePage, type Refused } from './cases/case-page.ts';
import { listPage } from './cases/list-page.ts';
import { newPage } from './cases/new-page.ts';
import { readAct, timeOf } from './cases/read-act.ts';
import { readSeen, type UnnamedView, unnamedPage } from './cases/unnamed-page.ts';

/** Octets of one document. */
export const mostEvidenceOctets = 64 * 1024 * 1024;

const dayMs = 86_400_000;

type Form = (name: string) => string;

export function caseRoutes(ports: ConsolePorts, stepUp: StepUp): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const { caseTools } = ports;
  const { cases } = caseTools;
  routes.use('/cases', need('cases.work'));
  routes.use('/cases/*', need('cases.work'));

  routes.get('/cases', async (context) => context.html(await listPage(ports, context)));

  routes.get('/cases/new', (context) => {
    const typed = { procedure: '', tenant: '', mail: context.req.query('mail') ?? '', portal: '', note: '' };
    return context.html(newPage(context, typed, null));
  });

  routes.post('/cases', async (context) => {
    const form = await formTexts(context);
    const typed = {
      procedure: form('procedure'),
      tenant: form('tenant').trim(),
      mail: form('mail').trim(),
      portal: form('portal').trim(),
      note: form('note'),
    };
    const refuse = (fault: string) => context.html(newPage(context, typed, fault), 422);
    const procedure = procedures.find((name) => name === typed.procedure) ?? null;
    if ((procedure === null) !== (typed.tenant === '')) {
      return refuse('Tenant and procedure go together: say both, or neither and name the case later.');
    }
    const found = await communicationOf(ports, typed);
    if (!found.ok) return refuse(found.fault);
    const named = procedure === null ? null : { procedure, tenantId: typed.tenant };
    const opening = { by: staffOf(context), named, communication: found.communication, note: typed.note };
    const result = await cases.open(opening, ports.now());
    if (result.kind !== 'accepted') return refuse(`Not opened. Missing: ${refusalLines(result).join('; ')}.`);
    return context.redirect(`/cases/${result.case.id}`, 303);
  });

  routes.post('/cases/check-in', async (context) => {
    const form = await formTexts(context);
    const [tenantId, methodId, reference] = [form('tenant').trim(), form('method').trim(), form('reference').trim()];
    const result =
      reference === ''
        ? 'no reference'
        : await cases.checkIn({ by: staffOf(context), tenantId, methodId, reference }, ports.now());
    const typed = { tenant: tenantId, method: methodId, reference };
    const blank = { tenant: '', method: '', reference: '' };
    const message =
      result === 'noted'
        ? ({ tone: 'good', text: 'The check-in is noted.', typed: blank } as const)
        : ({ tone: 'bad', text: `Nothing was noted: ${result}.`, typed } as const);
    return context.html(await listPage(ports, context, message), result === 'noted' ? 200 : 422);
  });

  const showUnnamed = async (
    context: ConsoleContext,
    wanted: Form,
    message: UnnamedView['message'],
  ): Promise<Response> => {
    const now = ports.now();
    const [from, until] = [timeOf(wanted('from')) ?? now - dayMs, timeOf(wanted('until')) ?? now];
    const query = { from, until, author: wanted('author').trim() || null };
    const reason = message?.tone === 'bad' ? wanted('note') : '';
    const view = { query, message, reason, cases: await cases.unnamed(query) };
    return context.html(unnamedPage(context, view), message?.tone === 'bad' ? 422 : 200);
  };

  routes.get('/cases/unnamed', (context) => {
    const wanted: Form = (name) => context.req.query(name) ?? '';
    const wrong = ['from', 'until'].find((name) => wanted(name) !== '' && timeOf(wanted(name)) === null);
    const message =
      wrong === undefined
        ? null
        : ({ tone: 'bad', text: 'Give times with their zone, such as 2026-03-02T10:00Z.' } as const);
    return showUnnamed(context, wanted, message);
  });

  routes.post('/cases/unnamed', async (context) => {
    const form = await formTexts(context);
    const note = form('note').trim();
    const result = await cases.closeUnnamed(readSeen(form('seen')), { by: staffOf(context), note }, ports.now());
    if (result.kind === 'refused') {
      return showUnnamed(context, form, { tone: 'bad', text: `Not closed. ${refusalLines(result).join('; ')}.` });
    }
    const left = result.left === 0 ? '' : ` ${result.left} were left: they have changed since.`;
    return showUnnamed(context, form, { tone: 'good', text: `${result.closed} closed.${left}` });
  });

  routes.get('/cases/:id', async (context) => {
    const kept = await keptOf(ports, context);
    return kept === null ? context.html(noCase(context), 404) : context.html(await casePage(ports, context, kept));
  });

  /** Runs one change of a case and shows what came of it; a refusal keeps what was typed. */
  const change = async (
    context: ConsoleContext,
    kind: string,
    work: (
      kept: KeptCase,
      form: Form,
      by: Staff,
    ) => Promise<CaseResult | { readonly kind: 'fault'; readonly text: string }>,
  ): Promise<Response> => {
    const kept = await keptOf(ports, context);
    if (kept === null) return context.html(noCase(context), 404);
    const form = await formTexts(context);
    const result = await work(kept, form, staffOf(context));
    if (result.kind === 'accepted') return context.redirect(`/cases/${kept.case.id}?done`, 303);
    if (result.kind === 'missing') return context.html(noCase(context), 404);
    const lines = result.kind === 'fault' ? [result.text] : refusalLines(result);
    const refused: Refused = { kind, form, lines };
    const isConflict = result.kind === 'refused' && result.conflict;
    const now = await cases.get(kept.case.id);
    return context.html(await casePage(ports, context, now ?? kept, refused), isConflict ? 409 : 422);
  };
  const seenOf = (form: Form): number | null => (/^\d{1,9}$/.test(form('seen')) ? Number(form('seen')) : null);

  routes.post('/cases/:id/name', (context) =>
    change(context, 'named', async ({ case: of }, form, by) => {
      const procedure = procedures.find((name) => name === form('procedure'));
      if (procedure === undefined) return { kind: 'fault', text: 'Choose a procedure.' };
      const input = { by, seen: seenOf(form) ?? 0, tenantId: form('tenant').trim(), procedure };
      return cases.name(of.id, input, ports.now());
    }),
  );

  routes.post('/cases/:id/join', (context) =>
    change(context, 'communication-joined', async ({ case: of }, form, by) => {
      const found = await communicationOf(ports, { mail: form('mail').trim(), portal: form('portal').trim() });
      if (!found.ok) return { kind: 'fault', text: found.fault };
      if (found.communication === null) return { kind: 'fault', text: 'Name a mail or a request of the portal.' };
      return cases.join(of.id, found.communication, by, ports.now());
    }),
  );

  routes.post('/cases/:id/act/:kind', (context) => {
    const kind = context.req.param('kind');
    return change(context, kind, async ({ case: of }, form, by) => {
      const read = readAct(kind, form, ports.now());
      if (!read.ok) return { kind: 'fault', text: read.fault };
      const fault = kind === 'approved' ? await stepUp(context, form) : null;
      if (fault !== null) return { kind: 'fault', text: fault };
      const result = await cases.act(of.id, { by, seen: seenOf(form), act: read.act }, ports.now());
      if (result.kind === 'accepted') await signOrder(ports, result.case);
      return result;
    });
  });

  routes.post('/cases/:id/documents', (context) =>
    change(context, 'document-added', async ({ case: of }, form, by) => {
      const kind = documentKinds.find((one) => one === form('kind'));
      if (kind === undefined) return { kind: 'fault', text: 'Say what it is.' };
      const found = await contentOf(ports, context, form);
      if (!found.ok) return { kind: 'fault', text: found.fault };
      const { content, fileName, mediaType, origin } = found;
      const document: NewDocument = { kind, fileName, mediaType, marks: documentMarks(fileName, content), origin };
      return cases.addDocument(of.id, { by, seen: seenOf(form), document, content }, ports.now());
    }),
  );

  // A form, not a link: who takes a copy counts as having looked, and no other site may make them look.
  routes.post('/cases/:id/documents/:document', async (context) => {
    const kept = await keptOf(ports, context);
    const documentId = context.req.param('document');
    const document = kept?.case.documents.find(({ id }) => id === documentId);
    if (kept === null || document === undefined) return context.html(noCase(context), 404);
    const content = await cases.document(kept.case.id, documentId);
    if (content === null) return context.html(noCase(context), 404);
    const look = { by: staffOf(context), seen: null, act: { kind: 'document-looked', documentId } } as const;
    const result = await cases.act(kept.case.id, look, ports.now());
    if (result.kind !== 'accepted') {
      const refused: Refused = { kind: 'document-looked', form: () => '', lines: refusalLines(result) };
      return context.html(await casePage(ports, context, kept, refused), 422);
    }
    return saveAs(context, `${kept.case.id}-${documentId}-${document.fileName}`, content);
  });

  routes.post('/cases/:id/order/retry', async (context) => {
    const kept = await keptOf(ports, context);
    if (kept === null) return context.html(noCase(context), 404);
    await cases.orders.retryParked(kept.case.id, staffOf(context), ports.now());
    return context.redirect(`/cases/${kept.case.id}?done`, 303);
  });

  routes.post('/cases/:id/export', async (context) => {
    const kept = await keptOf(ports, context);
    if (kept === null) return context.html(noCase(context), 404);
    const archive = await archiveOf(caseTools, kept, ports.now());
    await cases.noteExport(kept.case.id, { by: staffOf(context), archive }, ports.now());
    return saveAs(context, `${kept.case.id}.zip`, archive);
  });
  return routes;
}

/** The same id on every way in: the name in the records of staff. */
function staffOf(context: ConsoleContext): Staff {
  const { name, role } = whoOf(context).member;
  return { kind: 'staff', id: name, roles: rolesWithin(role) };
}

async function keptOf({ caseTools }: ConsolePorts, context: ConsoleContext): Promise<KeptCase | null> {
  const id = context.req.param('id') ?? '';
  return /^case-[0-9a-z]{10}$/.test(id) ? caseTools.cases.get(id) : null;
}

function noCase(context: ConsoleContext): Html {
  return messagePage(context, { title: 'There is no such case', text: 'Its id may be cut off.' });
}

function refusalLines(result: Exclude<CaseResult, { readonly kind: 'accepted' }>): readonly string[] {
  if (result.kind === 'missing') return ['a case'];
  const { alarm, conflict, missing, rule } = result;
  const head = conflict ? ['Somebody else was faster: look at the case as it is now.'] : [];
  return [
    ...head,
    ...missing.map((line) => `${rule} needs ${line}`),
    ...(alarm === null ? [] : [`An alarm was raised: ${alarm}`]),
  ];
}

type Found =
  | { readonly ok: true; readonly communication: Communication | null }
  | { readonly ok: false; readonly fault: string };

async function communicationOf(
  { caseTools, now }: ConsolePorts,
  { mail, portal }: { readonly mail: string; readonly portal: string },
): Promise<Found> {
  if (mail !== '' && portal !== '') return { ok: false, fault: 'Name a mail or a request of the portal, not both.' };
  if (portal !== '') {
    const communication = {
      channel: 'portal',
      reference: portal.slice(0, 200),
      receivedAt: now(),
      address: null,
    } as const;
    return { ok: true, communication };
  }
  if (mail === '') return { ok: true, communication: null };
  const communication = await caseTools.communicationOf(mail);
  return communication === null ? { ok: false, fault: 'There is no mail of this id.' } : { ok: true, communication };
}

type Content =
  | ({ readonly ok: true; readonly content: Buffer } & Pick<NewDocument, 'fileName' | 'mediaType' | 'origin'>)
  | { readonly ok: false; readonly fault: string };

async function contentOf({ caseTools }: ConsolePorts, context: ConsoleContext, form: Form): Promise<Content> {
  const { file } = await context.req.parseBody();
  if (file instanceof File && file.size > 0) {
    const content = Buffer.from(await file.arrayBuffer());
    if (content.length > mostEvidenceOctets) return { ok: false, fault: 'The file is larger than 64 MB.' };
    // What a browser says about the type is a guess from the name.
    return {
      ok: true,
      content,
      fileName: file.name.slice(0, 200),
      mediaType: 'application/octet-stream',
      origin: { kind: 'upload' },
    };
  }
  const reference = form('mail');
  if (reference === '') return { ok: false, fault: 'Choose a file, or a mail and its attachment.' };
  const raw = await caseTools.rawMail(reference);
  if (raw === null) return { ok: false, fault: 'The raw mail is not there any more.' };
  const found = await attachmentOf(raw, Number(/^\s*(\d{1,4})\s*$/.exec(form('attachment'))?.[1] ?? '0'));
  if (found.kind === 'missing') return { ok: false, fault: `The mail has ${found.count} attachments.` };
  if (found.kind === 'unreadable') return { ok: false, fault: `The mail cannot be read: ${found.cause}` };
  const { content, fileName, mediaType } = found.attachment;
  return { ok: true, content, fileName: fileName.slice(0, 200), mediaType, origin: { kind: 'mail', reference } };
}

/** The approval is kept; when the key cannot be used now, the order is signed as soon as it can. */
async function signOrder({ caseTools, logger, now }: ConsolePorts, of: KeptCase['case']): Promise<void> {
  try {
    await issueOrder(of, caseTools.cases.orders, caseTools.sign, now());
  } catch (error) {
    logger.error({ error, caseId: of.id }, 'a work order could not be signed yet');
  }
}
