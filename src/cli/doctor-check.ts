/** One finding of `postern doctor`. */
export type Check = {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was found, one line, without the value of any secret. */
  readonly found: string;
  /** What to do; null where nothing needs doing. */
  readonly advice: string | null;
};

export function ok(name: string, found: string, advice: string | null = null): Check {
  return { name, level: 'ok', found, advice };
}

export function warn(name: string, found: string, advice: string): Check {
  return { name, level: 'warn', found, advice };
}

export function fail(name: string, found: string, advice: string): Check {
  return { name, level: 'fail', found, advice };
}
