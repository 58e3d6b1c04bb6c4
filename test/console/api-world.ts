/** Calls of the API over a real socket. Every JSON answer is held against what the document promises. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { openApiDocument } from '../../src/console/api/openapi.ts';
import { apiRoutes } from '../../src/console/api/routes.ts';
import { type ApiScope, newApiToken, programKinds, staffScopes } from '../../src/staff/api-token.ts';
import type { Role } from '../../src/staff/role.ts';
import type { ConsoleWorld } from './console-world.ts';

/** As `JSON.parse` gives it; what it must be, the document says. */
type Json = ReturnType<typeof JSON.parse>;

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json };

export type ApiClient = {
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  readonly tokenId: string;
};

export async function makeToken(
  world: ConsoleWorld,
  role: Role | null,
  scopes: readonly ApiScope[] = role === null ? ['portal'] : staffScopes,
  more: { readonly createdBy?: string; readonly expiresAt?: number } = {},
): Promise<{ readonly id: string; readonly secret: string }> {
  const kind = role === null ? (programKinds.find((program) => program === scopes[0]) ?? 'portal') : 'staff';
  const { hash, secret } = newApiToken(kind);
  const token = { kind, name: 'test', role, scopes, expiresAt: more.expiresAt ?? null, tokenHash: hash } as const;
  const { id } = await world.ports.tokens.add(token, { actor: more.createdBy ?? 'cli:test', at: world.now() });
  return { id, secret };
}

export async function apiClient(
  world: ConsoleWorld,
  role: Role | null,
  scopes?: readonly ApiScope[],
): Promise<ApiClient> {
  const { id, secret } = await makeToken(world, role, scopes);
  return {
    tokenId: id,
    call: (method, path, body, headers = {}) =>
      callApi(world.origin, method, path, body, { authorization: `Bearer ${secret}`, ...headers }),
  };
}

/** An object is sent as JSON, a text as it is. */
export async function callApi(
  origin: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const isJson = body !== undefined && typeof body !== 'string';
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
  });
  const text = await response.text();
  const isJsonAnswer = /^application\/(?:problem\+)?json/.test(response.headers.get('content-type') ?? '');
  const json: unknown = isJsonAnswer && text !== '' ? JSON.parse(text) : undefined;
  if (json !== undefined) expect(promiseBroken(method, path, response.status, json)).toBeNull();
  return { status: response.status, headers: response.headers, text, json };
}

const document: Json = JSON.parse(JSON.stringify(openApiDocument(apiRoutes)));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'https://api.invalid/document', ...document });

/** Why an answer is not what the document says; null when it is. */
function promiseBroken(method: string, path: string, status: number, json: unknown): string | null {
  const bare = path.split('?')[0] ?? '';
  const templates = Object.keys(document.paths);
  const template =
    templates.find((one) => one === bare) ??
    templates.find((one) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare));
  const operation = template === undefined ? undefined : document.paths[template][method.toLowerCase()];
  if (operation === undefined)
    return status === 404 || status === 405 ? null : `${method} ${path} is not in the document`;
  const promised = operation.responses[status];
  if (promised === undefined) return `${method} ${template} answers ${status}, which the document does not name`;
  const [content]: Json[] = Object.values(promised.content ?? {});
  const pointer = content?.schema.$ref;
  const validate =
    pointer === undefined
      ? ajv.compile(content?.schema ?? {})
      : ajv.getSchema(`https://api.invalid/document${pointer}`);
  return validate?.(json) === true ? null : `${method} ${template} ${status}: ${ajv.errorsText(validate?.errors)}`;
}
