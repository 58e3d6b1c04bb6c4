/** Local parts that name a role rather than a person (RFC 2142 and common use). They only warn at import (W-SHARED). */
const roleNames: ReadonlySet<string> = new Set(
  `abuse account accounting accounts admin administrator all billing contact customercare customerservice devops dns
  enquiries everyone feedback finance ftp hello help helpdesk hostmaster hr info inquiries it itsupport jobs legal list
  mail mailer-daemon marketing news newsletter no-reply noc noreply office operations ops orders postmaster press privacy
  purchasing reception root sales secretary security service servicedesk staff support sysadmin team tech techsupport
  usenet users uucp webmaster www`
    .trim()
    .split(/\s+/),
);

/** Whether a local part in comparison form reads like a role: `info`, `it-support`, `sales+emea`. */
export function isRoleLike(local: string): boolean {
  const base = local.split('+', 1)[0] ?? local;
  return roleNames.has(base) || roleNames.has(base.replace(/[._-]/g, ''));
}
