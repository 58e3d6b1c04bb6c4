/** What a contract promises about answers (T-SLA), in words for staff. */
import type { Contract, PromisedAnswer } from './tenant.ts';

export function responseTexts({ businessHours, responseTimes }: Contract): readonly string[] {
  const answers = (['1', '2', '3'] as const).flatMap((severity) => {
    const promised = responseTimes?.[severity];
    return promised === undefined ? [] : [`severity ${severity} answered ${answerText(promised)}`];
  });
  if (businessHours === undefined) return answers;
  const { closesAt, opensAt, timeZone, weekdays } = businessHours;
  return [...answers, `hours ${opensAt} to ${closesAt} in ${timeZone} on weekdays ${weekdays.join(' ')}`];
}

function answerText(promised: PromisedAnswer): string {
  if (promised.clock === 'next-business-day') return 'by the next business day';
  return `within ${promised.hours} ${promised.clock === 'business' ? 'business hours' : 'h on the clock'}`;
}
