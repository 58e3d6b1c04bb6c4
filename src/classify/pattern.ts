/**
 * Long regular expressions over several lines, for people to read: line ends and the indentation behind them are no part of
 * them. Everything else is, spaces and backslashes too.
 */

export function pattern(strings: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(source(strings, ...values));
}

export function patternWith(flags: string): typeof pattern {
  return (strings, ...values) => new RegExp(source(strings, ...values), flags);
}

/** A part of such an expression. */
export function source({ raw }: TemplateStringsArray, ...values: readonly string[]): string {
  return raw.map((text, index) => text.replace(/\n */g, '') + (values[index] ?? '')).join('');
}
