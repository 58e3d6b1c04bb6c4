/** What the gateway asks about cases for each mail: one indexed look-up, true on every listener from the next mail on. */
import { latestEnd } from '../cases/cessation-clock.ts';
import { compiledOnce } from './compiled.ts';
import type { Records } from './open-records.ts';

export type CeasedSupport = {
  /**
   * X-CESSATION: whether ordinary support mail of this tenant is ignored now. Null, for a sender without a tenant, costs
   * the same look-up: the time that it takes must not tell the two apart.
   */
  supportCeased(tenantId: string | null, now: number): Promise<boolean>;
};

export function ceasedSupport(records: Records): CeasedSupport {
  const { db } = records;
  const ceasedCases = compiledOnce(records, ([tenant = '', now = '', latest = '']) =>
    db
      .selectFrom('cases')
      .select('id')
      .where('tenant_id', '=', tenant)
      .where((where) =>
        where.or([
          where.and([where('ceased_until', '>', Number(now)), where('ceased_until', '<=', Number(latest))]),
          where('ceased_until', 'is', null),
        ]),
      )
      .where('ceased', '=', 1)
      .limit(1),
  );
  return {
    supportCeased: async (tenantId, now) => (await ceasedCases([tenantId ?? '', now, latestEnd(now)])).length > 0,
  };
}
