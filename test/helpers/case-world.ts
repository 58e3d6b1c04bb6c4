/** `postern case` on real records, real keys and real sealing; who acts and what time it is are the test's. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Communication } from '../../src/cases/event.ts';
import { caseCommand } from '../../src/cli/case.ts';
import type { CaseContext } from '../../src/cli/case-tools.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { type Keyring, openKeyring } from '../../src/keyring/keyring.ts';
import { signDetached } from '../../src/keyring/sign.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { auditExtract } from '../../src/records/case-audit.ts';
import { caseRecords } from '../../src/records/cases.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { migrate } from '../../src/records/migrate.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { documentVault } from '../../src/spool/document-vault.ts';
import type { Role } from '../../src/staff/role.ts';
import type { Ran } from './cli-context.ts';
import { directoryOf, type Json } from './directory-json.ts';
import { addMember, memberPassword, openMemberSession } from './members.ts';

export type CaseWorld = {
  now: number;
  readonly folder: string;
  readonly keyring: Keyring;
  /** Runs `postern case …` in a shell where this person is logged in; nobody is for the empty name. */
  run(who: string, ...argv: readonly string[]): Promise<Ran>;
  /** The JSON that a command writes; throws when it fails. */
  json(who: string, ...argv: readonly string[]): Promise<Json>;
  file(name: string, content: string | Buffer): string;
  importDirectory(at: number, ...tenants: readonly Json[]): Promise<void>;
  /** Mails that the gateway has recorded. */
  readonly mails: Map<string, { readonly communication: Communication; readonly raw: Buffer }>;
  /** What the next command answers to questions. */
  answers: readonly string[];
  /** The account of the machine that commands run under; each person has one of their own for null. */
  account: string | null;
  engineering: 'webhook' | 'by hand';
  /** Another member of staff, who came in eight days before the world began. */
  add(name: string, role: Role): Promise<void>;
  /** Works on the records beside the command line. */
  withRecords<Result>(work: (records: Records) => Promise<Result>): Promise<Result>;
  remove(): void;
};

export async function caseWorld(now: number): Promise<CaseWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-case-'));
  const vault = documentVault(randomBytes(32));
  const keyring = await openKeyring(join(folder, 'keys'));
  await keyring.generate({ name: 'Support', email: 'support@postern.test', now: now - 86_400_000, lifetimeMs: null });
  const openMigrated = async (): Promise<Records> => {
    const records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger: silentLogger() });
    await migrate(records);
    return records;
  };
  const mails: CaseWorld['mails'] = new Map();

  const contextOf = (
    world: CaseWorld,
    who: string,
    sessionToken: string | null,
    out: { stdout: string; stderr: string },
  ): CaseContext => ({
    stdout: { write: (text) => (out.stdout += text) },
    stderr: { write: (text) => (out.stderr += text) },
    cwd: folder,
    now: () => world.now,
    sessionToken,
    account: world.account ?? `cli:${who}@host`,
    async ask(question) {
      const [answer, ...others] = world.answers;
      if (answer === undefined) throw new Error(`nobody answers: ${question}`);
      world.answers = others;
      return answer;
    },
    async openStaff() {
      const records = await openMigrated();
      const audit = auditRecords(records);
      return {
        staff: staffRecords(records),
        noteRefused: async ({ account, at, name }) => {
          await audit.append({ at, actor: account, action: 'staff.proof-refused', subject: name, detail: null });
        },
        close: () => records.close(),
      };
    },
    openCases: async () => {
      const records = await openMigrated();
      return {
        cases: caseRecords(records, vault),
        engineering: world.engineering,
        sign: (content, at) => signDetached(keyring, content, at),
        publicKey: async (fingerprint) => keyring.exportPublic(fingerprint),
        communicationOf: async (messageId) => mails.get(messageId)?.communication ?? null,
        rawMail: async (messageId) => mails.get(messageId)?.raw ?? null,
        audit: (caseId) => auditExtract(records, caseId),
        unreachable: (addresses) => noticeRecords(records).unreachable(addresses),
        close: () => records.close(),
      };
    },
  });

  const world: CaseWorld = {
    now,
    folder,
    keyring,
    mails,
    answers: [],
    account: null,
    engineering: 'by hand',
    add: (name, role) =>
      world.withRecords((records) => addMember(staffRecords(records), name, role, now - 8 * 86_400_000)),
    async run(who, ...argv) {
      const out = { stdout: '', stderr: '' };
      const token =
        who === ''
          ? null
          : await this.withRecords((records) => openMemberSession(staffRecords(records), who, this.now));
      const context = contextOf(this, who, token, out);
      if (argv[0] === 'approve' && this.answers.length === 0) this.answers = [memberPassword, ''];
      const code = await runCommand(caseCommand(context), argv, context);
      return { code, ...out };
    },
    async json(who, ...argv) {
      const { code, stderr, stdout } = await this.run(who, ...argv, '--json');
      if (code !== 0) throw new Error(`${argv.join(' ')}: ${code}\n${stderr}`);
      return JSON.parse(stdout);
    },
    file(name, content) {
      writeFileSync(join(folder, name), content);
      return name;
    },
    async importDirectory(at, ...tenants) {
      const directory = await directoryOf(...tenants);
      await this.withRecords((records) => directoryRecords(records).replaceAll(directory, { actor: 'ops', at }));
    },
    async withRecords(work) {
      const records = await openMigrated();
      try {
        return await work(records);
      } finally {
        await records.close();
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  for (const name of ['alice', 'bob', 'carol', 'dave']) await world.add(name, 'trust');
  return world;
}
