/** Where customers answer the questions that an address on file is asked. */
import type { Config } from './config.ts';
import { isLoopback } from './loopback.ts';

export type VerifyUrl = {
  /** Without a slash at the end; null when nobody can be asked. */
  readonly url: string | null;
  /** Made up here, for trials. */
  readonly isDerived: boolean;
};

/**
 * A link to a loopback address helps nobody elsewhere: it is derived only while console and relay, if there is one, are
 * on this machine, so that nothing leaves it with such a link.
 */
export function verifyUrlOf({
  console: { host, port, verifyUrl },
  relay,
}: Pick<Config, 'console' | 'relay'>): VerifyUrl {
  if (verifyUrl !== null) return { url: verifyUrl.replace(/\/+$/, ''), isDerived: false };
  const staysHere = isLoopback(host) && (relay.host === null || isLoopback(relay.host));
  if (!staysHere || port === 0) return { url: null, isDerived: false };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, isDerived: true };
}
