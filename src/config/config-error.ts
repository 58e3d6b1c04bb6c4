/** A configuration that cannot be started with. The message is one line, names the setting and never holds its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The setting as the operator knows it: `smtp.port`, or the environment variable it came from. */
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`${oneLine(setting)}: ${problem}`);
    this.setting = oneLine(setting);
  }
}

/** Setting names may come from the file: whatever they hold, they stay one short printable line. */
function oneLine(setting: string): string {
  const printable = setting.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > 80 ? `${printable.slice(0, 77)}...` : printable;
}
