/** What staff never do, whatever a mail asks (P-CREDENTIALS, P-ACCESS, P-TENANT). */
import type { Classification, RequestKind } from '../classify/classification.ts';
import type { Prohibition } from './verdict.ts';

const prohibitionByKind: Partial<Record<RequestKind, Prohibition>> = {
  credentials: 'credentials',
  'grant-access': 'grant-access',
  'become-admin': 'tenant-change', // P-TENANT: no admin is ever added by support
  'tenant-change': 'tenant-change',
};

/** One for each thing that is asked, in the order of the rules. */
export function prohibitionsOf({
  kind,
  also = [],
}: Pick<Classification['request'], 'kind' | 'also'>): readonly Prohibition[] {
  const asked = new Set([kind, ...also].map((one) => prohibitionByKind[one]));
  return (['credentials', 'grant-access', 'tenant-change'] as const).filter((one) => asked.has(one));
}
