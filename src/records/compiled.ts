/**
 * Queries that run for every mail, built and compiled once: Kysely's own work costs several times what SQLite needs to
 * answer. Only the parameters change from run to run.
 */
import type { Compilable, CompiledQuery } from 'kysely';
import type { Records } from './open-records.ts';

/**
 * `build` makes the query with `count` placeholders, which must be its first parameters, in this order; for a column of
 * numbers it makes a number of its placeholder. One form is kept for each count. Returns a function that runs it with as
 * many parameters.
 */
export function compiledOnce<Row>(
  { lookUp }: Pick<Records, 'lookUp'>,
  build: (placeholders: readonly string[]) => Compilable<Row>,
): (parameters: readonly (string | number)[]) => Promise<readonly Row[]> {
  const forms = new Map<number, CompiledQuery<Row>>();
  return async (parameters) => {
    const form = forms.get(parameters.length) ?? build(parameters.map(() => '')).compile();
    forms.set(parameters.length, form);
    const rest = form.parameters.slice(parameters.length);
    return lookUp<Row>({ ...form, parameters: rest.length === 0 ? parameters : [...parameters, ...rest] });
  };
}
