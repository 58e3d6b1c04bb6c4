/** Who was asked about a mail over the address on file or the portal, and whether mail reaches them: lines for staff. */
import { askedAddresses, askedLines } from '../reviews/asked-lines.ts';
import { authorizationLine } from '../reviews/portal-authorization.ts';
import type { ConsolePorts } from './ports.ts';

export type AskedPorts = Pick<ConsolePorts, 'authorizations' | 'unreachable' | 'verifications'>;

export async function askedOf(ports: AskedPorts, messageId: string): Promise<readonly string[]> {
  const [verifications, authorizations] = await Promise.all([
    ports.verifications.of(messageId),
    ports.authorizations.of(messageId),
  ]);
  const unreachable = await ports.unreachable(askedAddresses(verifications));
  return [...askedLines(verifications, unreachable), ...authorizations.map(authorizationLine)];
}
