/** What takes memory or time for long is done for few at a time; who comes too late is told so, and loses nothing. */
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConsolePorts } from '../../src/console/ports.ts';
import { type ConsoleWorld, type Session, startConsole } from './console-world.ts';
import { storeRawMail } from './hostile-mail.ts';

const id = '0atonce000000000000000-0';
let world: ConsoleWorld;
const held: (() => void)[] = [];
let rejudge: ConsolePorts['rejudge'];

beforeAll(async () => {
  // Held, so that those who come meanwhile come meanwhile for certain; then done by the real one.
  world = await startConsole({
    rejudge: async (wish) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return rejudge(wish);
    },
  });
  rejudge = () => Promise.reject(Object.assign(new Error('kept no longer'), { name: 'RejudgeRefused' }));
  const mail = Buffer.from('From: ada@example.com\r\nTo: support@postern.test\r\nSubject: s\r\n\r\nHello.\r\n');
  await storeRawMail(world, { messageId: id, receivedAt: world.now() - 1_000, outcome: 'escalated' }, mail);
});
afterAll(() => world.close());

it('four mails are judged again', async () => {
  const who = await world.session('operator');
  const judged = Array.from({ length: 4 }, () => world.post(`/mail/${id}/judge`, {}, who));
  await expect.poll(() => held.length).toBe(4);
  const late = await world.post(`/mail/${id}/judge`, {}, who);
  expect([late.status, await late.text()]).toEqual([503, expect.stringContaining('others are judged')]);
  for (const go of held.splice(0)) go();
  expect((await Promise.all(judged)).map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  const after = world.post(`/mail/${id}/judge`, {}, who);
  await expect.poll(() => held.length).toBe(1);
  for (const go of held.splice(0)) go();
  expect((await after).status).toBe(422);
});

it('two large files of a session are on their way, and four in all', async () => {
  const [one, other, third] = [
    await world.session('trust'),
    await world.session('trust'),
    await world.session('trust'),
  ];
  const uploads = [await begin(one), await begin(one)];
  const import_ = (who: Session) => world.post('/deny/import', { file: 'nonsense' }, who);
  await expect.poll(async () => (await import_(one)).status).toBe(503);
  expect((await import_(other)).status).toBe(422);
  uploads.push(await begin(other), await begin(other));
  await expect.poll(async () => (await import_(third)).status).toBe(503);
  expect((await world.get('/deny/import', third)).status).toBe(200);
  for (const upload of uploads) upload.destroy();
  await expect.poll(async () => (await import_(third)).status).toBe(422);
});

/** A form that says it is large, and does not come to an end. */
async function begin(who: Session): Promise<ClientRequest> {
  const headers = {
    origin: world.origin,
    cookie: who.cookie,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': '1000000',
  };
  const call = request(`${world.origin}/deny/import`, { method: 'POST', headers });
  call.on('error', () => undefined);
  call.write('file=x');
  await once(call, 'socket');
  return call;
}
