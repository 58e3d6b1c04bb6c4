/**
 * One call of the API: where it is, who may make it, what it takes and gives. The routes that run and the document that
 * describes them are made from the same definitions, so that neither can say what the other does not.
 */
import type { z } from 'zod';
import type { ConsolePorts } from '../ports.ts';
import type { Access, Caller } from './caller.ts';
import { faultsOf, invalid } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type BodyDoc =
  | { readonly media: 'application/json'; readonly schema: z.ZodType; readonly maxOctets: number }
  /** Taken as text: a format of its own is read by what reads it everywhere. */
  | { readonly media: 'application/json' | 'text/csv'; readonly schema: null; readonly maxOctets: number };

export type AnswerDoc =
  | { readonly status: 200 | 201 | 202; readonly media: 'application/json'; readonly schema: z.ZodType }
  | { readonly status: 200; readonly media: 'message/rfc822' | 'text/csv'; readonly schema: null }
  | { readonly status: 204; readonly media: null; readonly schema: null };

/** An answer that is no JSON. */
export type Octets = {
  readonly content: string | AsyncIterable<Uint8Array>;
  readonly headers: Readonly<Record<string, string>>;
};

/** What came in, not yet looked at. */
export type RawInput = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON, or text; undefined where the route takes none. */
  readonly body: unknown;
};

export type ApiRoute = {
  readonly method: Method;
  /** As OpenAPI writes it, below `/api/v1`: `/messages/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** More words for the document. */
  readonly text: string | null;
  readonly access: Access;
  readonly params: z.ZodObject | null;
  readonly query: z.ZodObject | null;
  readonly body: BodyDoc | null;
  readonly answer: AnswerDoc;
  /** Resolves with what `answer` says. Rejects with a `Problem`. */
  readonly run: (ports: ConsolePorts, caller: Caller, input: RawInput) => Promise<unknown>;
};

type Values<Shape extends z.ZodObject | null> = Shape extends z.ZodObject ? z.output<Shape> : null;
type BodyValue<Body extends BodyDoc | null> = Body extends { readonly schema: infer Schema }
  ? Schema extends z.ZodType
    ? z.output<Schema>
    : string
  : undefined;
type AnswerValue<Answer extends AnswerDoc> = Answer['schema'] extends z.ZodType
  ? z.input<Answer['schema']>
  : Answer['media'] extends null
    ? undefined
    : Octets;

export type Call<Params extends z.ZodObject | null, Query extends z.ZodObject | null, Body extends BodyDoc | null> = {
  readonly ports: ConsolePorts;
  readonly caller: Caller;
  readonly params: Values<Params>;
  readonly query: Values<Query>;
  readonly body: BodyValue<Body>;
};

type Definition<
  Params extends z.ZodObject | null,
  Query extends z.ZodObject | null,
  Body extends BodyDoc | null,
  Answer extends AnswerDoc,
> = Pick<ApiRoute, 'method' | 'path' | 'summary' | 'access'> & {
  readonly text?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  readonly handle: (call: Call<Params, Query, Body>) => Promise<AnswerValue<Answer>>;
};

/** Ties a handler to its schemas: it gets what they let through, and must give what they promise. */
export function route<
  Answer extends AnswerDoc,
  Params extends z.ZodObject | null = null,
  Query extends z.ZodObject | null = null,
  Body extends BodyDoc | null = null,
>(definition: Definition<Params, Query, Body, Answer>): ApiRoute {
  const { access, answer, body = null, handle, method, params = null, path, query = null, summary, text } = definition;
  return {
    method,
    path,
    summary,
    text: text ?? null,
    access,
    params,
    query,
    body,
    answer,
    // A schema's own type is what it lets through; these three say so for one that may be left out.
    run: async (ports, caller, input) =>
      handle({
        ports,
        caller,
        params: checked(params, input.params) as Values<Params>,
        query: checked(query, input.query) as Values<Query>,
        body: (body?.schema == null ? input.body : checked(body.schema, input.body)) as BodyValue<Body>,
      }),
  };
}

function checked(schema: z.ZodType | null, value: unknown): unknown {
  if (schema === null) return null;
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(faultsOf(result.error));
  return result.data;
}

/** `/messages/{id}` as Hono writes it. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
