/** A name and what it says, as all reports show it. */
export function row(name: string, text: string): string {
  return `    ${name.padEnd(12)} ${text}`;
}
