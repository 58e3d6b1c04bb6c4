/** PGP keys of an admin: one is shown before it counts, and taken away again; each act stands in the audit log. */
import { Hono } from 'hono';
import { formatDirectory } from '../../../directory/directory-file.ts';
import { faultLine } from '../../../directory/fault.ts';
import type { Admin, Tenant } from '../../../directory/tenant.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../../environment.ts';
import { formFile, formTexts, postForm } from '../../form.ts';
import { need } from '../../guard.ts';
import { facts, type Html, html, note, nothing, shown, timeTag } from '../../html.ts';
import { page } from '../../layout.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts, RegisteredKeyFacts } from '../../ports.ts';
import { type StepUp, stepUpAttributes, stepUpFields } from '../../step-up.ts';
import { expiryText, fingerprintText } from './key-texts.ts';

type Place = { readonly tenant: Tenant; readonly admin: Admin; readonly lastImport: string | null };

export function directoryKeyRoutes(ports: ConsolePorts, stepUp: StepUp): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/directory/:id/admins/:admin/keys', need('directory.import'));
  routes.use('/directory/:id/admins/:admin/keys/*', need('directory.import'));

  routes.get('/directory/:id/admins/:admin/keys', async (context) => {
    const place = await placeOf(ports, context);
    if (place === null) return context.html(nobody(context), 404);
    return context.html(uploadPage(context, place, null));
  });

  routes.post('/directory/:id/admins/:admin/keys', async (context) => {
    const place = await placeOf(ports, context);
    if (place === null) return context.html(nobody(context), 404);
    const form = await formTexts(context);
    const armored = ((await formFile(context, 'key')) ?? '').trim() || form('armored').replace(/\r\n/g, '\n').trim();
    // What was typed stays, but for a private key: that goes onto no page.
    const typed = form('armored').includes('PRIVATE KEY') ? '' : form('armored');
    const refuse = (fault: string, status: 409 | 422) => context.html(uploadPage(context, place, fault, typed), status);
    if (armored === '') return refuse('Choose a file, or paste the key.', 422);
    const key = await ports.readKey(armored);
    if ('fault' in key) return refuse(`This key ${key.fault}.`, 422);
    const held = await heldBy(ports, place.admin);
    if (held.some(({ fingerprint }) => fingerprint === key.fingerprint))
      return refuse('The admin has this key already.', 422);
    if (form('fingerprint') !== key.fingerprint)
      return context.html(await confirmPage(ports, context, place, armored, key, null));
    // Whoever holds a stolen session must not make what proves an admin.
    const unproven = await stepUp(context, form);
    if (unproven !== null) return context.html(await confirmPage(ports, context, place, armored, key, unproven), 422);
    const keys = [...place.admin.pgpKeys, armored];
    return changed(ports, context, place, keys, { action: 'directory.key-add', fingerprint: key.fingerprint });
  });

  routes.post('/directory/:id/admins/:admin/keys/remove', async (context) => {
    const place = await placeOf(ports, context);
    if (place === null) return context.html(nobody(context), 404);
    const fingerprint = (await formTexts(context))('fingerprint');
    const held = await heldBy(ports, place.admin);
    const keys = held.filter((key) => key.fingerprint !== fingerprint).map(({ armored }) => armored);
    if (keys.length === held.length) return context.redirect(tenantPath(place), 303);
    return changed(ports, context, place, keys, { action: 'directory.key-remove', fingerprint });
  });
  return routes;
}

function tenantPath({ tenant }: Place): string {
  return `/directory/${encodeURIComponent(tenant.id)}`;
}

async function placeOf({ directory }: ConsolePorts, context: ConsoleContext): Promise<Place | null> {
  // The import first: a directory that is newer than it is refused when it is written.
  const [last] = await directory.imports(1);
  const tenant = (await directory.all()).find(({ id }) => id === context.req.param('id'));
  const admin = tenant?.admins.find(({ id }) => id === context.req.param('admin'));
  return tenant === undefined || admin === undefined ? null : { tenant, admin, lastImport: last?.id ?? null };
}

type Held = { readonly armored: string; readonly fingerprint: string | null };

async function heldBy({ readKey }: ConsolePorts, { pgpKeys }: Admin): Promise<readonly Held[]> {
  return Promise.all(
    pgpKeys.map(async (armored) => {
      const key = await readKey(armored);
      return { armored, fingerprint: 'fault' in key ? null : key.fingerprint };
    }),
  );
}

type Act = { readonly action: 'directory.key-add' | 'directory.key-remove'; readonly fingerprint: string };

async function changed(
  ports: ConsolePorts,
  context: ConsoleContext,
  place: Place,
  pgpKeys: readonly string[],
  { action, fingerprint }: Act,
): Promise<Response> {
  const { admin, lastImport, tenant } = place;
  const admins = tenant.admins.map((one) => (one.id === admin.id ? { ...one, pgpKeys } : one));
  const all = await ports.directory.all();
  const wanted = all.map((one) => (one.id === tenant.id ? { ...tenant, admins } : one));
  // As an import: the same rules, and the same look-up rows.
  const read = await ports.readDirectory(formatDirectory(wanted));
  if (!read.ok) return context.html(uploadPage(context, place, read.faults.map(faultLine).join('; ')), 422);
  const isDone = await ports.directory.replaceIfLast(read.directory, lastImport, {
    actor: whoOf(context).member.name,
    at: ports.now(),
    audit: { action, subject: tenant.id, detail: { admin: admin.id, address: admin.primaryEmail, fingerprint } },
  });
  if (!isDone)
    return context.html(uploadPage(context, place, 'Somebody changed the directory meanwhile: look again.'), 409);
  return context.redirect(
    `${tenantPath(place)}?done=${action === 'directory.key-add' ? 'key-added' : 'key-removed'}`,
    303,
  );
}

function nobody(context: ConsoleContext): Html {
  const text = 'The directory has no such admin; an import may have changed it.';
  return messagePage(context, { title: 'No such admin', text });
}

function uploadPage(context: ConsoleContext, place: Place, fault: string | null, armored = ''): Html {
  const { admin, tenant } = place;
  return page(context, {
    title: 'Add a PGP key',
    about: html`For ${shown(admin.name, 120)}, ${shown(admin.primaryEmail, 160)}, of ${shown(tenant.name, 120)}. What this key signs will count as theirs: take its fingerprint from the admin over a way on file, never from a mail.`,
    actions: html`<a class="button" href="${tenantPath(place)}">Its tenant</a>`,
    body: html`${fault === null ? nothing : note('bad', fault)}
<section class="card">${postForm(
      context,
      keysPath(place),
      html`<div class="field"><label for="key">Public key, armored</label><input id="key" name="key" type="file" accept=".asc,.pgp,.gpg,.txt"></div>
<div class="field"><label for="armored">or its text</label><textarea id="armored" name="armored" rows="6" spellcheck="false">${armored}</textarea></div>
<div class="row"><button class="button plain">Show the key</button><a class="button" href="${tenantPath(place)}">Cancel</a></div>`,
      { upload: true },
    )}</section>`,
  });
}

function keysPath({ admin, tenant }: Place): string {
  return `/directory/${encodeURIComponent(tenant.id)}/admins/${encodeURIComponent(admin.id)}/keys`;
}

async function confirmPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  place: Place,
  armored: string,
  key: RegisteredKeyFacts,
  fault: string | null,
): Promise<Html> {
  const others = (await ports.directory.keysById(key.fingerprint)).filter(
    ({ adminId, tenantId }) => adminId !== place.admin.id || tenantId !== place.tenant.id,
  );
  const namesThem = key.userIds.some((id) => id.toLowerCase().includes(place.admin.primaryEmail));
  return page(context, {
    title: 'Is this their key?',
    about: 'Compare the fingerprint with what the admin told you over a way on file. Nothing counts before you say so.',
    modules: ['passkey'],
    actions: html`<a class="button" href="${tenantPath(place)}">Its tenant</a>`,
    body: html`${fault === null ? nothing : note('bad', `Nothing was changed. ${fault}`)}${key.problem === null ? nothing : note('warn', `It proves nothing now: ${key.problem}.`)}
${namesThem ? nothing : note('warn', html`None of its names is ${shown(place.admin.primaryEmail, 160)}.`)}
${others.length === 0 ? nothing : note('warn', html`It is registered for ${shown(others.map(({ address }) => address).join(', '), 300)} too.`)}
<section class="card">${facts([
      ['Fingerprint', fingerprintText(key.fingerprint)],
      ['Names', shown(key.userIds.join(', ') || 'none', 600)],
      ['Kind', key.algorithm],
      ['Made', timeTag(key.createdAt)],
      ['Ends', expiryText(key.expiresAt, ports.now())],
      ['For', html`${shown(place.admin.name, 120)}, ${shown(place.admin.primaryEmail, 160)}`],
    ])}
${postForm(
  context,
  keysPath(place),
  html`<textarea class="hidden" name="armored" aria-hidden="true" tabindex="-1" readonly>
${armored}</textarea><input type="hidden" name="fingerprint" value="${key.fingerprint}">${stepUpFields(ports, context)}
<div class="row"><button class="button danger">Let it count</button><a class="button" href="${keysPath(place)}">Another one</a></div>`,
  { attributes: stepUpAttributes },
)}</section>`,
  });
}
