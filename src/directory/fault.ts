/** One thing wrong with a directory file, and where. */
export type DirectoryFault = {
  /** As in the file: `tenants[0].admins[1].primaryEmail`. */
  readonly path: string;
  /** Id of the tenant and of the admin, as far as the file gives them. */
  readonly tenant: string | null;
  readonly admin: string | null;
  /** Name of the innermost field. */
  readonly field: string;
  readonly message: string;
};

type Path = readonly PropertyKey[];

/** Places a message in the file. `json` is the file as it was read, whatever its shape. */
export function faultAt(json: unknown, path: Path, message: string): DirectoryFault {
  const names = path.filter((step) => typeof step === 'string');
  return {
    path: path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
      .replace(/^\./, ''),
    tenant: path[0] === 'tenants' ? idAt(json, path.slice(0, 2)) : null,
    admin: path[2] === 'admins' ? idAt(json, path.slice(0, 4)) : null,
    field: names.at(-1) ?? '',
    message,
  };
}

/** One line: `tenants[0].admins[1].primaryEmail (tenant t1, admin a1): is not a mail address`. */
export function faultLine(fault: DirectoryFault): string {
  const owners = [
    ...(fault.tenant === null ? [] : [`tenant ${fault.tenant}`]),
    ...(fault.admin === null ? [] : [`admin ${fault.admin}`]),
  ];
  const owner = owners.length === 0 ? '' : ` (${owners.join(', ')})`;
  return `${fault.path === '' ? 'file' : fault.path}${owner}: ${fault.message}`;
}

/** What stands at a place of the file; undefined when nothing does. */
export function valueAt(json: unknown, path: Path): unknown {
  let value: unknown = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function idAt(json: unknown, path: Path): string | null {
  const id = path.length % 2 === 0 ? valueAt(json, [...path, 'id']) : null;
  // An id is shown on terminals: a faulty one might hold anything.
  return typeof id === 'string' && /^[\x21-\x7e]{1,64}$/.test(id) ? id : null;
}
