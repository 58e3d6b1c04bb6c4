/** Questions to an address on file as lines for staff: whom, as what, how far it is, and whether mail reaches the address. Pure. */
import type { Verification } from './asking.ts';
import type { VerificationState } from './verification.ts';

/** Addresses whose last mail came back: since when, epoch milliseconds, and why. */
export type UnreachableAddresses = ReadonlyMap<string, { readonly since: number; readonly cause: string }>;

export function askedLines(
  verifications: readonly Verification[],
  unreachable: UnreachableAddresses,
): readonly string[] {
  return verifications.map(({ asked, createdAt, expiresAt, state }) => {
    const until = state === 'waiting' ? ` until ${minute(expiresAt)}` : '';
    const since = state === 'unasked' ? `since ${minute(createdAt)}` : `asked ${minute(createdAt)}`;
    const bounced = unreachable.get(asked.address);
    const away =
      bounced === undefined ? '' : `; the address cannot be reached since ${minute(bounced.since)}: ${bounced.cause}`;
    return `${asked.as} by ${asked.address}: ${stateTexts[state]}${until}, ${since}${away}`;
  });
}

/** Those of the questions, each once: what is looked up whether mail reaches them. */
export function askedAddresses(verifications: readonly Verification[]): readonly string[] {
  return [...new Set(verifications.map(({ asked }) => asked.address))];
}

const stateTexts: Readonly<Record<VerificationState, string>> = {
  unasked: 'not asked yet, because there is no console.verifyUrl to answer at',
  waiting: 'waiting',
  confirmed: 'confirmed',
  denied: 'denied',
  expired: 'not answered in time',
  withdrawn: 'nobody can answer any more, because the asked admin is no longer on file as such',
  held: 'not asked, because this address was asked too often',
};

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
