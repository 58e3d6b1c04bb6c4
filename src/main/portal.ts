/** The desk for the admin portal, on the configured stores: its mails walk the same line as those of the listeners. */
import { type PortalDesk, portalDesk } from '../portal/desk.ts';
import { directoryRecords } from '../records/directory.ts';
import { portalRequests } from '../records/portal-requests.ts';
import type { MailIntake, MailIntakeStores } from './mail-intake.ts';

export function openPortal(stores: MailIntakeStores, { intake, memory }: MailIntake): PortalDesk {
  const { config, logger, queues, records, spool } = stores;
  const directory = directoryRecords(records);
  return portalDesk({
    tenant: (name) => directory.named(name),
    requests: portalRequests(records),
    intake,
    spool,
    queue: queues,
    memory,
    mailboxes: config.mailboxes,
    maxMessageBytes: config.smtp.maxMessageBytes,
    logger,
    now: Date.now,
  });
}
