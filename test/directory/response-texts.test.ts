import { expect, it } from 'vitest';
import { responseTexts } from '../../src/directory/response-texts.ts';
import { directoryOf, tenantJson } from '../helpers/directory-json.ts';

const textsOf = async (contract: object) => {
  const [tenant] = (await directoryOf(tenantJson({ contract }))).tenants;
  return tenant === undefined ? [] : responseTexts(tenant.contract);
};

it('says what a contract promises about answers', async () => {
  const responseTimes = {
    '1': { clock: 'elapsed', hours: 0.5 },
    '2': { clock: 'business', hours: 6 },
    '3': { clock: 'next-business-day' },
  };
  const businessHours = { timeZone: 'Europe/Paris', opensAt: '08:00', closesAt: '18:00' };
  expect(await textsOf({ responseTimes, businessHours })).toEqual([
    'severity 1 answered within 0.5 h on the clock',
    'severity 2 answered within 6 business hours',
    'severity 3 answered by the next business day',
    'hours 08:00 to 18:00 in Europe/Paris on weekdays 1 2 3 4 5',
  ]);
});

it('says nothing where the tier holds', async () => {
  expect(await textsOf({})).toEqual([]);
});
