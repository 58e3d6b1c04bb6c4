/**
 * A support mail as people write them: some paragraphs, a signature, the history below. A made one, but no line stands
 * twice: repeated lines would flatter whoever keeps what it has read.
 */
export const supportMail = `Hello,

since the update of last Tuesday our password sync between the office directory and your service is unreliable. About
one in five employees of the Lyon office has to enter the new password twice before the laptop accepts it, and on the
older machines (Windows 10, build 19045) the agent shows "waiting for the server" for several minutes first.

What we have tried so far:

- restarted the agent service on four of the machines, which helps for a day or so
- checked the clock of the domain controllers, they are within two seconds of each other
- looked at the agent log, where we find the line "sync deferred: remote busy" about forty times each morning between
  eight and nine, when most people start to work

The people in the Hamburg office are not affected, although they use the same policy group. Both offices reach you over
the same provider. We have not changed anything in the firewall since March.

Could you tell us whether "remote busy" is a limit on your side, and whether it can be raised for our tenant? If it would
help we can send the complete log of one of the machines, or arrange a remote session on Thursday afternoon. It is not
urgent, people can work, but the morning calls to our own help desk cost us an hour a day.

Kind regards
Ada

-- 
Ada Moreau | Systems and networks | Corp
12 rue des Tanneurs, 69002 Lyon | +33 4 55 50 01 00

On Mon, 2 Mar 2026 at 09:12, Postern Support <support@postern.test> wrote:
> Hello Ada,
>
> thank you for the report. Before we look into it, could you tell us which version of the agent the affected machines
> run, and whether they are joined to the policy group "Offices" or to one of their own? The version stands in the
> tray menu under "About".
>
> If you have the agent log of one affected and one unaffected machine of the same morning, that would help us most.
> Please remove anything personal from it first; we only need the lines that contain the word "sync".
>
> Best regards
> Support
>
> On Mon, 2 Mar 2026 at 08:40, Ada Moreau <ada@corp.test> wrote:
> > Hello,
> >
> > several colleagues here cannot use their new password on the laptop on the first try. It is accepted on the portal
> > at once. Is there anything known about delays since the last update?
> >
> > Thanks
> > Ada
`.replaceAll('\n', '\r\n');
