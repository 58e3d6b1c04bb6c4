/** The own account in strange hands: an open screen must not be enough to take it over. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/staff/password.ts';
import { newTotpSecret } from '../../src/staff/second-factor.ts';
import { formToken, newToken, tokenHash } from '../../src/staff/session.ts';
import { totpCode } from '../helpers/totp-code.ts';
import { type ConsoleWorld, type Session, startConsole } from './console-world.ts';

describe('the own account', () => {
  let world: ConsoleWorld;
  const password = 'seven slow green herons';
  const other = 'eleven quiet blue foxes';
  beforeAll(async () => {
    world = await startConsole();
    const passwordHash = await hashPassword(password, { N: 1_024, r: 8, p: 1 });
    for (const name of ['grace', 'ada', 'linus']) {
      const token = newToken();
      const invitation = { tokenHash: tokenHash(token), expiresAt: world.now() + 60_000 };
      await world.ports.staff.add({ name, role: 'admin' }, invitation, { actor: 'test', at: world.now() });
      await world.ports.staff.join(tokenHash(token), { passwordHash, totpSecret: null, totpLastStep: 0 }, world.now());
    }
  });
  afterAll(() => world.close());

  const logIn = async (name: string, cookie?: string): Promise<Session> => {
    const headers = cookie === undefined ? {} : { cookie };
    const token = cookie?.split('=')[1];
    const fields = { name, password, code: '', ...(token === undefined ? {} : { form_token: formToken(token) }) };
    const answer = await world.post('/log-in', fields, undefined, headers);
    const made = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { name, cookie: made, formToken: formToken(made.split('=')[1] ?? '') };
  };
  const isIn = async (who: Session) => (await world.get('/account', who)).status === 200;

  it('ends the session before it at a log-in', async () => {
    const first = await logIn('grace');
    expect(await isIn(first)).toBe(true);
    const second = await logIn('grace', first.cookie);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
  });

  it('changes the password for whoever knows it, and ends all other sessions', async () => {
    const [here, elsewhere] = [await logIn('grace'), await logIn('grace')];
    const change = (current: string) =>
      world.post('/account/password', { current, password: other, again: other }, here);
    expect((await change('not the password')).status).toBe(422);
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, true]);
    expect((await change(password)).headers.get('location')).toBe('/account?done=password');
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
  });

  it('sets up a second factor for whoever knows the password', async () => {
    const [here, elsewhere] = [await logIn('ada'), await logIn('ada')];
    const secret = newTotpSecret();
    const setUp = (factorPassword: string) =>
      world.post('/account/second-factor', { secret, code: totpCode(secret, world.now()), factorPassword }, here);
    expect((await setUp('not the password')).status).toBe(422);
    expect((await world.ports.staff.credentials('ada'))?.totpSecret).toBeNull();
    expect((await setUp(password)).headers.get('location')).toBe('/account?done=factor');
    expect((await world.ports.staff.credentials('ada'))?.totpSecret).toBe(secret);
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
  });

  it('slows down whoever guesses the password at an open screen', async () => {
    const here = await logIn('linus');
    const change = (current: string) =>
      world.post('/account/password', { current, password: other, again: other }, here);
    for (let tries = 0; tries < 5; tries += 1) await change(`guess ${tries}`);
    const answer = await change(password);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('Too many tries');
  });
});
