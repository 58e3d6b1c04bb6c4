/**
 * One SMTP session (RFC 5321), on smtp-server's connection: that brings the greeting's delay, STARTTLS, XCLIENT and the
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
import { canonicalAddress } from '../address/mailbox.ts';
import type { Intake, SessionRefusal } from '../intake/intake.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Logger } from '../observe/logger.ts';
import { greeting, hello, listenerReplies } from '../verdict/reply.ts';
import type { Mailbox, Reply } from '../verdict/verdict.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { everyClient, type Lease, type LimitsPort, type SessionLimits } from './limits.ts';
import { type LineFault, LineReader } from './line-reader.ts';
import { limitKey, type Networks } from './networks.ts';
import { looksLikeAddress, parsePathArgument } from './path.ts';
import type { RecipientBook } from './recipients.ts';

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

/** A mail between MAIL and DATA. */
type Transaction = {
  readonly mailFrom: string;
  readonly smtpUtf8: boolean;
  readonly recipients: Set<string>;
  readonly mailboxes: Map<string, Mailbox>;
  accepted: number;
};

/** What a command led to. `bad` counts towards the bound on bad commands. */
type Refusal = { readonly stage: Stage; readonly cause: string; readonly bad?: boolean; readonly recipient?: string };

const cutLingerMs = 100;
const commandNames = ['HELO', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'QUIT', 'VRFY', 'HELP'] as const;
type CommandName = (typeof commandNames)[number] | 'STARTTLS' | 'XCLIENT';

export class Session extends SMTPConnection {
  readonly #context: SessionContext;
  readonly #log: Logger;
  #transaction: Transaction | null = null;
  #delivery: Delivery | null = null;
  #leases: readonly Lease[] = [];
  #commands = 0;
  #badCommands = 0;
  #sessionTimer: NodeJS.Timeout | undefined;
  #dataTimer: NodeJS.Timeout | undefined;
  #overdue = false;
  #greeting: 'free' | 'held' | 'due' = 'free';

  constructor(server: SMTPServer, socket: Socket, options: SMTPConnectionOptions, context: SessionContext) {
    super(server, socket, options);
    this.#context = context;
    this.#log = context.logger.child({ session: this.id });
  }

  /** The client may be told to go: no mail of its is under way. */
  get idle(): boolean {
    return this.#delivery === null && this.#transaction === null;
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

  /** The listener is stopping: idle clients are told so at once, others after the mail in hand. */
  leave(): void {
    if (this.idle) this.#finish(listenerReplies.leaving);
  }

  /** The deadline of a stop has passed. */
  cut(): void {
    this.#finish(listenerReplies.leaving);
    // A client that reads nothing must not hold up the stop.
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
    const parser = new LineReader(this._server.options.maxCommandLength ?? 2_048, {
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
    return (
      command === 'XCLIENT' && !this._xClient.has('ADDR') && this.#context.xclient.contains(this._originalRemoteAddress)
    );
  }

  override _onClose(): void {
    const first = !this._closed;
    super._onClose();
    if (!first) return;
    clearTimeout(this.#sessionTimer);
    clearTimeout(this.#dataTimer);
    this.#delivery?.abandon();
    this.#release();
    this.#context.onClosed(this);
  }

  override _onTimeout(): void {
    if (this._closing) {
      this._socket.destroy();
    } else if (this._handlerPending || this.#delivery?.stage() === 'judging') {
      this._armTimeout(); // the client waits for us (RFC 5321 §4.5.3.2)
    } else {
      this.#refuse(listenerReplies.idle, { stage: this.#delivery === null ? 'command' : 'data', cause: 'idle' });
      this.close();
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
    if (line === null) return this.#refuse(listenerReplies.lineEncoding, bad('not UTF-8'));
    // A browser made to talk to us would send its form data as commands.
    if (/^[A-Z]+ \S+ HTTP\/\d/i.test(line)) return this.#dismiss(listenerReplies.http, 'command', 'HTTP request');
    const space = line.indexOf(' ');
    const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
    const argument = space < 0 ? '' : line.slice(space + 1);
    // What follows BDAT is content, and would be read as commands.
    if (verb === 'BDAT') {
      this.#refuse(listenerReplies.notOffered, bad('BDAT'));
      return this.close();
    }
    const name = this.#offered(verb);
    if (name === null) return this.#refuse(listenerReplies.unknownCommand, bad('unknown command'));
    if (this.#context.leaving() && this.idle && name !== 'QUIT') return this.#finish(listenerReplies.leaving);
    await this.#handlers[name](argument, octets);
  }

  #offered(verb: string): CommandName | null {
    if (verb === 'STARTTLS') return this.#context.tlsReady() ? verb : null;
    if (verb === 'XCLIENT') return this.#context.xclient.contains(this._originalRemoteAddress) ? verb : null;
    return commandNames.find((name) => name === verb) ?? null;
  }

  readonly #handlers: Readonly<Record<CommandName, (argument: string, line: Buffer) => void | Promise<void>>> = {
    HELO: (argument) => this.#hello('HELO', argument),
    EHLO: (argument) => this.#hello('EHLO', argument),
    MAIL: (argument) => this.#mail(argument),
    RCPT: (argument) => this.#rcpt(argument),
    DATA: (argument) => this.#data(argument),
    RSET: (argument) => {
      if (argument !== '') return this.#refuse(listenerReplies.syntax, bad('RSET with an argument'));
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
    if (!/^[^\s\p{C}]{1,255}$/u.test(name))
      return this.#refuse(listenerReplies.syntax, bad(`${verb} without one name`));
    this.openingCommand = verb;
    this.hostNameAppearsAs = name;
    this._resetSession();
    this.#answer(hello(this.#context.hostName), verb === 'EHLO' ? this.#extensions() : []);
  }

  #extensions(): readonly string[] {
    const extensions = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES'];
    if (!this.secure && this.#context.tlsReady()) extensions.push('STARTTLS');
    if (this._proxyCommandAllowed('XCLIENT')) extensions.push('XCLIENT NAME ADDR PORT');
    return [...extensions, `SIZE ${this.#context.bounds.mailBytes}`];
  }

  async #mail(argument: string): Promise<void> {
    if (this.hostNameAppearsAs === false) return this.#refuse(listenerReplies.helloFirst, bad('MAIL before EHLO'));
    if (this.#transaction !== null) return this.#refuse(listenerReplies.nestedMail, bad('MAIL inside a mail'));
    const path = /^FROM:/i.test(argument) ? parsePathArgument(argument.slice(5)) : null;
    if (path === null || (path.address !== '' && !looksLikeAddress(path.address))) {
      return this.#refuse(listenerReplies.senderSyntax, { ...bad('sender syntax'), stage: 'mail' });
    }
    const refusal = mailParameterFault(path.parameters, this.#context.bounds.mailBytes);
    if (refusal !== null) return this.#refuse(refusal, { stage: 'mail', cause: 'MAIL parameters' });
    const smtpUtf8 = path.parameters.has('SMTPUTF8');
    if (!smtpUtf8 && !isAscii(path.address)) {
      return this.#refuse(listenerReplies.needsSmtpUtf8, { stage: 'mail', cause: 'sender outside ASCII' }); // RFC 6531 §3.5
    }
    if (!(await this.#admitMail())) {
      return this.#refuse(listenerReplies.tooManyMails, { stage: 'mail', cause: 'too many mails a minute' });
    }
    this.#transaction = {
      mailFrom: canonicalAddress(path.address) ?? path.address,
      smtpUtf8,
      recipients: new Set(),
      mailboxes: new Map(),
      accepted: 0,
    };
    this.#answer(listenerReplies.senderOk);
  }

  #rcpt(argument: string): void {
    const transaction = this.#transaction;
    if (transaction === null) return this.#refuse(listenerReplies.mailFirst, bad('RCPT before MAIL'));
    const path = /^TO:/i.test(argument) ? parsePathArgument(argument.slice(3)) : null;
    if (path === null || path.address === '') {
      return this.#refuse(listenerReplies.recipientSyntax, { ...bad('recipient syntax'), stage: 'rcpt' });
    }
    const recipient = path.address;
    if (path.parameters.size > 0) {
      return this.#refuse(listenerReplies.unknownParameter, { stage: 'rcpt', cause: 'RCPT parameters', recipient });
    }
    if (!transaction.smtpUtf8 && !isAscii(recipient)) {
      return this.#refuse(listenerReplies.needsSmtpUtf8, {
        stage: 'rcpt',
        cause: 'recipient outside ASCII',
        recipient,
      });
    }
    if (transaction.accepted >= this.#context.bounds.recipients) {
      return this.#refuse(listenerReplies.tooManyRecipients, {
        stage: 'rcpt',
        cause: 'too many recipients',
        recipient,
      });
    }
    const found = this.#context.recipients.find(recipient);
    if (found === null) {
      return this.#refuse(listenerReplies.noSuchMailbox, { stage: 'rcpt', cause: 'no such mailbox', recipient });
    }
    transaction.accepted += 1;
    transaction.recipients.add(found.address);
    transaction.mailboxes.set(found.mailbox.address, found.mailbox);
    this.#answer(listenerReplies.recipientOk);
  }

  async #data(argument: string): Promise<void> {
    const parser = this._parser;
    if (!(parser instanceof LineReader)) return;
    const transaction = this.#transaction;
    const refusal =
      argument !== ''
        ? listenerReplies.syntax
        : transaction === null
          ? listenerReplies.mailFirst
          : transaction.mailboxes.size === 0
            ? listenerReplies.recipientFirst
            : null;
    if (refusal !== null || transaction === null) {
      this.#refuse(refusal ?? listenerReplies.mailFirst, bad('DATA at the wrong moment'));
      // Octets already behind a refused DATA are content that was not waited for; they must not become commands.
      if (parser.behind > 0) this.close();
      return;
    }
    const receiving = await this.#context.intake.begin(this.#envelope(transaction), [
      ...transaction.mailboxes.values(),
    ]);
    if (this._closing || this._closed) return receiving.abort();
    const delivery = createDelivery({
      receiving,
      maxBytes: this.#context.bounds.mailBytes,
      answer: (reply, tooLarge) => this.#delivered(reply, tooLarge),
    });
    this.#delivery = delivery;
    parser.readData({
      take: (content) => delivery.take(content),
      end: async () => {
        clearTimeout(this.#dataTimer);
        await delivery.end();
      },
    });
    this.#dataTimer = setTimeout(() => {
      this.#dismiss(listenerReplies.dataTooSlow, 'data', 'the data took too long');
    }, this.#context.bounds.dataMs).unref();
    this.#answer(listenerReplies.data);
  }

  #delivered(reply: Reply, tooLarge: boolean): void {
    if (tooLarge) this.#refuse(reply, { stage: 'data', cause: 'larger than the limit' });
    else this.#answer(reply);
    this.#delivery = null;
    this._resetSession();
    if (this.#context.leaving()) this.#finish(listenerReplies.leaving);
    else if (this.#overdue) this.#finish(listenerReplies.sessionTooLong);
  }

  #envelope(transaction: Transaction): Envelope {
    const socket = this._socket;
    const cipher = socket instanceof TLSSocket ? socket.getCipher().name : '';
    return {
      client: { ip: this.remoteAddress, port: this.remotePort },
      helo: this.hostNameAppearsAs === false ? '' : this.hostNameAppearsAs,
      mailFrom: transaction.mailFrom,
      recipients: [...transaction.recipients],
      tls: socket instanceof TLSSocket ? { version: socket.getProtocol() ?? 'unknown', cipher } : null,
      smtpUtf8: transaction.smtpUtf8,
    };
  }

  async #startTls(argument: string): Promise<void> {
    if (argument !== '') return this.#refuse(listenerReplies.syntax, bad('STARTTLS with an argument'));
    if (this.secure) return this.#refuse(listenerReplies.wrongMoment, bad('STARTTLS inside TLS'));
    this.#answer(listenerReplies.startTls);
    // `upgrade` retires this parser and makes a new one: plaintext that was pipelined is never read (CVE-2011-0411).
    await new Promise<void>((resolve) => this.upgrade(resolve));
  }

  /** The client becomes the one that the relay names, and has to be admitted as such before it is greeted. */
  async #xclient(line: Buffer): Promise<void> {
    const before = this.remoteAddress;
    this.#greeting = 'held';
    await new Promise<void>((resolve) => this.handler_XCLIENT(line, resolve));
    const isDue = this.#releaseGreeting();
    if (before !== this.remoteAddress) await this.#admit();
    if (isDue) this._sendGreeting();
  }

  #releaseGreeting(): boolean {
    const isDue = this.#greeting === 'due';
    this.#greeting = 'free';
    return isDue;
  }

  /** Counts this client's connection; over a bound it is told so and closed. */
  async #admit(): Promise<void> {
    this.#release();
    const { bounds, unlimited, limits } = this.#context;
    const all = await limits.admitConnection(everyClient, bounds.connections);
    if (all === null) return this.#dismiss(listenerReplies.tooManyConnections, 'connect', 'too many connections');
    this.#hold(all);
    if (unlimited.contains(this.remoteAddress)) return;
    const own = await limits.admitConnection(limitKey(this.remoteAddress), bounds.connectionsPerAddress);
    if (own !== null) return this.#hold(own);
    this.#dismiss(listenerReplies.tooManyConnectionsFromYou, 'connect', 'too many connections from this address');
  }

  #hold(lease: Lease): void {
    if (this._closed) lease.release();
    else this.#leases = [...this.#leases, lease];
  }

  #release(): void {
    for (const lease of this.#leases) lease.release();
    this.#leases = [];
  }

  async #admitMail(): Promise<boolean> {
    const { bounds, unlimited, limits } = this.#context;
    if (unlimited.contains(this.remoteAddress)) return true;
    return limits.admitMail(limitKey(this.remoteAddress), bounds.mailsPerMinutePerAddress);
  }

  #sessionOver(): void {
    this.#overdue = true;
    if (this.#delivery === null) this.#dismiss(listenerReplies.sessionTooLong, 'command', 'the session took too long');
  }

  #lineFault(fault: LineFault): void {
    const reply = fault === 'too-long' ? listenerReplies.lineTooLong : listenerReplies.lineFault;
    this.#refuse(this._ready ? reply : listenerReplies.earlyTalker, { stage: 'command', cause: fault });
    // After such a line the two sides may disagree on where the next command begins (SMTP smuggling).
    this.close();
  }

  #failed(error: unknown, what: string): void {
    this.#log.error({ err: error }, what);
    this.#finish(listenerReplies.trouble);
  }

  #dismiss(reply: Reply, stage: Stage, cause: string): void {
    this.#refuse(reply, { stage, cause });
    this.close();
  }

  #finish(reply: Reply): void {
    this.#answer(reply);
    this.close();
  }

  /** Answers, tells operations staff, and ends sessions that only make mistakes. */
  #refuse(reply: Reply, refusal: Refusal): void {
    if (refusal.bad === true) this.#badCommands += 1;
    if (this.#badCommands > this.#context.bounds.badCommands) {
      this.#badCommands = 0;
      return this.#dismiss(listenerReplies.tooManyBadCommands, 'command', 'too many bad commands');
    }
    this.#answer(reply);
    this.#context.intake.refused({
      at: Date.now(),
      ip: this.remoteAddress,
      helo: this.hostNameAppearsAs === false ? '' : this.hostNameAppearsAs,
      mailFrom: this.#transaction?.mailFrom ?? null,
      recipient: refusal.recipient ?? null,
      stage: refusal.stage,
      reply,
      cause: refusal.cause,
    });
  }

  /** The one writer: what is sent, counted and logged is the same. `more` are further lines of an EHLO answer. */
  #answer(reply: Reply, more: readonly string[] = []): void {
    const socket = this._socket;
    // During the handshake the plain socket carries TLS records; anything written there would corrupt them.
    if (this._upgrading || this._closing || this._closed || socket.destroyed || !socket.writable) return;
    const texts = [reply.enhanced === '' ? reply.text : `${reply.enhanced} ${reply.text}`, ...more];
    const lines = texts.map((text, index) => `${reply.code}${index < texts.length - 1 ? '-' : ' '}${text}\r\n`);
    socket.write(lines.join(''));
    this.#context.onReply(reply);
    this.#log.debug({ code: reply.code, enhanced: reply.enhanced }, 'replied');
  }
}

/** What stands for the few replies that smtp-server gives by itself: XCLIENT's and failures of TLS. */
const replyByCode: Readonly<Record<number, Reply>> = {
  501: listenerReplies.syntax,
  503: listenerReplies.wrongMoment,
  550: listenerReplies.notAllowed,
};

function mailParameterFault(parameters: ReadonlyMap<string, string>, mailBytes: number): Reply | null {
  for (const [keyword, value] of parameters) {
    switch (keyword) {
      case 'SIZE': // RFC 1870 §3: 1 to 20 digits
        if (!/^\d{1,20}$/.test(value)) return listenerReplies.syntax;
        if (Number(value) > mailBytes) return listenerReplies.tooLarge;
        break;
      case 'BODY': // RFC 6152; BINARYMIME needs BDAT
        if (!/^(?:7BIT|8BITMIME)$/i.test(value)) return listenerReplies.syntax;
        break;
      case 'SMTPUTF8':
        if (value !== '') return listenerReplies.syntax;
        break;
      default:
        return listenerReplies.unknownParameter;
    }
  }
  return null;
}

function bad(cause: string): Refusal {
  return { stage: 'command', cause, bad: true };
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length; // in UTF-8 only ASCII takes one octet a character
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(octets: Buffer): string | null {
  try {
    return utf8.decode(octets);
  } catch {
    return null;
  }
}
