/**
 * Long regular expressions over several lines, for people to read: line ends and the indentation behind them are no part of
 * them. Everything else is, spaces and backslashes too; no line may begin with a space of the expression itself.
 */

export function pattern(strings: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(source(strings, ...values));
}

export function patternWith(flags: string): typeof pattern {
  return (strings, ...values) => new RegExp(source(strings, ...values), flags);
}

/** A part of such an expression. */
export function source({ raw }: TemplateStringsArray, ...values: readonly string[]): string {
  return raw
    .map((text, index) => {
      // Indentation is even. An odd space is meant, and would be lost without a word.
      if (/\n(?: {2})* (?! )./.test(text))
        throw new Error(`a line of a pattern begins with a space: ${text.slice(0, 200)}`);
      return text.replace(/\n */g, '') + (values[index] ?? '');
    })
    .join('');
}
