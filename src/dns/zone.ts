/**
 * All DNS from a JSON file, for judging mail without a network:
 * `{ "example.com": { "TXT": ["v=spf1 -all"], "MX": ["10 mx.example.com"], "A": ["192.0.2.1"] } }`.
 *
 * A name that is absent does not exist (NXDOMAIN) unless a name below it does; a type that is absent has no record
 * (NODATA). Instead of a list, `"SERVFAIL"` and `"TIMEOUT"` are temporary failures of that type. A CNAME is followed.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { RecordType, Resolver } from '../evidence/ports.ts';
import { isPossibleName, LookUpFault } from './fault.ts';

const mxForm = /^(\d{1,5}) +(\S+)$/;
const text = z.string();
const hostName = text.refine((value) => isPossibleName(value.replace(/\.$/, '')), 'is not a host name');
const values = {
  TXT: text,
  A: text.refine(isIPv4, 'is not an IPv4 address'),
  AAAA: text.refine(isIPv6, 'is not an IPv6 address'),
  MX: text.refine((value) => mxForm.test(value), 'is not "<preference> <host>"'),
  CNAME: hostName,
  PTR: hostName,
  NS: hostName,
};
const failure = z.enum(['SERVFAIL', 'TIMEOUT']);

function records<Value extends z.ZodType<string>>(value: Value) {
  return z.union([failure, z.array(value).min(1).readonly()]).optional();
}

const nameSchema = z
  .strictObject({
    TXT: records(values.TXT),
    A: records(values.A),
    AAAA: records(values.AAAA),
    MX: records(values.MX),
    CNAME: records(values.CNAME),
    PTR: records(values.PTR),
    NS: records(values.NS),
  })
  .readonly();

type ZoneName = z.infer<typeof nameSchema>;
/** Validated; names in lower case without a final dot. */
export type Zone = ReadonlyMap<string, ZoneName>;

/** One line that names the name and the type at fault. */
export class ZoneError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ZoneError';
  }
}

/** `json` is the parsed file. Throws `ZoneError`. */
export function parseZone(json: unknown): Zone {
  const zone = new Map<string, ZoneName>();
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ZoneError('zone: must be an object of names');
  }
  for (const [name, body] of Object.entries(json)) {
    const key = nameOf(name);
    if (!isPossibleName(key)) throw new ZoneError(`zone: ${JSON.stringify(name)} is not a domain name`);
    if (zone.has(key)) throw new ZoneError(`zone: ${key} stands there twice`);
    zone.set(key, parseName(name, body));
  }
  return zone;
}

function parseName(name: string, body: unknown): ZoneName {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ZoneError(`zone: ${name}: must be an object of record types`);
  }
  for (const [type, list] of Object.entries(body)) {
    const fault = faultOf(type, list);
    if (fault !== null) throw new ZoneError(`zone: ${name} ${type}: ${fault}`);
  }
  const parsed = nameSchema.parse(body);
  // RFC 1034 §3.6.2
  if (parsed.CNAME !== undefined && Object.keys(parsed).length > 1) {
    throw new ZoneError(`zone: ${name} CNAME: must be the only type of its name`);
  }
  return parsed;
}

function faultOf(type: string, list: unknown): string | null {
  if (!isRecordType(type)) return `is not one of ${Object.keys(values).join(', ')}`;
  if (failure.safeParse(list).success) return null;
  if (!Array.isArray(list) || list.length === 0) return 'must be a list of records, or "SERVFAIL" or "TIMEOUT"';
  for (const record of list) {
    if (typeof record !== 'string') return 'every record must be a text';
    const issue = values[type].safeParse(record).error?.issues[0];
    if (issue !== undefined) return `${JSON.stringify(record)} ${issue.message}`;
  }
  return null;
}

function isRecordType(type: string): type is RecordType {
  return Object.hasOwn(values, type);
}

const longestChain = 8;

/** Answers every question from the zone, and none from anywhere else. */
export function zoneResolver(zone: Zone): Resolver {
  const parents = new Set([...zone.keys()].flatMap(ancestorsOf));
  const answer = (asked: string, name: string, type: RecordType, followed: number): unknown => {
    const entry = zone.get(name);
    // An ancestor of a name exists, though it holds nothing (RFC 8020 §2).
    if (entry === undefined) throw new LookUpFault(parents.has(name) ? 'ENODATA' : 'ENOTFOUND', asked, type);
    const alias = entry.CNAME;
    if (type !== 'CNAME' && Array.isArray(alias) && alias[0] !== undefined) {
      if (followed >= longestChain) throw new LookUpFault('ESERVFAIL', asked, type);
      return answer(asked, nameOf(alias[0]), type, followed + 1);
    }
    return recordsOf(entry[type] ?? (alias === 'SERVFAIL' || alias === 'TIMEOUT' ? alias : undefined), asked, type);
  };
  return async (name, type) => answer(name, nameOf(name), type, 0);
}

function recordsOf(list: ZoneName[RecordType], name: string, type: RecordType): unknown {
  if (list === undefined) throw new LookUpFault('ENODATA', name, type);
  if (list === 'SERVFAIL') throw new LookUpFault('ESERVFAIL', name, type);
  if (list === 'TIMEOUT') throw new LookUpFault('ETIMEOUT', name, type);
  if (type === 'TXT') return list.map((record) => [record]);
  if (type === 'MX') return list.map(mxOf);
  return [...list];
}

function mxOf(record: string): { priority: number; exchange: string } {
  const [, priority = '0', exchange = ''] = mxForm.exec(record) ?? [];
  return { priority: Number(priority), exchange: nameOf(exchange) };
}

function nameOf(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function ancestorsOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, at) => labels.slice(at + 1).join('.'));
}
