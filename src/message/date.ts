/** The Date field (RFC 5322 §3.3, obsolete zones of §4.3). `Date.parse` would read a missing zone as the machine's own. */
const dateTime =
  /(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([+-]\d{4})|\s+([a-z]{1,5}))?/i;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const zoneHours: ReadonlyMap<string, number> = new Map([
  ['edt', -4],
  ['est', -5],
  ['cdt', -5],
  ['cst', -6],
  ['mdt', -6],
  ['mst', -7],
  ['pdt', -7],
  ['pst', -8],
]);

/** Epoch milliseconds; null when the value is no date. A zone that says nothing is UTC. */
export function parseMailDate(value: string): number | null {
  const match = dateTime.exec(value.slice(0, 200));
  if (match === null) return null;
  const [, day = '', monthName = '', year = '', hour = '', minute = '', second = '0', offset = '', zone = ''] = match;
  const month = months.indexOf(monthName.toLowerCase());
  if (month < 0 || Number(day) > 31 || Number(hour) > 24 || Number(minute) > 59) return null;
  const local = Date.UTC(fullYear(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return local - zoneMinutes(offset, zone.toLowerCase()) * 60_000;
}

function zoneMinutes(offset: string, zone: string): number {
  if (offset === '') return (zoneHours.get(zone) ?? 0) * 60;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  return offset.startsWith('-') ? -minutes : minutes;
}

/** RFC 5322 §4.3: two digits below 50 are of this century, other two and three digits count from 1900. */
function fullYear(year: string): number {
  const number = Number(year);
  if (year.length === 4) return number;
  return number < 50 && year.length === 2 ? number + 2000 : number + 1900;
}
