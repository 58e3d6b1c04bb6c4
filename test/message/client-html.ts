/** Ordinary mails as mail programs and senders of newsletters write them, made up here. */
export type ClientMail = { readonly client: string; readonly html: string; readonly text: string };

const first = 'Hello, the export of the weekly report stops at 30 percent since Monday.';
const second = 'It worked last week, and nothing was changed on our side.';
const own = `${first}\n${second}`;

const outlook = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}
o\\:* {behavior:url(#default#VML);}
.shape {behavior:url(#default#VML);}
</style><![endif]--><style><!--
/* Font Definitions */
@font-face {font-family:Wingdings; panose-1:5 0 0 0 0 0 0 0 0 0;}
@font-face {font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4;}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
a:link, span.MsoHyperlink {mso-style-priority:99; color:#0563C1; text-decoration:underline;}
span.E-MailFormatvorlage17 {mso-style-type:personal-compose; color:windowtext;}
.MsoChpDefault {mso-style-type:export-only; font-size:10.0pt;}
@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 70.85pt 2.0cm 70.85pt;}
div.WordSection1 {page:WordSection1;}
/* List Definitions */
@list l0 {mso-list-id:1234; mso-list-template-ids:99;}
@list l0:level1 {mso-level-number-format:bullet; mso-level-text:\\F0B7; mso-level-tab-stop:36.0pt; text-indent:-18.0pt; font-family:Symbol;}
ol {margin-bottom:0cm;} ul {margin-bottom:0cm;}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext="edit" spidmax="1026" />
</xml><![endif]--><!--[if gte mso 9]><xml>
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1" /></o:shapelayout>
<w:View>Normal</w:View><w:LidThemeOther>EN-US</w:LidThemeOther></xml><![endif]--></head>
<body lang="EN-US" link="#0563C1" vlink="#954F72" style='word-wrap:break-word'><div class="WordSection1">
<p class="MsoNormal">${first}<o:p></o:p></p><p class="MsoNormal"><span style='mso-fareast-language:EN-US'>${second}</span><o:p>&nbsp;</o:p></p>
<p class="MsoListParagraph" style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>&middot;<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Server 2<o:p></o:p></p>
<p class="MsoNormal"><b><span style='font-size:9.0pt;color:#1F3864'>Ada Byron</span></b><span style='color:black'> <img width="96" height="32" style='width:1.0in;height:.3333in' id="Picture_x0020_1" src="cid:image001.png@01DB3F5A.0A1B2C30" alt="image001.png"></span><o:p></o:p></p>
</div></body></html>`;

const gmail = `<div dir="ltr"><div class="gmail_default" style="font-family:arial,sans-serif;font-size:small;color:#444444">${first}</div><div class="gmail_default"><span style="color:rgb(34,34,34)">${second}</span><br clear="all"></div><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr"><b>Ada Byron</b><div><img src="https://ci3.googleusercontent.com/mail-sig/x" width="96" height="32" alt="Byron &amp; Co"></div></div></div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Nov 25, 2026 at 9:12 AM Support &lt;<a href="mailto:support@postern.test">support@postern.test</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Please delete our account</div></blockquote></div>`;

const gmailRightToLeft = `<div dir="rtl"><div dir="ltr">${first}</div><div style="text-align:left" dir="ltr">${second}</div></div>`;

const apple = `<html aria-label="message body"><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">${first}<div><span style="caret-color: rgb(0, 0, 0); color: rgb(0, 0, 0); -webkit-text-stroke-width: 0px; text-indent: 0px; text-transform: none; display: inline !important; float: none;">${second}</span></div><div><br></div><div><img src="cid:5E1D" alt="Screenshot 2026-11-26 at 10.03.12.png" id="<5E1D>" class="Apple-web-attachment" style="opacity: 1;"></div></body></html>`;

const thunderbird = `<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"></head><body text="#000000" bgcolor="#FFFFFF"><p>${first}<br>${second}</p><div class="moz-signature">-- <br>Ada Byron<br><font color="#999999" size="1">Byron Ltd</font></div><div class="moz-cite-prefix">On 25/11/2026 09:12, Support wrote:<br></div><blockquote type="cite" cite="mid:1@postern.test"><pre class="moz-quote-pre" wrap="">Please delete our account</pre></blockquote></body></html>`;

const roundcube = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body style='font-size: 10pt; font-family: Verdana,Geneva,sans-serif'><p>${first}<br />${second}</p><p><br /></p><div id="signature">-- <br /><div class="pre" style="margin: 0; padding: 0; font-family: monospace">Ada Byron</div></div><p id="reply-intro">On 2026-11-25 09:12, Support wrote:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0"><div id="replybody1"><p>Please delete our account</p></div></blockquote></body></html>`;

const outlookWeb = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style></head><body dir="ltr"><div class="elementToProof" style="font-family: Aptos, Aptos_EmbeddedFont, Calibri, Helvetica, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);">${first}<br>${second}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000"><b>From:</b> Support &lt;support@postern.test&gt;<br><b>Sent:</b> Tuesday, November 25, 2026 9:12 AM<br><b>To:</b> Ada Byron<br><b>Subject:</b> Your report</font><div>&nbsp;</div></div><div class="BodyFragment">Please delete our account</div></body></html>`;

const outlookMobile = `<html><head></head><body><div dir="ltr">${first}</div><div dir="ltr">${second}</div><div id="ms-outlook-mobile-signature" dir="ltr">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div></body></html>`;

const pasted = `<div dir="ltr"><span style="color: var(--text-primary); font-size: var(--size-m); background-color: var(--paper)">${first}</span><br><mark style="background-color: rgba(255, 255, 0, 0.4); color: rgba(0, 0, 0, 0.87);">${second}</mark></div>`;

const campaign = `<!doctype html><html lang="en" xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Weekly</title><!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->
<style>@import url("https://fonts.example/css2?family=Inter:wght@400;700&display=swap");
#outlook a{padding:0} .ExternalClass,.ExternalClass p,.ExternalClass span{line-height:100%} img{border:0;-ms-interpolation-mode:bicubic}
.preheader{display:none!important;visibility:hidden;opacity:0;color:transparent;height:0;width:0}
u + .body .glist{margin-left:15px!important} a[x-apple-data-detectors]{color:inherit!important}
ul.x li:before{content:"\\2022"; margin-left:-10px} .icon:after{content:"\\e901"}
.desktop{display:block} .mobile{display:none;max-height:0;overflow:hidden}
@media only screen and (max-width:600px){.desktop{display:none!important} .mobile{display:block!important;max-height:none!important} td[class="col"]{width:100%!important;float:none}}
@media (prefers-color-scheme: dark){.body,.paper{background:#111!important;color:#fff!important} h1,p,td{color:#ffffff!important}}
[data-ogsc] .paper{color:#ffffff!important} ::-webkit-scrollbar{display:none} @keyframes in{from{opacity:0}to{opacity:1}}
</style></head><body class="body" style="margin:0;background:#f4f4f4"><div class="preheader" style="display:none;font-size:1px;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;mso-hide:all;">Report trouble &#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" width="100%" bgcolor="#f4f4f4"><tr><td align="center"><!--[if (gte mso 9)|(IE)]><table width="600"><tr><td><![endif]--><table class="paper" style="max-width:600px;background:#ffffff"><tr><td style="font-size:0;line-height:0" height="20">&nbsp;</td></tr><tr><td class="col"><p style="color:#333333;font-size:16px">${first}</p></td></tr><tr><td class="col" style="background-color:#1a73e8;background:url(x.png)"><span style="color:#ffffff">${second}</span></td></tr></table><!--[if (gte mso 9)|(IE)]></td></tr></table><![endif]--></td></tr></table><img src="https://t.example/o.gif" width="1" height="1" alt="" style="display:none"></body></html>`;

export const clientMails: readonly ClientMail[] = [
  { client: 'Outlook for Windows', html: outlook, text: `${own}\n· Server 2\nAda Byron` },
  { client: 'Gmail', html: gmail, text: own },
  { client: 'Gmail of somebody who writes from right to left', html: gmailRightToLeft, text: own },
  { client: 'Apple Mail', html: apple, text: own },
  { client: 'Thunderbird', html: thunderbird, text: own },
  { client: 'Roundcube', html: roundcube, text: own },
  { client: 'Outlook on the web', html: outlookWeb, text: own },
  { client: 'Outlook for iOS', html: outlookMobile, text: own },
  { client: 'pasted from a web page', html: pasted, text: own },
  { client: 'a tool for newsletters', html: campaign, text: own },
];
