/** Times on the command line: ISO 8601, or how long ago. */
import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Epoch milliseconds of `2026-03-02`, `2026-03-02T10:00:00Z`, or `90m`, `12h`, `7d`, `2w` before now. */
export function timeOption(now: () => number): (value: string) => number {
  return (value) => {
    const ago = /^(\d{1,5})([mhdw])$/.exec(value);
    const length = unitMs[ago?.[2] ?? ''];
    if (ago !== null && length !== undefined) return now() - Number(ago[1]) * length;
    const time = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw new InvalidArgumentError('neither an ISO 8601 time nor 90m, 12h, 7d or 2w ago.');
    return time;
  };
}
