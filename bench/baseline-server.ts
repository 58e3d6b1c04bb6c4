/** What Postern is held against: smtp-server, simpleParser and one `queue.add`, with no check at all. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const socketPath = process.argv[2] ?? '';
const queue = new Queue('baseline', { connection: new Redis({ path: socketPath, maxRetriesPerRequest: null }) });
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, callback) {
    simpleParser(stream)
      .then((mail) =>
        queue.add('mail', { from: mail.from?.text, subject: mail.subject, id: mail.messageId, session: session.id }),
      )
      .then(
        () => callback(null, 'Received'),
        (error: Error) => callback(error),
      );
  },
});
server.listen(0, '127.0.0.1', () => {
  const address = server.server.address();
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
