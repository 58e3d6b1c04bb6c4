/** The OpenAPI 3.1 document of the route table. Its schemas are JSON Schema 2020-12, as zod writes them. */
import { z } from 'zod';
import { rights } from '../../staff/role.ts';
import { type ProblemKind, problemMediaType, problemSchema, problems } from './problem.ts';
import type { AnswerDoc, ApiRoute, BodyDoc } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

export function openApiDocument(routes: readonly ApiRoute[]): Json {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postern',
      version: '1',
      summary: 'The guarded side gate for support mail, for programs.',
      description:
        'Every call but that of this document needs a token: `Authorization: Bearer ptn_…`. Sessions of the console do not count here. Errors are problem details (RFC 9457). Lists give `next`, which is `after` of the next page.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    paths: {
      '/openapi.json': {
        get: {
          operationId: 'getOpenapiJson',
          summary: 'This document',
          tags: ['openapi'],
          security: [],
          responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: {} } } } },
        },
      },
      ...Object.fromEntries(
        [...byPath].map(([path, there]) => [
          path,
          Object.fromEntries(there.map((one) => [one.method.toLowerCase(), operation(one)])),
        ]),
      ),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
  };
}

function operation({ access, answer, body, method, params, path, query, summary, text }: ApiRoute): Json {
  const needs =
    access.right === null
      ? `Scope \`${access.scope}\`.`
      : `Scope \`${access.scope}\`, role ${rights[access.right]} or above.`;
  return {
    operationId: operationId(method, path),
    summary,
    description: text === null ? needs : `${text}\n\n${needs}`,
    tags: [path.split('/')[1] ?? ''],
    security: [{ token: [access.scope] }],
    ...(params === null && query === null
      ? {}
      : { parameters: [...parameters(params, 'path'), ...parameters(query, 'query')] }),
    ...(body === null ? {} : { requestBody: requestBody(body) }),
    responses: { [answer.status]: success(answer), ...failures(problemsOf({ body, params, query })) },
  };
}

/** `GET /messages/{id}/raw` -> `getMessagesIdRaw`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function parameters(shape: z.ZodObject | null, place: 'path' | 'query'): readonly Json[] {
  return Object.entries(shape?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = jsonSchema(field, 'input');
    const isNeeded = place === 'path' || !field.safeParse(undefined).success;
    return { name, in: place, required: isNeeded, ...(description === undefined ? {} : { description }), schema };
  });
}

function requestBody({ media, schema }: BodyDoc): Json {
  const shape = schema === null ? {} : jsonSchema(schema, 'input');
  return { required: true, content: { [media]: { schema: shape } } };
}

function success({ media, schema }: AnswerDoc): Json {
  if (media === null) return { description: 'Done' };
  return { description: 'OK', content: { [media]: { schema: schema === null ? {} : jsonSchema(schema, 'output') } } };
}

function problemsOf({ body, params, query }: Pick<ApiRoute, 'body' | 'params' | 'query'>): readonly ProblemKind[] {
  return [
    'unauthenticated',
    'forbidden',
    ...(params === null && body === null ? [] : (['not-found'] as const)),
    ...(body === null ? [] : (['malformed-request', 'conflict', 'too-large', 'unsupported-media-type'] as const)),
    ...(body === null && params === null && query === null ? [] : (['invalid-request'] as const)),
    'too-many-requests',
    'internal-error',
    'unavailable',
  ];
}

function failures(kinds: readonly ProblemKind[]): Json {
  return Object.fromEntries(
    kinds.map((kind) => [
      problems[kind].status,
      {
        description: problems[kind].title,
        content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
