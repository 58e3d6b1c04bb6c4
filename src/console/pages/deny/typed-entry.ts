/** A deny entry as somebody typed it, and the entry that it makes. */
import type { DenyEntry } from '../../../denylist/entry.ts';
import { type DenyFault, type DenyProposal, proposeEntry } from '../../../denylist/entry-rules.ts';
import { expiryText, parseExpiry } from '../../../denylist/expiry.ts';
import { parseScope, scopeText } from '../../../denylist/scope.ts';
import { type ConsoleContext, whoOf } from '../../environment.ts';
import { formTexts } from '../../form.ts';
import { field, type Html, html, nothing } from '../../html.ts';
import type { ConsolePorts } from '../../ports.ts';

export type Typed = {
  readonly kind: string;
  readonly value: string;
  readonly reason: string;
  readonly note: string;
  readonly scope: string;
  readonly expires: string;
  readonly step: string;
  readonly sure: string;
};
export const blank: Typed = {
  kind: 'email',
  value: '',
  reason: '',
  note: '',
  scope: '',
  expires: '',
  step: '',
  sure: '',
};

export async function typedEntry(context: ConsoleContext): Promise<Typed> {
  const form = await formTexts(context);
  return {
    kind: form('kind'),
    value: form('value'),
    reason: form('reason'),
    note: form('note').replace(/\r\n/g, '\n'),
    scope: form('scope').trim(),
    expires: form('expires').trim(),
    step: form('step'),
    sure: form('sure'),
  };
}

/** An entry as its form would say it. */
export function typedOf(entry: DenyEntry): Typed {
  const { kind, note, reason, value } = entry;
  return { ...blank, kind, value, reason, note, scope: scopeText(entry.scope), expires: endText(entry) };
}

export function endText({ expiresAt }: DenyEntry): string {
  return expiresAt === null ? 'never' : expiryText(expiresAt);
}

/** Why, where and until when, as a new entry and a changed one ask for them. */
export function wordFields(
  ports: Pick<ConsolePorts, 'denyTtlMs'>,
  typed: Typed,
  faults: readonly DenyFault[],
  autofocus: boolean,
): Html {
  const ttlMs = ports.denyTtlMs();
  const noteFault = faultText(faults, 'note');
  return html`${field({ name: 'reason', label: 'Reason', value: typed.reason, required: true, fault: faultText(faults, 'reason'), hint: 'For staff; mandatory. It never goes to the sender.', autofocus })}
<div class="field"><label for="field-note">Note</label><textarea id="field-note" name="note">${typed.note}</textarea>${noteFault === null ? nothing : html`<p class="fault">${noteFault}</p>`}</div>
<div class="two">${field({ name: 'scope', label: 'Scope', value: typed.scope, fault: faultText(faults, 'scope'), placeholder: 'global', hint: 'global, mailbox:<address> or tenant:<id>' })}
${field({ name: 'expires', label: 'Until', value: typed.expires, fault: faultText(faults, 'expires_at'), placeholder: ttlMs === null ? 'never' : `${Math.round(ttlMs / 86_400_000)}d`, hint: '30d, 12h, a date, or never' })}</div>`;
}

export function faultText(faults: readonly DenyFault[], name: DenyFault['field']): string | null {
  const found = faults.find((fault) => fault.field === name);
  return found === undefined ? null : `It ${found.message}.`;
}

type Proposed =
  | { readonly ok: true; readonly entry: DenyEntry }
  | { readonly ok: false; readonly faults: readonly DenyFault[] };

export function proposalOf(ports: ConsolePorts, context: ConsoleContext, typed: Typed): Proposed {
  const scope = parseScope(typed.scope);
  const expiry = expiryOf(ports, typed.expires);
  const proposal: DenyProposal = {
    ...typed,
    scope: scope ?? { kind: 'global' },
    expiresAt: expiry.ok ? expiry.at : null,
    createdBy: whoOf(context).member.name,
    createdAt: ports.now(),
  };
  const proposed = proposeEntry(proposal);
  const faults: readonly DenyFault[] = [
    ...(proposed.ok ? [] : proposed.faults),
    ...(scope === null
      ? [{ field: 'scope', message: 'is none of global, mailbox:<address>, tenant:<id>' } as const]
      : []),
    ...(expiry.ok ? [] : [{ field: 'expires_at', message: expiry.message } as const]),
  ];
  return proposed.ok && faults.length === 0 ? { ok: true, entry: proposed.entry } : { ok: false, faults };
}

type Expiry = { readonly ok: true; readonly at: number | null } | { readonly ok: false; readonly message: string };

const unitMs = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `30d`, `12h`, a date, `never`; nothing means the life that the settings give. */
export function expiryOf(ports: Pick<ConsolePorts, 'denyTtlMs' | 'now'>, text: string): Expiry {
  if (text === '') {
    const ttlMs = ports.denyTtlMs();
    return { ok: true, at: ttlMs === null ? null : ports.now() + ttlMs };
  }
  if (text === 'never') return { ok: true, at: null };
  const [, number, unit] = /^(\d{1,5}) ?([hdw])$/.exec(text) ?? [];
  if (unit === 'h' || unit === 'd' || unit === 'w')
    return { ok: true, at: ports.now() + Number(number) * unitMs[unit] };
  const parsed = parseExpiry(text);
  if (!parsed.ok) return { ok: false, message: 'is neither 30d, 12h, a date such as 2027-01-31, nor never' };
  return parsed.at > ports.now() ? parsed : { ok: false, message: 'lies in the past' };
}
