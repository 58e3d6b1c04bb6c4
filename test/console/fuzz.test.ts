/**
 * Hostile parameters, questions and forms at every route, in every role: nothing fails, nothing is echoed as markup, nobody
 * is led elsewhere, nothing stays in a cache, and whoever tried is still who they were.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../src/staff/role.ts';
import { memberPassword } from '../helpers/members.ts';
import { type ConsoleWorld, type Session, startConsole } from './console-world.ts';
import { type Call, calls } from './route-table.ts';

const markup = '"><script>alert(1)</script>';
/** As they stand in an address. */
const hostile = [
  encodeURIComponent(markup),
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%00',
  '%0d%0aset-cookie:%20x=y',
  '%E0%A4%A',
  '__proto__',
  '-1',
  '9'.repeat(40),
  encodeURIComponent("' or 1=1 --"),
  encodeURIComponent('\u202e\u{1f600}\ud7ff'),
  'x'.repeat(500),
] as const;

const questions = [
  'q',
  'next',
  'before',
  'after',
  'page',
  'done',
  'refused',
  'kind',
  'reason',
  'state',
  'days',
  'range',
];
const fields = (
  'name role password code passkey next label secret current again note version shown decision kind value reason scope ' +
  'expires days denylist directory file text as life ids id state tenant admin fingerprint armored number silence until'
).split(' ');
/** What somebody does to themselves on purpose. */
const own = new Set(['POST /log-out']);

describe('hostile input', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.close());

  async function send(call: Call, value: string, who: Session | undefined): Promise<string | null> {
    const path = call.name.split(' ')[1]?.replace(/:\w+/g, value) ?? '';
    let text = value;
    try {
      text = decodeURIComponent(value);
    } catch {
      // As it is: not every sequence of percent signs means something.
    }
    const answer =
      call.method === 'GET'
        ? await world.get(`${path}?${questions.map((name) => `${name}=${value}`).join('&')}`, who)
        : await world.post(path, Object.fromEntries(fields.map((name) => [name, text])), who);
    const { headers, status } = answer;
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
    const body = isStream ? '' : await answer.text();
    if (isStream) await answer.body?.cancel();
    const to = headers.get('location');
    const fault = (what: string) => `${call.name} ${value.slice(0, 40)} as ${who?.name ?? 'nobody'}: ${status} ${what}`;
    if (status >= 500) return fault('fails');
    if (body.includes('<script>alert')) return fault('echoes markup');
    if (to !== null && !/^\/(?![/\\])[\x21-\x7e]*$/.test(to)) return fault(`leads to ${to}`);
    if (headers.get('set-cookie')?.includes('x=y') === true) return fault('sets a cookie');
    if (headers.get('x-content-type-options') !== 'nosniff') return fault('may be sniffed');
    if (headers.get('content-security-policy') === null) return fault('has no policy');
    const isKept = !/no-store|no-cache/.test(headers.get('cache-control') ?? '');
    if (isKept) return fault(`stays in a cache: ${headers.get('cache-control')}`);
    return null;
  }

  it.each([null, ...roles])(
    'at every route changes nothing of who one is: %s',
    async (role) => {
      const who = role === null ? undefined : await world.session(role);
      const before = await world.ports.staff.list();
      const faults: string[] = [];
      for (const call of calls) {
        if (own.has(call.name)) continue;
        for (const value of hostile) {
          const fault = await send(call, value, who);
          if (fault !== null) faults.push(fault);
        }
      }
      expect(faults).toEqual([]);
      expect(await world.ports.staff.list()).toEqual(before);
      if (who !== undefined) expect((await world.get('/account', who)).status).toBe(200);
    },
    120_000,
  );

  it('does not shut its own admin out by a slip of the hand, nor the last one by any', async () => {
    const admin = await world.session('admin');
    const answer = await world.post(`/staff/${admin.name}/disable`, {}, admin);
    expect(answer.headers.get('location')).toBe(`/staff/${admin.name}?refused=own`);
    expect(await (await world.get(`/staff/${admin.name}?refused=own`, admin)).text()).toContain(
      'Another admin does it',
    );
    const other = await world.session('admin');
    const password = memberPassword;
    const shut = await world.post(`/staff/${admin.name}/disable`, { password }, other);
    expect(shut.headers.get('location')).toContain('disabled');
    expect((await world.get('/account', admin)).status).toBe(303);
    for (const { name, role } of await world.ports.staff.list()) {
      if (role === 'admin' && name !== other.name) await world.post(`/staff/${name}/disable`, { password }, other);
    }
    const proof = { role: 'viewer', password };
    const last = await world.post(`/staff/${other.name}/role`, proof, other);
    expect(last.headers.get('location')).toContain('refused=last-admin');
  });
});
