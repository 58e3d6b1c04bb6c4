/** Who is behind a proxy, and who only says so: over real sockets of two addresses of this machine. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientBehind } from '../../src/console/client-address.ts';
import { createNetworks } from '../../src/network/networks.ts';
import { memberPassword } from '../helpers/members.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

const proxies = ['127.0.0.1', '198.51.100.0/24'];
const isProxy = createNetworks(proxies).contains;

describe('the address of a client', () => {
  it.each([
    ['the peer, when it is no proxy', '203.0.113.9', '192.0.2.1', '203.0.113.9'],
    ['the peer, when nothing was written', '127.0.0.1', undefined, '127.0.0.1'],
    ['what the proxy wrote', '127.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['the last that is none of our proxies', '127.0.0.1', '192.0.2.66, 192.0.2.1, 198.51.100.7', '192.0.2.1'],
    ['the first of all, when all are ours', '127.0.0.1', '198.51.100.8, 198.51.100.7', '198.51.100.8'],
    ['the proxy itself, when what it wrote is no address', '127.0.0.1', '192.0.2.1, evil', '127.0.0.1'],
    ['the proxy before a gap', '127.0.0.1', '192.0.2.1, , 198.51.100.7', '198.51.100.7'],
    ['an address of IPv4 as such', '127.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
    ['an address of IPv6', '127.0.0.1', '2001:db8::1', '2001:db8::1'],
    ['unknown inside the process', 'unknown', '192.0.2.1', 'unknown'],
  ])('is %s', (_, peer, forwarded, client) => {
    expect(clientBehind(peer, forwarded, isProxy)).toBe(client);
  });
});

describe('a console behind proxies', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole({ isProxy });
  });
  afterAll(() => world.close());

  /** Posts from one of the addresses of this machine. Resolves with the status. */
  const logIn = (name: string, password: string, from: string, forwarded: string) =>
    new Promise<number>((resolve, reject) => {
      const body = new URLSearchParams({ name, password, code: '' }).toString();
      const headers = {
        origin: world.origin,
        'content-type': 'application/x-www-form-urlencoded',
        'x-forwarded-for': forwarded,
      };
      const options = { method: 'POST', localAddress: from, headers };
      const call = request(`${world.origin}/log-in`, options, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      });
      call.once('error', reject).end(body);
    });

  it('counts and writes down whoever is behind a proxy, and believes nobody else', async () => {
    const { name } = await world.session('viewer');
    expect(await logIn(name, memberPassword, '127.0.0.1', '192.0.2.66, 192.0.2.1, 198.51.100.7')).toBe(303);
    expect(await logIn(name, memberPassword, '127.0.0.2', '192.0.2.2')).toBe(303);
    const ips = (await world.ports.staff.sessionsOf(name, world.now())).map(({ ip }) => ip);
    expect(ips.toSorted()).toEqual(['127.0.0.1', '127.0.0.2', '192.0.2.1']);
  });

  it('slows one person behind a proxy down and not the next one', async () => {
    const { name } = await world.session('viewer');
    for (let tries = 0; tries < 5; tries += 1) await logIn(name, 'wrong', '127.0.0.1', '192.0.2.3');
    expect(await logIn(name, memberPassword, '127.0.0.1', '192.0.2.3')).toBe(429);
    expect(await logIn(name, memberPassword, '127.0.0.1', '192.0.2.4')).toBe(303);
    // From elsewhere the field changes nothing: it is one client, whatever it writes.
    for (let tries = 0; tries < 5; tries += 1) await logIn(name, 'wrong', '127.0.0.3', `192.0.2.${tries + 10}`);
    expect(await logIn(name, memberPassword, '127.0.0.3', '192.0.2.99')).toBe(429);
  }, 60_000);
});
