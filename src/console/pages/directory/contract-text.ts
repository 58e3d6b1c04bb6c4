/** A contract in a few words. */
import { responseTexts } from '../../../directory/response-texts.ts';
import type { Tenant } from '../../../directory/tenant.ts';
import { plural } from '../../html.ts';

export function contractText({ contract }: Tenant): string {
  const parts = [
    ...(contract.requirePgp === 'none' ? [] : [`PGP ${contract.requirePgp}`]),
    ...(contract.requireTls ? ['TLS required'] : []),
    ...(contract.spfProves ? ['SPF proves'] : []),
    ...responseTexts(contract),
    ...(contract.alternateSenders.length === 0 ? [] : [plural(contract.alternateSenders.length, 'further sender')]),
  ];
  return parts.length === 0 ? 'nothing special' : parts.join(', ');
}
