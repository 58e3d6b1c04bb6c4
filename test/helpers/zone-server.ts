/** A real DNS server on a free UDP port of 127.0.0.1 that answers from a zone. `"TIMEOUT"` is silence. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type Question } from 'dns-packet';
import { LookUpFault } from '../../src/dns/fault.ts';
import { parseZone, zoneResolver } from '../../src/dns/zone.ts';
import type { RecordType } from '../../src/evidence/ports.ts';

export type ZoneServer = {
  /** `127.0.0.1:port`, as the resolver takes it. */
  readonly address: string;
  readonly port: number;
  /** Every question that came in, `TYPE name`, oldest first. */
  readonly questions: readonly string[];
  /** Answers from another zone from now on. */
  setZone(json: unknown): void;
  close(): Promise<void>;
};

const ttlSeconds = 300;
const responseCodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };
const recordTypes: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'PTR', 'NS']);

export async function startZoneServer(json: unknown, port = 0): Promise<ZoneServer> {
  let resolve = zoneResolver(parseZone(json));
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (octets, client) => {
    const packet = decode(octets);
    const question = packet.questions?.[0];
    if (question === undefined) return;
    questions.push(`${question.type} ${question.name}`);
    void reply(question).then((found) => {
      if (found === null) return;
      const response = encode({
        type: 'response',
        id: packet.id ?? 0,
        // RFC 1035 §4.1.1: the code stands in the lowest four bits; recursion desired and available.
        flags: 0x0180 | responseCodes[found.code],
        questions: [question],
        answers: found.answers,
      });
      socket.send(response, client.port, client.address);
    });
  });

  async function reply(question: Question): Promise<Found | null> {
    if (!isRecordType(question.type)) return { code: 'NOERROR', answers: [] };
    try {
      const records = await resolve(question.name, question.type);
      return { code: 'NOERROR', answers: answersOf(question.name, question.type, records) };
    } catch (error) {
      if (!(error instanceof LookUpFault)) throw error;
      if (error.code === 'ETIMEOUT') return null;
      const code = error.code === 'ENOTFOUND' ? 'NXDOMAIN' : error.code === 'ENODATA' ? 'NOERROR' : 'SERVFAIL';
      return { code, answers: [] };
    }
  }

  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  const bound = socket.address().port;
  return {
    address: `127.0.0.1:${bound}`,
    port: bound,
    questions,
    setZone: (next) => {
      resolve = zoneResolver(parseZone(next));
    },
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

type Found = { readonly code: keyof typeof responseCodes; readonly answers: Answer[] };

function isRecordType(type: string): type is RecordType {
  return recordTypes.has(type);
}

function answersOf(name: string, type: RecordType, records: unknown): Answer[] {
  if (!Array.isArray(records)) return [];
  return records.map((record): Answer => {
    const common = { name, ttl: ttlSeconds } as const;
    switch (type) {
      case 'TXT':
        return { ...common, type, data: stringsOf(String(record)) };
      case 'MX':
        return { ...common, type, data: { preference: Number(record.priority), exchange: String(record.exchange) } };
      case 'A':
      case 'AAAA':
      case 'CNAME':
      case 'PTR':
      case 'NS':
        return { ...common, type, data: String(record) };
    }
  });
}

/** RFC 1035 §3.3: a character-string holds at most 255 octets. */
function stringsOf(text: string): string[] {
  return text.match(/[^]{1,255}/g) ?? [''];
}
