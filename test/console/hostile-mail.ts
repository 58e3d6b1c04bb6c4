/** A mail whose every text tries to become something else than text, in the trace and in the spool. */
import { createHash } from 'node:crypto';
import type { Records } from '../../src/records/open-records.ts';
import { traceRecords } from '../../src/records/trace.ts';
import type { LocalSpool } from '../../src/spool/local-spool.ts';
import { judgedMail, type MailTraits, sidecar } from '../records/mails.ts';

export const hostile = {
  subject: '"><script>window.owned=1</script><img src=x onerror=window.owned=1>\u202egnp.exe',
  fileName: '"><svg onload=window.owned=1>.pdf',
  text: '</div><script>window.owned=1</script> javascript:alert(1) ${7*7} {{7*7}}',
} as const;

export async function storeHostileMail(
  { records, spool }: { readonly records: Records; readonly spool: LocalSpool },
  receivedAt: number,
): Promise<string> {
  const mailId = '0hostile00000000000001';
  const messageId = `${mailId}-0`;
  const traits: MailTraits = {
    messageId,
    receivedAt,
    subject: hostile.subject,
    from: 'mallory@evil.example',
    mailFrom: '<script>window.owned=1</script>@evil.example',
    outcome: 'escalated',
    rfcMessageId: '<"><script>window.owned=1</script>@evil.example>',
  };
  const raw = Buffer.from(
    [
      'From: "<script>window.owned=1</script>" <mallory@evil.example>',
      'To: support@postern.test',
      `Subject: =?utf-8?B?${Buffer.from(hostile.subject).toString('base64')}?=`,
      'X-Trick: <script>window.owned=1</script>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      hostile.text,
      '--b',
      'Content-Type: text/html',
      '',
      '<script>window.owned=1</script><img src="http://evil.example/pixel.png"><p>Seen text</p>',
      '--b',
      'Content-Type: application/pdf',
      `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(hostile.fileName)}`,
      '',
      'x',
      '--b--',
      '',
    ].join('\r\n'),
  );
  const arrival = await spool.begin(mailId);
  await arrival.write(raw);
  await arrival.complete();
  const sha256 = createHash('sha256').update(raw).digest('hex');
  const { spoolKey } = await arrival.commit({ ...sidecar(traits), sha256, size: raw.length });
  const mail = { ...judgedMail(traits), spoolKey };
  await traceRecords(records).record([{ mail, sidecar: sidecar(traits) }], receivedAt);
  return messageId;
}
