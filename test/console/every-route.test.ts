/**
 * Every route of the console, taken from its own table: who may call it, and that no other page can make a browser do so.
 * A route that is not named here fails the first test, so that none is added without somebody saying whom it is for.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiBase } from '../../src/console/api/app.ts';
import { consoleApp } from '../../src/console/app.ts';
import { roles } from '../../src/staff/role.ts';
import { type ConsoleWorld, type Session, startConsole } from './console-world.ts';
import { type Call, calls } from './route-table.ts';

describe('every route', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
  });
  afterAll(() => world.close());

  const call = async ({ method, path }: Call, who?: Session, headers: Readonly<Record<string, string>> = {}) => {
    const answer = method === 'GET' ? await world.get(path, who, headers) : await world.post(path, {}, who, headers);
    if (answer.headers.get('content-type')?.startsWith('text/html') === true) {
      return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
    }
    await answer.body?.cancel(); // a stream never ends by itself
    return { status: answer.status, to: answer.headers.get('location'), text: '' };
  };

  it('is named here with whoever may call it', () => {
    const own = consoleApp(world.ports).routes.filter(
      ({ method, path }) => method !== 'ALL' && path !== apiBase && !path.startsWith(`${apiBase}/`),
    );
    const found = new Set(own.map(({ method, path }) => `${method} ${path}`));
    expect(calls.map(({ name }) => name).toSorted()).toEqual([...found].toSorted());
  });

  it('is shut to whoever is not logged in', async () => {
    const faults: string[] = [];
    for (const one of calls.filter(({ least }) => least !== 'anybody')) {
      const { status, to } = await call(one);
      const isShut = one.path.startsWith('/live/') ? status === 401 : status === 303 && to?.startsWith('/log-in');
      if (isShut !== true) faults.push(`${one.name}: ${status} ${to}`);
    }
    expect(faults).toEqual([]);
  });

  it.each(roles)('opens to %s as far as this role goes', async (role) => {
    const faults: string[] = [];
    const who = await world.session(role);
    for (const one of calls) {
      const { least } = one;
      if (least === 'anybody') continue;
      const mayCall = least === 'member' || roles.indexOf(role) >= roles.indexOf(least);
      const { status, text, to } = await call(one, who);
      const isRefused = status === 403 && text.includes(`This needs the role ${least} or above`);
      const isThrough = status !== 403 && status < 500 && to?.startsWith('/log-in') !== true;
      if (mayCall ? !isThrough : !isRefused) faults.push(`${one.name}: ${status} ${to}`);
    }
    expect(faults).toEqual([]);
  });

  it('waits for the second factor where it is needed, but for the own account', async () => {
    const faults: string[] = [];
    const who = await world.session('admin');
    for (const one of calls.filter(({ least }) => least !== 'anybody' && least !== 'member')) {
      const { status, to } = await call(one, who, { 'x-forwarded-for': '203.0.113.5' });
      if (status !== 303 || to !== '/account') faults.push(`${one.name}: ${status} ${to}`);
    }
    expect(faults).toEqual([]);
  });

  it('takes no form of another page, nor of another session', async () => {
    const who = await world.session('admin');
    const other = await world.session('admin');
    const faults: string[] = [];
    for (const one of calls.filter(({ method }) => method !== 'GET')) {
      const forged = [
        await call(one, { ...who, formToken: '' }),
        await call(one, { ...who, formToken: other.formToken }),
        await call(one, who, { origin: 'https://evil.example' }),
        await call(one, who, { origin: 'null' }),
        await call(one, who, { 'sec-fetch-site': 'same-site' }),
        await call(one, undefined, { origin: 'https://evil.example' }),
      ];
      for (const [index, { status, text }] of forged.entries()) {
        const isRefused = status === 403 && text.includes('This form did not come from this console');
        if (!isRefused) faults.push(`${one.name}, forgery ${index}: ${status}`);
      }
    }
    expect(faults).toEqual([]);
    expect((await world.get('/account', who)).status).toBe(200); // not even logged out
  });
});
