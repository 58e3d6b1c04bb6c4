/** What deciding about escalated mail needs, on the configured records and queues. */
import { type DenySubject, denyKeysOf } from '../denylist/keys.ts';
import { matchDeny } from '../denylist/match.ts';
import type { DenylistPort } from '../evidence/ports.ts';
import type { QueuePort } from '../intake/ports.ts';
import { denylistRecords } from '../records/denylist.ts';
import type { Records } from '../records/open-records.ts';
import { reviewRecords } from '../records/reviews.ts';
import { traceRecords } from '../records/trace.ts';
import type { DecidingPorts } from '../reviews/deciding.ts';

export function decidingPorts(records: Records, queue: QueuePort, now: () => number): DecidingPorts {
  const reviews = reviewRecords(records);
  const trace = traceRecords(records);
  const denylist: DenylistPort = denylistRecords(records);
  return {
    look: async (messageId) => {
      const [review, record] = await Promise.all([reviews.get(messageId), trace.get(messageId)]);
      if (record === null) return null;
      return { review, judged: record.followUps.at(-1)?.mail ?? record.judged, evidence: record.evidence };
    },
    denies: async (mail, { author, pgp, transport }) => {
      const subject: DenySubject = {
        author: author?.address ?? null,
        envelopeSender: mail.envelope.mailFrom,
        ip: transport.ip,
        fingerprints: pgp.fingerprint === null ? [] : [pgp.fingerprint],
      };
      const hits = matchDeny(await denylist.find(denyKeysOf(subject)), subject, now());
      return [...new Map(hits.map(({ entry }) => [entry.id, entry])).values()];
    },
    decide: (decision) => reviews.decide(decision),
    enqueue: (mail) => queue.enqueue(mail),
  };
}
