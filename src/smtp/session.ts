/**
 * One SMTP session (RFC 5321), on smtp-server's connection: that brings the upgrade to TLS, the parsing of XCLIENT and the
 * closing of sockets; commands, replies, limits and the reading of octets are ours.
 *
 * States: admitted? -> greeting -> hello -> (MAIL -> RCPT+ -> DATA -> judged)* -> closed. `#transaction` is the mail
 * that is being announced, `#delivery` the one whose data arrives or is judged. Nothing is read while a command or a
 * mail is being dealt with, so replies stay in order.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { Intake, SessionRefusal } from '../intake/intake.ts';
import type { Envelope } from '../message/envelope.ts';
import { plainAddress } from '../network/network.ts';
import type { Networks } from '../network/networks.ts';
import type { Logger } from '../observe/logger.ts';
import { endsSession, greeting, hello, listenerReplies } from '../verdict/reply.ts';
import type { Reply } from '../verdict/verdict.ts';
import { type Admission, createAdmission } from './admission.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { LimitsPort, SessionLimits } from './limits.ts';
import { type LineFault, LineReader } from './line-reader.ts';
import type { RecipientBook } from './recipients.ts';
import { addRecipient, type CommandRefusal, openTransaction, type Transaction } from './transaction.ts';

/** What all sessions of a listener share. */
export type SessionContext = {
  readonly hostName: string;
  readonly recipients: RecipientBook;
  readonly bounds: SessionLimits;
  /** Clients to which the bounds per address do not apply. */
  readonly unlimited: Networks;
  readonly xclient: Networks;
  readonly intake: Intake;
  readonly limits: LimitsPort;
  readonly logger: Logger;
  readonly onReply: (reply: Reply) => void;
  /** STARTTLS has a certificate to show. */
  tlsReady(): boolean;
  /** The listener is stopping. */
  leaving(): boolean;
  onOpened(session: Session): void;
  onClosed(session: Session): void;
};

type Stage = SessionRefusal['stage'];

const commandNames = ['HELO', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'QUIT', 'VRFY', 'HELP'] as const;
type CommandName = (typeof commandNames)[number] | 'STARTTLS' | 'XCLIENT';

/** How long a client that reads nothing may hold up a stop whose deadline has passed. */
const cutLingerMs = 100;

export class Session extends SMTPConnection {
  readonly #context: SessionContext;
  readonly #log: Logger;
  readonly #admission: Admission;
  #transaction: Transaction | null = null;
  #delivery: Delivery | null = null;
  #commands = 0;
  #badCommands = 0;
  #isOverdue = false;
  #greeting: 'free' | 'held' | 'due' = 'free';
  #sessionTimer: NodeJS.Timeout | undefined;
  #dataTimer: NodeJS.Timeout | undefined;

  constructor(server: SMTPServer, socket: Socket, options: SMTPConnectionOptions, context: SessionContext) {
    super(server, socket, options);
    this.#context = context;
    this.#log = context.logger.child({ session: this.id });
    this.#admission = createAdmission(context);
  }

  override init(): void {
    this.#sessionTimer = setTimeout(() => this.#sessionOver(), this.#context.bounds.sessionMs).unref();
    this._setListeners(() => {
      this.#admit().then(
        () => setTimeout(() => this.connectionReady(), this.#context.bounds.greetingDelayMs).unref(),
        (error: unknown) => this.#failed(error, 'admission failed'),
      );
    });
  }

  /** The listener is stopping: a client without a mail in hand is told so at once, any other after that mail. */
  leave(): void {
    if (this.#isIdle()) this.#finish(listenerReplies.leaving);
  }

  /** The deadline of a stop has passed. */
  cut(): void {
    this.#finish(listenerReplies.leaving);
    setTimeout(() => this._socket.destroy(), cutLingerMs).unref();
  }

  override close(): void {
    clearTimeout(this.#sessionTimer);
    clearTimeout(this.#dataTimer);
    this.#delivery?.abandon();
    super.close();
  }

  /** The base class speaks through this; its texts and codes stay inside. */
  override send(code: number): void {
    this.#answer(replyByCode[code] ?? listenerReplies.trouble);
    if (code === 421) this.close();
  }

  override _sendGreeting(): void {
    if (this.#greeting === 'free') this.#answer(greeting(this.#context.hostName));
    else this.#greeting = 'due';
  }

  override _createParser(): LineReader {
    const parser = new LineReader(this._server.options.maxCommandLength ?? 0, {
      command: (line, next) => this._onCommand(line, next),
      fault: (fault) => this.#lineFault(fault),
      finish: () => this.close(),
    });
    parser.on('error', (error) => this.#failed(error, 'reading failed'));
    return parser;
  }

  override _resetSession(): void {
    super._resetSession();
    this.#transaction = null;
  }

  override _proxyCommandAllowed(command: string): boolean {
    return command === 'XCLIENT' && !this._xClient.has('ADDR') && this.#isTrustedRelay();
  }

  override _onClose(): void {
    const isFirst = !this._closed;
    super._onClose();
    if (!isFirst) return;
    clearTimeout(this.#sessionTimer);
    clearTimeout(this.#dataTimer);
    this.#delivery?.abandon();
    this.#admission.release();
    this.#context.onClosed(this);
  }

  /** `upgrade` shows its TLS socket here, before the handshake: half-open as ours are, its end would close nothing. */
  override _armTimeout(socket: Socket = this._socket): void {
    super._armTimeout(socket);
    if (socket === this._socket) return;
    socket.once('end', () => {
      if (this._upgrading) socket.destroy();
    });
  }

  override _onTimeout(): void {
    if (this._closing) {
      this._socket.destroy();
    } else if (this._handlerPending || this.#delivery?.stage() === 'judging') {
      this._armTimeout(); // the client waits for us (RFC 5321 §4.5.3.2)
    } else {
      this.#dismiss(listenerReplies.idle, this.#delivery === null ? 'command' : 'data', 'idle');
    }
  }

  override _onCommand(line: Buffer, next: () => void = () => undefined): void {
    if (this._upgrading || this._closing || this._closed) return next();
    this._handlerPending = true;
    this.#command(line).then(
      () => {
        this._handlerPending = false;
        this._whenWritable(next);
      },
      (error: unknown) => {
        this._handlerPending = false;
        this.#failed(error, 'a command failed');
        next();
      },
    );
  }

  async #command(octets: Buffer): Promise<void> {
    if (!this._ready) return this.#dismiss(listenerReplies.earlyTalker, 'connect', 'talked before the greeting');
    this.#commands += 1;
    if (this.#commands > this.#context.bounds.commands) {
      return this.#dismiss(listenerReplies.tooManyCommands, 'command', 'too many commands');
    }
    const line = decodeUtf8(octets);
    if (line === null) return this.#mistake(listenerReplies.lineEncoding, 'not UTF-8');
    // A browser made to talk to us would send its form data as commands.
    if (/^[A-Z]+ \S+ HTTP\/\d/i.test(line)) return this.#dismiss(listenerReplies.http, 'command', 'HTTP request');
    const space = line.indexOf(' ');
    const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
    const argument = space < 0 ? '' : line.slice(space + 1);
    // What follows BDAT is content, and would be read as commands.
    if (verb === 'BDAT') return this.#dismiss(listenerReplies.notOffered, 'command', 'BDAT');
    const name = this.#offered(verb);
    if (name === null) return this.#mistake(listenerReplies.unknownCommand, 'unknown command');
    if (this.#context.leaving() && this.#isIdle() && name !== 'QUIT') return this.#finish(listenerReplies.leaving);
    await this.#handlers[name](argument, octets);
  }

  #offered(verb: string): CommandName | null {
    if (verb === 'STARTTLS') return this.#context.tlsReady() ? verb : null;
    if (verb === 'XCLIENT') return this.#isTrustedRelay() ? verb : null;
    return commandNames.find((name) => name === verb) ?? null;
  }

  readonly #handlers: Readonly<Record<CommandName, (argument: string, line: Buffer) => void | Promise<void>>> = {
    HELO: (argument) => this.#hello('HELO', argument),
    EHLO: (argument) => this.#hello('EHLO', argument),
    MAIL: (argument) => this.#mail(argument),
    RCPT: (argument) => this.#rcpt(argument),
    DATA: (argument) => this.#data(argument),
    RSET: (argument) => {
      if (argument !== '') return this.#mistake(listenerReplies.syntax, 'RSET with an argument');
      this._resetSession();
      this.#answer(listenerReplies.ok);
    },
    NOOP: () => this.#answer(listenerReplies.ok),
    QUIT: () => this.#finish(listenerReplies.bye),
    VRFY: () => this.#answer(listenerReplies.noVerify),
    HELP: () => this.#answer(listenerReplies.help),
    STARTTLS: (argument) => this.#startTls(argument),
    XCLIENT: (_argument, line) => this.#xclient(line),
  };

  #hello(verb: 'HELO' | 'EHLO', argument: string): void {
    const name = argument.trim();
    if (!/^[^\s\p{C}]{1,255}$/u.test(name)) return this.#mistake(listenerReplies.syntax, `${verb} without one name`);
    this.openingCommand = verb;
    this.hostNameAppearsAs = name;
    this._resetSession(); // RFC 5321 §4.1.4
    this.#answer(hello(this.#context.hostName), verb === 'EHLO' ? this.#extensions() : []);
  }

  #extensions(): readonly string[] {
    const extensions = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES'];
    if (!this.secure && this.#context.tlsReady()) extensions.push('STARTTLS');
    if (this._proxyCommandAllowed('XCLIENT')) extensions.push('XCLIENT NAME ADDR PORT');
    return [...extensions, `SIZE ${this.#context.bounds.mailBytes}`];
  }

  async #mail(argument: string): Promise<void> {
    if (this.hostNameAppearsAs === false) return this.#mistake(listenerReplies.helloFirst, 'MAIL before EHLO');
    if (this.#transaction !== null) return this.#mistake(listenerReplies.nestedMail, 'MAIL inside a mail');
    const opened = openTransaction(argument, this.#context.bounds.mailBytes);
    if (!opened.ok) return this.#refuseCommand(opened.refusal, 'mail');
    if (!(await this.#admission.admitMail(this.remoteAddress))) {
      return this.#refuse(listenerReplies.tooManyMails, 'mail', 'too many mails a minute');
    }
    this.#transaction = opened.transaction;
    this.#answer(listenerReplies.senderOk);
  }

  #rcpt(argument: string): void {
    if (this.#transaction === null) return this.#mistake(listenerReplies.mailFirst, 'RCPT before MAIL');
    const { recipients, bounds } = this.#context;
    const added = addRecipient(this.#transaction, argument, recipients, bounds.recipients);
    if (!added.ok) return this.#refuseCommand(added.refusal, 'rcpt');
    this.#transaction = added.transaction;
    this.#answer(listenerReplies.recipientOk);
  }

  async #data(argument: string): Promise<void> {
    const parser = this._parser;
    const transaction = this.#transaction;
    if (!(parser instanceof LineReader)) return;
    const [mailbox, ...others] = transaction?.mailboxes ?? [];
    if (transaction === null || mailbox === undefined || argument !== '') {
      const reply = transaction === null ? listenerReplies.mailFirst : listenerReplies.recipientFirst;
      this.#mistake(argument === '' ? reply : listenerReplies.syntax, 'DATA at the wrong moment');
      // Octets already behind a refused DATA are content that did not wait for 354; they must not become commands.
      if (parser.behind > 0) this.close();
      return;
    }
    const receiving = await this.#context.intake.begin(this.#envelope(transaction), [mailbox, ...others]);
    if (this._closing || this._closed) return receiving.abort();
    const delivery = createDelivery({
      receiving,
      maxBytes: this.#context.bounds.mailBytes,
      onEnd: () => clearTimeout(this.#dataTimer),
      answer: (reply, isTooLarge) => this.#delivered(reply, isTooLarge),
    });
    this.#delivery = delivery;
    parser.readData(delivery);
    this.#dataTimer = setTimeout(
      () => this.#dismiss(listenerReplies.dataTooSlow, 'data', 'the data took too long'),
      this.#context.bounds.dataMs,
    ).unref();
    this.#answer(listenerReplies.data);
  }

  #delivered(reply: Reply, isTooLarge: boolean): void {
    if (isTooLarge) this.#refuse(reply, 'data', 'larger than the limit');
    else this.#answer(reply);
    this.#delivery = null;
    this._resetSession();
    if (endsSession(reply)) this.close();
    else if (this.#context.leaving()) this.#finish(listenerReplies.leaving);
    else if (this.#isOverdue) this.#finish(listenerReplies.sessionTooLong);
  }

  #envelope(transaction: Transaction): Envelope {
    const socket = this._socket;
    return {
      client: { ip: this.remoteAddress, port: this.remotePort },
      helo: this.#helo(),
      mailFrom: transaction.mailFrom,
      recipients: transaction.recipients,
      tls:
        socket instanceof TLSSocket
          ? { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name }
          : null,
      smtpUtf8: transaction.smtpUtf8,
    };
  }

  async #startTls(argument: string): Promise<void> {
    if (argument !== '') return this.#mistake(listenerReplies.syntax, 'STARTTLS with an argument');
    if (this.secure) return this.#mistake(listenerReplies.wrongMoment, 'STARTTLS inside TLS');
    this.#answer(listenerReplies.startTls);
    // `upgrade` retires this parser and makes a new one: plaintext that was pipelined is never read (CVE-2011-0411).
    await new Promise<void>((resolve) => this.upgrade(resolve));
  }

  /** The client becomes the one that the relay names, and has to be admitted as such before it is greeted. */
  async #xclient(line: Buffer): Promise<void> {
    const before = this.remoteAddress;
    this.#greeting = 'held';
    await new Promise<void>((resolve) => this.handler_XCLIENT(line, resolve));
    const isGreetingDue = this.#releaseGreeting();
    this.remoteAddress = plainAddress(this.remoteAddress);
    // smtp-server keeps whatever number PORT gives, and '' for none.
    if (!(this.remotePort > 0 && this.remotePort < 65_536)) this.remotePort = 0;
    if (before !== this.remoteAddress) await this.#admit();
    if (isGreetingDue) this._sendGreeting();
  }

  #releaseGreeting(): boolean {
    const isDue = this.#greeting === 'due';
    this.#greeting = 'free';
    return isDue;
  }

  async #admit(): Promise<void> {
    const refusal = await this.#admission.admit(this.remoteAddress);
    if (refusal !== null) this.#dismiss(refusal, 'connect', refusal.text);
  }

  #sessionOver(): void {
    this.#isOverdue = true;
    if (this.#delivery === null) this.#dismiss(listenerReplies.sessionTooLong, 'command', 'the session took too long');
  }

  #lineFault(fault: LineFault): void {
    const reply = fault === 'too-long' ? listenerReplies.lineTooLong : listenerReplies.lineFault;
    // After such a line the two sides may disagree on where the next command begins (SMTP smuggling).
    this.#dismiss(this._ready ? reply : listenerReplies.earlyTalker, 'command', fault);
  }

  #isIdle(): boolean {
    return this.#delivery === null && this.#transaction === null;
  }

  #isTrustedRelay(): boolean {
    return this.#context.xclient.contains(this._originalRemoteAddress);
  }

  #helo(): string {
    return this.hostNameAppearsAs === false ? '' : this.hostNameAppearsAs;
  }

  #failed(error: unknown, what: string): void {
    this.#log.error({ err: error }, what);
    this.#finish(listenerReplies.trouble);
  }

  #finish(reply: Reply): void {
    this.#answer(reply);
    this.close();
  }

  #dismiss(reply: Reply, stage: Stage, cause: string): void {
    this.#refuse(reply, stage, cause);
    this.close();
  }

  #refuseCommand({ reply, cause, isBad, recipient }: CommandRefusal, stage: Stage): void {
    if (isBad) this.#mistake(reply, cause, stage);
    else this.#refuse(reply, stage, cause, recipient);
  }

  /** Refuses a command that a well-behaved client would not have sent; one that makes too many of them is dismissed. */
  #mistake(reply: Reply, cause: string, stage: Stage = 'command'): void {
    this.#badCommands += 1;
    if (this.#badCommands <= this.#context.bounds.badCommands) this.#refuse(reply, stage, cause);
    else this.#dismiss(listenerReplies.tooManyBadCommands, stage, 'too many bad commands');
  }

  #refuse(reply: Reply, stage: Stage, cause: string, recipient: string | null = null): void {
    this.#answer(reply);
    this.#context.intake.refused({
      at: Date.now(),
      ip: this.remoteAddress,
      helo: this.#helo(),
      mailFrom: this.#transaction?.mailFrom ?? null,
      recipient,
      stage,
      reply,
      cause,
    });
  }

  /** The one writer: what is sent, counted and logged is the same. `more` are further lines of an EHLO answer. */
  #answer(reply: Reply, more: readonly string[] = []): void {
    const socket = this._socket;
    // During the handshake the plain socket carries TLS records; anything written there would corrupt them.
    if (this._upgrading || this._closing || this._closed || !socket.writable) return;
    const texts = [reply.enhanced === '' ? reply.text : `${reply.enhanced} ${reply.text}`, ...more];
    const last = texts.length - 1;
    socket.write(texts.map((text, index) => `${reply.code}${index < last ? '-' : ' '}${text}\r\n`).join(''));
    this.#context.onReply(reply);
    this.#log.debug({ code: reply.code, enhanced: reply.enhanced }, 'replied');
  }
}

/** What stands for the few replies that smtp-server gives by itself: those to XCLIENT. */
const replyByCode: Readonly<Record<number, Reply>> = {
  501: listenerReplies.syntax,
  503: listenerReplies.wrongMoment,
  550: listenerReplies.notAllowed,
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(octets: Buffer): string | null {
  try {
    return utf8.decode(octets);
  } catch {
    return null;
  }
}
