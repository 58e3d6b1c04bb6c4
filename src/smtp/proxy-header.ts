/**
 * The PROXY protocol header (versions 1 and 2) that a load balancer sends before anything else. Read only from trusted
 * networks; whoever is trusted must send it.
 */
import { isIP, isIPv4, isIPv6, type Socket } from 'node:net';

/** The client behind the balancer; null for the balancer's own health checks (`LOCAL`, `UNKNOWN`). */
export type ProxySource = { readonly ip: string; readonly port: number } | null;

/** What the first octets of a connection hold. */
export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'bad'; readonly cause: string }
  /** `length` is the number of octets that the header takes. */
  | { readonly kind: 'header'; readonly source: ProxySource; readonly length: number };

const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const maxOctets1 = 107; // specification §2.1
const maxOctets2 = 16 + 2_048; // addresses and extensions of §2.2; more is not sent by any balancer

export function parseProxyHeader(octets: Buffer): ProxyHeader {
  const shared = Math.min(octets.length, signature2.length);
  if (octets.subarray(0, shared).equals(signature2.subarray(0, shared))) {
    return octets.length < 16 ? { kind: 'incomplete' } : parseVersion2(octets);
  }
  return parseVersion1(octets);
}

function parseVersion1(octets: Buffer): ProxyHeader {
  const start = Buffer.from('PROXY ', 'latin1');
  const shared = Math.min(octets.length, start.length);
  if (!octets.subarray(0, shared).equals(start.subarray(0, shared))) return { kind: 'bad', cause: 'no PROXY header' };
  const end = octets.indexOf('\r\n');
  if (end < 0 || end + 2 > maxOctets1) {
    return octets.length < maxOctets1 ? { kind: 'incomplete' } : { kind: 'bad', cause: 'version 1 header too long' };
  }
  const line = octets.subarray(0, end).toString('latin1');
  const length = end + 2;
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { kind: 'header', source: null, length };
  const match = /^PROXY (TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(line);
  const [, family, ip = '', destination = '', port = ''] = match ?? [];
  const isAddress = family === 'TCP6' ? isIPv6 : isIPv4;
  if (match === null || !isAddress(ip) || !isAddress(destination) || Number(port) > 65_535) {
    return { kind: 'bad', cause: 'version 1 header malformed' };
  }
  return { kind: 'header', source: { ip, port: Number(port) }, length };
}

function parseVersion2(octets: Buffer): ProxyHeader {
  const versionAndCommand = octets.readUInt8(12);
  const family = octets.readUInt8(13) >> 4;
  const length = 16 + octets.readUInt16BE(14);
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21)
    return { kind: 'bad', cause: 'version 2 command unknown' };
  if (length > maxOctets2) return { kind: 'bad', cause: 'version 2 header too long' };
  if (octets.length < length) return { kind: 'incomplete' };
  if (versionAndCommand === 0x20) return { kind: 'header', source: null, length };
  if (family === 1 && length >= 16 + 12) {
    const ip = octets.subarray(16, 20).join('.');
    return { kind: 'header', source: { ip, port: octets.readUInt16BE(24) }, length };
  }
  if (family === 2 && length >= 16 + 36) {
    const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(16 + 2 * index).toString(16));
    return { kind: 'header', source: { ip: groups.join(':'), port: octets.readUInt16BE(48) }, length };
  }
  return { kind: 'bad', cause: 'version 2 address family unknown' };
}

/** Takes the header off the socket and leaves what follows it; rejects when there is none. The caller keeps the time. */
export function readProxyHeader(socket: Socket): Promise<ProxySource> {
  return new Promise((resolve, reject) => {
    let octets = Buffer.alloc(0);
    const settle = (outcome: () => void): void => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      // A late error of a socket that is being given up must not end the process.
      socket.on('error', () => undefined);
      outcome();
    };
    const onEnd = (): void => settle(() => reject(new Error('closed before a PROXY header')));
    const onError = (error: Error): void => settle(() => reject(error));
    const onReadable = (): void => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        if (!Buffer.isBuffer(chunk)) continue;
        octets = Buffer.concat([octets, chunk]);
        const parsed = parseProxyHeader(octets);
        if (parsed.kind === 'incomplete') continue;
        if (parsed.kind === 'bad') return settle(() => reject(new Error(parsed.cause)));
        const rest = octets.subarray(parsed.length);
        if (rest.length > 0) socket.unshift(rest);
        const { source } = parsed;
        return settle(() => resolve(source === null || isIP(source.ip) === 0 ? null : source));
      }
    };
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
  });
}
