/** Whether what somebody brings to the log-in page proves who they are: password and second factor, or a passkey. */
import type { LogInProof } from '../staff/member.ts';
import { checkAssertion, type Passkey, parseAssertion, type RelyingParty } from '../staff/passkey.ts';
import { verifyPassword } from '../staff/password.ts';
import { provenMember } from '../staff/proof.ts';
import type { Line } from '../staff/turns.ts';
import type { ConsolePorts } from './ports.ts';

export type Proven =
  | { readonly ok: true; readonly name: string; readonly by: LogInProof }
  /** `unverified`: the passkey is right, but did not check its owner; the password is needed besides. */
  | { readonly ok: false; readonly cause: 'wrong' | 'unverified' };

type Ports = Pick<ConsolePorts, 'staff' | 'passkeys' | 'logger' | 'now'>;

const wrong: Proven = { ok: false, cause: 'wrong' };

/** Password and code. Constant in work whether or not there is such a name. */
export async function provenByPassword(
  ports: Ports,
  given: { readonly name: string; readonly password: string; readonly code: string; readonly line: Line },
): Promise<Proven> {
  const { name, password, code, line } = given;
  const member = await provenMember(ports.staff, name, { password, code }, ports.now(), line);
  if (member === null || member === 'passkey only') return wrong;
  return { ok: true, name, by: member.hasSecondFactor ? 'password and code' : 'password' };
}

export type PasskeyAnswer = {
  readonly party: RelyingParty | null;
  /** What this browser was asked; null when nothing, or too long ago. */
  readonly challenge: string | null;
  /** JSON of the browser. */
  readonly answer: string;
  readonly name: string;
  readonly password: string;
  readonly line: Line;
};

/** A passkey alone, when it checked its owner; else with the password of that very owner. */
export async function provenByPasskey(ports: Ports, given: PasskeyAnswer): Promise<Proven> {
  const answer = parseAssertion(given.answer);
  const { challenge, line, name, party, password } = given;
  const passkey = answer === null ? null : await ports.passkeys.get(answer.id);
  if (answer === null || passkey === null || party === null || challenge === null) return wrong;
  const assertion = await checkAssertion(party, challenge, answer, passkey);
  if (!assertion.ok) {
    if (assertion.cause === 'counter') await suspectCopy(ports, passkey);
    return wrong;
  }
  const owner = await ports.staff.credentials(passkey.name);
  if (owner?.member.state !== 'active') return wrong;
  if (!assertion.isUserVerified && (name === '' || password === '')) return { ok: false, cause: 'unverified' };
  const isOwner =
    assertion.isUserVerified || (name === passkey.name && (await verifyPassword(password, owner.passwordHash, line)));
  if (!isOwner || !(await ports.passkeys.use(passkey, assertion.counter, ports.now()))) return wrong;
  return { ok: true, name: passkey.name, by: assertion.isUserVerified ? 'passkey' : 'password and passkey' };
}

async function suspectCopy(ports: Ports, passkey: Passkey): Promise<void> {
  ports.logger.warn(
    { name: passkey.name, passkey: passkey.id },
    'the counter of a passkey went back: is there a copy?',
  );
  await ports.passkeys.noteCopy(passkey, { actor: passkey.name, at: ports.now() });
}
