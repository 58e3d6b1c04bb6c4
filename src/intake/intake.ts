/**
 * The one place that walks the line bytes -> Message -> Evidence -> Verdict -> Job.
 * This file is its face to the listener and the command line; `receive.ts` is the walk.
 */
import type { Envelope } from '../message/envelope.ts';
import type { Mailbox, Reply } from '../verdict/verdict.ts';

/** A mail whose DATA is arriving. */
export type Receiving = {
  /** Resolves when the chunk is taken; the listener waits for it (back-pressure). Never rejects: trouble shows in `finish`. */
  write(chunk: Buffer): Promise<void>;
  /** The true end of data was read: judge, commit, enqueue, answer. Never rejects. */
  finish(): Promise<Reply>;
  /** The mail will not be taken (refused by the listener, or the client went away). Never rejects. */
  abort(): Promise<void>;
};

/** Something the listener refused by itself, for operations staff; recording it is rate-limited. */
export type SessionRefusal = {
  readonly at: number;
  readonly ip: string;
  readonly helo: string;
  readonly mailFrom: string | null;
  readonly recipient: string | null;
  readonly stage: 'connect' | 'command' | 'mail' | 'rcpt' | 'data';
  readonly reply: Reply;
  readonly cause: string;
};

export type Intake = {
  /**
   * DATA was accepted for these mailboxes (each once, in RCPT order). `mailId` is given where the same mail was begun
   * before, and must not become a second one.
   */
  begin(envelope: Envelope, mailboxes: readonly Mailbox[], mailId?: string): Promise<Receiving>;
  refused(refusal: SessionRefusal): void;
};
