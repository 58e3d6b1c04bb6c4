/** DNS for one mail: the configured servers under a budget; for loopback clients the zone of the sample mails on top. */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/loopback.ts';
import { overlayResolver } from '../dns/overlay.ts';
import { dnsResolver, withBudget } from '../dns/resolver.ts';
import { parseZone, type Zone } from '../dns/zone.ts';
import type { Resolver } from '../evidence/ports.ts';

/** Gives each mail a resolver of its own, by the address of its client. */
export function mailResolver(config: Config): (clientIp: string) => Resolver {
  const { dns, smtp } = config;
  const real = dnsResolver({
    servers: dns.servers,
    timeoutMs: dns.timeoutMs,
    tries: dns.attempts,
    answerMs: dns.cacheTtlMs,
    absenceMs: dns.negativeTtlMs,
    cacheSize: dns.cacheEntries,
  });
  // A listener that the world can reach never answers from a file.
  const samples = isLoopback(smtp.host) ? sampleZone(sampleZoneFile(config)) : () => null;
  return (clientIp) => {
    const zone = isLoopback(clientIp) ? samples() : null;
    return withBudget(
      zone === null ? real : overlayResolver({ zone, suffix: 'test', under: real }),
      dns.lookupsPerMail,
    );
  };
}

/** Where the sample mails are kept. */
export function sampleFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'samples');
}

/** Where `postern send samples/` leaves the zone of its mails. */
function sampleZoneFile(config: Pick<Config, 'dataDir'>): string {
  return join(sampleFolder(config), 'zone.json');
}

/** The zone as it is now: read again when the file changes, null while there is none that can be read. */
function sampleZone(file: string): () => Zone | null {
  let readAt = -1;
  let zone: Zone | null = null;
  return () => {
    const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1;
    if (changedAt === readAt) return zone;
    zone = changedAt < 0 ? null : readZone(file);
    // Half written: the next mail reads it again, even when its time stays the same.
    readAt = zone === null ? -1 : changedAt;
    return zone;
  };
}

function readZone(file: string): Zone | null {
  try {
    return parseZone(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
