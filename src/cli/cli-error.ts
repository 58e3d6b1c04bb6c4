/** Exit codes of sysexits.h that the commands use. */
export const exitCodes = {
  usage: 64,
  dataError: 65,
  noInput: 66,
  /** What was asked for by name is not there (EX_NOUSER). */
  notFound: 67,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  ioError: 74,
  /** It may work later (EX_TEMPFAIL). */
  temporary: 75,
  /** Whoever asks may not (EX_NOPERM). */
  noPermission: 77,
  config: 78,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command: `message` goes to stderr as it is (one or several lines), `exitCode` to the shell. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
