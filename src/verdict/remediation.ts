/**
 * P-REMEDIATION: where the customer is materially harmed, data and production are put right by engineering alone, after
 * somebody has spoken with the customer, and with the express consent of an admin on record: a proven mail in the ticket.
 */
export const remediationNote =
  'P-REMEDIATION: only engineering puts data or production right, after contact, with the express consent of an admin recorded in the ticket';
