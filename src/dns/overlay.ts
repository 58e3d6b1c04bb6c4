/** A zone of ours laid over the real DNS under one suffix; for the sample mails of loopback clients, and for nothing else. */
import type { Resolver } from '../evidence/ports.ts';
import { type Zone, zoneResolver } from './zone.ts';

export type OverlayOptions = {
  readonly zone: Zone;
  /** Reserved for tests (RFC 6761 §6.2), so that no real domain can ever be answered for. */
  readonly suffix: 'test';
  /** Answers every other name. */
  readonly under: Resolver;
};

export function overlayResolver({ zone, suffix, under }: OverlayOptions): Resolver {
  const over = zoneResolver(zone);
  return (name, type) => {
    const lastLabel = name.toLowerCase().replace(/\.$/, '').split('.').at(-1);
    return lastLabel === suffix ? over(name, type) : under(name, type);
  };
}
