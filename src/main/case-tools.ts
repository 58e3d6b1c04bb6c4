/** The stores and keys that recovery cases are worked on with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseTools } from '../case-file/case-tools.ts';
import type { OpenCaseTools } from '../cli/case-tools.ts';
import type { Config } from '../config/config.ts';
import type { SpoolPort } from '../intake/ports.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { signDetached } from '../keyring/sign.ts';
import { auditExtract } from '../records/case-audit.ts';
import { type CaseRecords, caseRecords } from '../records/cases.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { traceRecords } from '../records/trace.ts';
import { documentVault, vaultKeyIn } from '../spool/document-vault.ts';
import { SpoolMissing } from '../spool/errors.ts';
import { openSpool } from './stores.ts';

/**
 * Cases of these records. Documents are sealed with `POSTERN_EVIDENCE_KEY`, or with the spool's key, or with one that is
 * made in the data directory when there is neither: evidence never lies in clear. The other ones still open what they
 * sealed before.
 */
export function openCases(config: Config, records: Records): CaseRecords {
  const file = join(config.dataDir, 'evidence.key');
  const given = [config.secrets.evidence, config.spool.key].flatMap((secret) =>
    secret === null ? [] : [Buffer.from(secret.reveal(), 'base64')],
  );
  const [first, ...others] = given.length === 0 || existsSync(file) ? [...given, vaultKeyIn(file)] : given;
  if (first === undefined) throw new RangeError('the documents of cases have no key');
  return caseRecords(records, documentVault(first, ...others));
}

type CaseStores = {
  readonly config: Config;
  readonly records: Records;
  readonly spool: Pick<SpoolPort, 'read'>;
  /** Opened when something is signed. */
  readonly keyring: () => Promise<Keyring>;
};

export function caseTools({ config, keyring, records, spool }: CaseStores): CaseTools {
  const trace = traceRecords(records);
  return {
    cases: openCases(config, records),
    engineering: config.engineering.webhook === null ? 'by hand' : 'webhook',
    sign: async (content, now) => signDetached(await keyring(), content, now),
    publicKey: async (fingerprint) => (await keyring()).exportPublic(fingerprint),
    async communicationOf(messageId) {
      const found = await trace.get(messageId);
      if (found === null) return null;
      const { received_at, sender_address } = found.row;
      return { channel: 'mail', reference: messageId, receivedAt: received_at, address: sender_address };
    },
    async rawMail(messageId) {
      const spoolKey = (await trace.get(messageId))?.row.spool_key ?? null;
      if (spoolKey === null) return null;
      try {
        return await (await spool.read(spoolKey)).bytes();
      } catch (error) {
        if (error instanceof SpoolMissing) return null; // retention has removed it
        throw error;
      }
    },
    audit: (caseId) => auditExtract(records, caseId),
    unreachable: (addresses) => noticeRecords(records).unreachable(addresses),
  };
}

/** `records` are closed with the tools. */
export function openCaseTools(config: Config, records: Records, keyring: () => Promise<Keyring>): OpenCaseTools {
  return {
    ...caseTools({ config, records, spool: openSpool(config), keyring }),
    close: () => records.close(),
  };
}
