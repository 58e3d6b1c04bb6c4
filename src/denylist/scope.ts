/** Scopes as text: `global`, `mailbox:<address>`, `tenant:<id>`. */
import { canonicalAddress } from '../address/mailbox.ts';
import type { DenyScope } from './entry.ts';

/** Reads a scope; empty means global, null that it is none. */
export function parseScope(text: string): DenyScope | null {
  if (text === '' || text === 'global') return { kind: 'global' };
  const colon = text.indexOf(':');
  const [kind, value] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'mailbox') {
    const mailbox = canonicalAddress(value);
    return mailbox === null ? null : { kind, mailbox };
  }
  return kind === 'tenant' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value) ? { kind, tenantId: value } : null;
}

export function scopeText(scope: DenyScope): string {
  switch (scope.kind) {
    case 'global':
      return 'global';
    case 'mailbox':
      return `mailbox:${scope.mailbox}`;
    case 'tenant':
      return `tenant:${scope.tenantId}`;
  }
}
