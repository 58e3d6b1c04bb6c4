/** Errors as programs read them: problem details (RFC 9457). What staff need to know more is in the log, not in the answer. */
import { z } from 'zod';

/** Kinds of problems and the status of each. A client may rely on the kind; the words are for people. */
export const problems = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'This token may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This cannot be done with it' },
  conflict: { status: 409, title: 'It is not in the state for this' },
  'too-large': { status: 413, title: 'The request is larger than what is taken here' },
  'unsupported-media-type': { status: 415, title: 'The body has another type than what is taken here' },
  'invalid-request': { status: 422, title: 'A field does not hold what it must' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'This did not work' },
  unavailable: { status: 503, title: 'A service that is needed does not answer' },
} as const;
export type ProblemKind = keyof typeof problems;

export type FieldFault = { readonly field: string; readonly message: string };

export type ProblemMore = {
  readonly faults?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
};

/** Ends a call. `detail` is one sentence for whoever wrote the client; it holds nothing about anybody else. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly more: ProblemMore;

  constructor(kind: ProblemKind, detail: string, more: ProblemMore = {}) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
    this.detail = detail;
    this.more = more;
  }
}

export const problemSchema = z
  .strictObject({
    type: z.string().describe('urn:postern:problem:<kind>'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    faults: z.array(z.strictObject({ field: z.string(), message: z.string() })).exactOptional(),
  })
  .describe('RFC 9457');

export const problemMediaType = 'application/problem+json';

export function problemResponse({ detail, kind, more }: Problem): Response {
  const { status, title } = problems[kind];
  const body: z.input<typeof problemSchema> = {
    type: `urn:postern:problem:${kind}`,
    title,
    status,
    detail,
    ...(more.faults === undefined ? {} : { faults: [...more.faults] }),
  };
  const headers = { 'content-type': problemMediaType, 'cache-control': 'no-store', ...more.headers };
  return new Response(JSON.stringify(body), { status, headers });
}

export function notFound(what: string): Problem {
  return new Problem('not-found', `There is no ${what} of this name.`);
}

export function invalid(faults: readonly FieldFault[]): Problem {
  const [first] = faults;
  const detail = first === undefined ? 'A field is not valid.' : `${first.field} ${first.message}`;
  return new Problem('invalid-request', detail, { faults: faults.slice(0, mostFaults) });
}

const mostFaults = 100;

/** The faults of a shape, by field. Never the value: it may be a secret. */
export function faultsOf(error: z.ZodError): readonly FieldFault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), message: issue.message }];
    return issue.keys.map((key) => ({ field: [...path, key].join('.').slice(0, 200), message: 'is an unknown field' }));
  });
}
