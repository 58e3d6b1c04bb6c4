/** Shapes of values that several sections share. Each call of a maker gives a schema of its own: its text hangs on it. */
import { z } from 'zod';
import { canonicalAddress, canonicalDomain } from '../address/mailbox.ts';
import { parseNetwork } from '../network/network.ts';

export const kilobyte = 1_024;
export const megabyte = 1_024 * kilobyte;

export const durationMs = (least: number, most: number, byDefault: number) =>
  z.int().min(least).max(most).default(byDefault);
export const count = (least: number, most: number, byDefault: number) =>
  z.int().min(least).max(most).default(byDefault);
export const port = (byDefault: number) => z.int().min(0).max(65_535).default(byDefault);
export const host = z.string().regex(/^[0-9A-Za-z.:_-]{1,255}$/, 'must be a host name or an IP address');

export const network = z
  .string()
  .refine((text) => parseNetwork(text) !== null, 'must be an IP address or a network such as 192.0.2.0/24');
export const domain = z
  .string()
  .transform((text) => text.trim())
  .refine((text) => canonicalDomain(text) !== null, 'must be a domain name')
  .transform((text) => canonicalDomain(text) ?? text);
export const address = z
  .string()
  .refine((text) => canonicalAddress(text) !== null, 'must be a mail address')
  .transform((text) => canonicalAddress(text) ?? text);

export const path = z.string().min(1).max(4_096);
