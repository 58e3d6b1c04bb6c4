/** A process that listens on the socket it inherited as file descriptor 3. */

import pino from 'pino';
import { createMemoryLimits } from '../../src/smtp/limits.ts';
import { createListener } from '../../src/smtp/listener.ts';
import { createRecordingIntake } from './fixture.ts';

const listener = createListener(
  { listen: { fd: 3 }, hostName: 'inherited.postern.test', mailboxes: [] },
  createRecordingIntake(),
  createMemoryLimits(),
  pino({ level: 'silent' }),
);
await listener.listen();
process.stdout.write('ready\n');
