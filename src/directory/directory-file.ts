/** The directory file: read and validated as a whole, or not at all; and written back. */
import type { z } from 'zod';
import { directoryFaults, directoryWarnings, type Remark } from './directory-rules.ts';
import { type DirectoryShape, directorySchema } from './directory-schema.ts';
import { type DirectoryFault, faultAt, valueAt } from './fault.ts';
import type { Directory, KeyFacts } from './store.ts';
import type { Tenant } from './tenant.ts';

export type DirectoryResult =
  | { readonly ok: true; readonly directory: Directory; readonly warnings: readonly DirectoryFault[] }
  | { readonly ok: false; readonly faults: readonly DirectoryFault[] };

/** What one armored text turned out to be. `cause` is one line for staff. */
export type KeyReading =
  | { readonly ok: true; readonly key: KeyFacts; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly cause: string };

export type DirectoryFileOptions = {
  /** Reads one armored public key; must refuse private keys. */
  readonly readKey: (armored: string) => Promise<KeyReading>;
  /** Names that an alternate sender's `requests` may hold. */
  readonly requestKinds: readonly string[];
};

/** Validates the file's text: `parseDirectory` after JSON. Never rejects. */
export async function parseDirectoryText(text: string, options: DirectoryFileOptions): Promise<DirectoryResult> {
  const json = parseJson(text);
  return json.ok ? parseDirectory(json.value, options) : { ok: false, faults: [faultAt(null, [], json.message)] };
}

/** Validates parsed JSON. All faults of a kind are reported at once: the shape's first, else those of the whole. */
export async function parseDirectory(json: unknown, options: DirectoryFileOptions): Promise<DirectoryResult> {
  const parsed = directorySchema.safeParse(json);
  if (!parsed.success)
    return { ok: false, faults: parsed.error.issues.flatMap((issue) => shapeRemarks(issue, json)).map(placed(json)) };
  const shape = parsed.data;
  const readings = await readKeys(shape, options.readKey);
  const faults = [...directoryFaults(shape, options.requestKinds), ...readings.faults];
  if (faults.length > 0) return { ok: false, faults: faults.map(placed(json)) };
  const warnings = [...directoryWarnings(shape), ...readings.warnings].map(placed(json));
  return { ok: true, directory: { tenants: shape.tenants.map(tenantOf), keys: readings.keys }, warnings };
}

/** The file that gives the same directory again. */
export function formatDirectory(tenants: readonly Tenant[]): string {
  return `${JSON.stringify({ tenants }, null, 2)}\n`;
}

function placed(json: unknown): (remark: Remark) => DirectoryFault {
  return ({ path, message }) => faultAt(json, path, message);
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    // V8 quotes the text in its message; a directory holds personal data, so only the place is passed on.
    const place =
      error instanceof Error ? /\(?line \d+ column \d+\)?|position \d+/.exec(error.message)?.[0] : undefined;
    return { ok: false, message: `is not JSON${place === undefined ? '' : ` at ${place.replace(/[()]/g, '')}`}` };
  }
}

function shapeRemarks(issue: z.core.$ZodIssue, json: unknown): Remark[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is an unknown field' }));
  }
  const isMissing = issue.path.length > 0 && valueAt(json, issue.path) === undefined;
  return [{ path: issue.path, message: isMissing ? 'is missing' : issue.message }];
}

type Readings = { readonly keys: Map<string, KeyFacts>; readonly faults: Remark[]; readonly warnings: Remark[] };

async function readKeys(shape: DirectoryShape, readKey: DirectoryFileOptions['readKey']): Promise<Readings> {
  const readings: Readings = { keys: new Map(), faults: [], warnings: [] };
  const owners = new Map<string, readonly PropertyKey[]>();
  for (const { path, armored } of keyPlaces(shape)) {
    const reading = await readKey(armored);
    if (!reading.ok) {
      readings.faults.push({ path, message: `is not a usable public key: ${reading.cause}` });
      continue;
    }
    const before = owners.get(reading.key.fingerprint);
    if (before !== undefined && before.slice(0, 4).join() === path.slice(0, 4).join()) {
      readings.faults.push({ path, message: `is the same key as ${before.join('.')}` });
    } else if (before !== undefined) {
      readings.warnings.push({ path, message: `is the same key as ${before.join('.')}, which is another person's` });
    }
    readings.warnings.push(...reading.warnings.map((message) => ({ path, message })));
    owners.set(reading.key.fingerprint, before ?? path);
    readings.keys.set(armored, reading.key);
  }
  return readings;
}

function keyPlaces({ tenants }: DirectoryShape): { path: readonly PropertyKey[]; armored: string }[] {
  return tenants.flatMap((tenant, t) =>
    tenant.admins.flatMap((admin, a) =>
      admin.pgpKeys.map((armored, k) => ({ path: ['tenants', t, 'admins', a, 'pgpKeys', k], armored })),
    ),
  );
}

function tenantOf(shape: DirectoryShape['tenants'][number]): Tenant {
  return {
    ...shape,
    admins: shape.admins.map((admin) => ({
      ...admin,
      active: admin.active ?? true,
      mailbox: admin.mailbox ?? 'dedicated',
    })),
  };
}
