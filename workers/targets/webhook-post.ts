/**
 * A webhook as Standard Webhooks 1.0.0 describes it: one signed POST for each event.
 *
 * The host name is resolved here, every address is checked, and the connection goes to a checked address: a name that
 * answers differently a moment later (DNS rebinding) changes nothing. Redirects are not followed.
 */
import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Attempt } from '../../src/handoff/attempt.ts';
import { type Reach, reachOf } from '../../src/handoff/reachable.ts';
import { webhookHeaders } from '../../src/handoff/signature.ts';
import type { WebhookTarget } from '../../src/handoff/target.ts';
import { causeOf } from './sender.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export type Webhook = {
  /** `id` tells the event from others, for all attempts alike; `at` is the time of this attempt. Never rejects. */
  post(event: { readonly id: string; readonly at: number; readonly body: string }): Promise<Attempt>;
  close(): Promise<void>;
};

/** An answer's body is read this far and thrown away: only its status counts. */
const maxAnswerOctets = 16 * 1024;
const idleSocketMs = 10_000;

export function openWebhook(
  target: Omit<WebhookTarget, 'kind' | 'maxBodyOctets'>,
  resolve: Resolve = resolveBySystem,
): Webhook {
  const url = new URL(target.url);
  const reach = reachOf(target.allowedNetworks);
  const settings = { keepAlive: true, timeout: idleSocketMs, maxFreeSockets: 16 };
  const trust = target.ca === undefined ? {} : { ca: target.ca };
  const agent = url.protocol === 'https:' ? new HttpsAgent({ ...settings, ...trust }) : new HttpAgent(settings);
  return {
    async post({ at, body, id }) {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Postern',
        'idempotency-key': id,
        ...webhookHeaders(id, at, body, target.secrets),
      };
      const deadline = AbortSignal.timeout(target.timeoutMs);
      const exchange = async (): Promise<Attempt> => {
        const place = await placeOf(url, resolve, reach);
        if (place.kind === 'fault') return { kind: 'trouble', cause: place.cause };
        const request = { agent, headers, lookup: pinned(place.address), signal: deadline };
        return attemptOf(await send(url, request, body, true));
      };
      try {
        return await Promise.race([exchange(), expiry(deadline)]);
      } catch (error) {
        const late = `no answer within ${target.timeoutMs} ms`;
        return { kind: 'trouble', cause: deadline.aborted ? late : causeOf(error) };
      }
    },
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

type Place =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'fault'; readonly cause: string };

async function placeOf(url: URL, resolve: Resolve, reach: Reach): Promise<Place> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const [first] = addresses;
  if (first === undefined) return { kind: 'fault', cause: `${host} has no address` };
  // One bad address among good ones is a sign of rebinding, not a reason to try the others.
  const fault = addresses.map((address) => reach.fault(address)).find((each) => each !== null);
  if (fault !== undefined) return { kind: 'fault', cause: fault };
  if (url.protocol === 'http:' && !addresses.every((address) => reach.isAllowedNetwork(address))) {
    return { kind: 'fault', cause: 'plain http is spoken into allowed networks only' };
  }
  return { kind: 'address', address: first };
}

/** Whatever is asked for, the connection goes to the address that was checked. */
function pinned(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, answer) => {
    if (options.all === true) answer(null, [{ address, family }]);
    else answer(null, address, family);
  };
}

async function send(url: URL, options: RequestOptions, body: string, mayRepeat: boolean): Promise<Answer> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = open(url, { ...options, method: 'POST' });
  try {
    return await new Promise((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        const { headers, statusCode = 0 } = response;
        drain(response);
        resolve({ status: statusCode, retryAfter: headers['retry-after'] ?? null });
      });
      request.end(body);
    });
  } catch (error) {
    // The receiver closed an idle connection just as it was used again; the idempotency key makes repeating safe.
    const isStale = request.reusedSocket && error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
    if (isStale && mayRepeat) return send(url, options, body, false);
    throw error;
  }
}

type Answer = { readonly status: number; readonly retryAfter: string | null };

function drain(response: IncomingMessage): void {
  let octets = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    octets += chunk.length;
    if (octets > maxAnswerOctets) response.destroy();
  });
}

/** RFC 9110 §15: what is said of this one event. All else is said of the endpoint, the way to it or the moment. */
const aboutThisEvent: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

/**
 * Standard Webhooks, "Delivery success and failure". Who answers 401, 403, 404 or a redirect does so to whatever comes,
 * until somebody mends it: that is an outage, and parks nothing.
 */
function attemptOf({ retryAfter, status }: Answer): Attempt {
  const cause = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 300 && status < 400) return { kind: 'trouble', cause: `${cause}: redirects are not followed` };
  if (status === 410) return { kind: 'hopeless', cause: `${cause}: the receiver wants no more` };
  if (aboutThisEvent.has(status)) return { kind: 'refused', cause };
  const retryAfterMs = retryAfterOf(retryAfter);
  return retryAfterMs === null ? { kind: 'trouble', cause } : { kind: 'trouble', cause, retryAfterMs };
}

/** RFC 9110 §10.2.3, the form in seconds. */
function retryAfterOf(value: string | null): number | null {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : null;
}

function expiry(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('deadline')), { once: true });
  });
}
