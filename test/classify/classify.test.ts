import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Classification, RequestKind } from '../../src/classify/classification.ts';
import { classify } from '../../src/classify/classify.ts';
import { costlyKinds } from '../../src/classify/request.ts';
import { labelledMails, parts } from './labelled-mails.ts';

const of = (text: string, subject = '', attachmentNames: readonly string[] = []) =>
  classify({ subject, text, attachmentNames });
const label = ({ request, severity, abuse, automatic }: Classification) => ({
  kind: request.kind,
  severity,
  abuse: abuse.label,
  automatic,
});

describe('a mail of each kind', () => {
  test.each([
    ['ordinary', 'How do I change the wallpaper policy for one group?'],
    ['ordinary', 'We deleted the account of a leaver last week, now SSO fails.'],
    ['ordinary', 'How do I reset a password myself?'],
    ['credentials', 'Please reset my password.'],
    ['credentials', 'Pouvez-vous réinitialiser mon mot de passe ?'],
    ['grant-access', 'Please give Ana access to the finance server.'],
    ['grant-access', 'Merci de donner à Ana les droits sur le serveur de paie.'],
    ['become-admin', 'Make me an administrator, please.'],
    ['become-admin', 'Je souhaite devenir administrateur.'],
    ['tenant-change', 'Please disable the user accounts of these leavers.'],
    ['tenant-change', 'Veuillez désactiver les comptes utilisateurs de ces salariés.'],
    ['delete-account', 'Please delete our account.'],
    ['delete-account', 'Merci de supprimer notre compte.'],
    ['account-information', 'Who is the owner of our account?'],
    ['account-information', 'Qui est le propriétaire de notre compte ?'],
    ['recovery-disgruntled-admin', 'We fired our administrator and he locked us out. Delete his admin account.'],
    [
      'recovery-closure',
      'Our company has been dissolved, certificate attached. What do you need to remove the tenant?',
    ],
    ['recovery-mistake', 'Attached is a court order that lists what you must change in our tenant.'],
    ['recovery-cessation', 'Stop all support for our company until our CEO calls you.'],
    ['recovery-preventative', 'Our mail server was hacked. Delete our admin account as a precaution.'],
    ['escalation-manager', 'I want to speak with an escalation manager.'],
    ['purchase', 'Please send us a quote for 50 licences.'],
    ['deny-appeal', 'Our address is on your deny-list by mistake. Please remove it.'],
  ] as const)('%s: %s', (kind, text) => {
    const { request } = of(text);
    expect(request.kind).toBe(kind);
    expect(request.score).toBeGreaterThan(0.5);
  });
});

describe('every label explains itself', () => {
  test('with the rule and its words', () => {
    const judged = of('Please delete our account. You are all idiots. Nobody can log in.');
    expect(judged.request.because[0]).toMatchObject({ rule: 'p-delete-verb-en' });
    expect(judged.request.because[0]?.words.join(' ')).toContain('delete our account');
    expect(judged.abuse.because[0]?.words.join(' ')).toContain('idiots');
    expect(judged.severityBecause.map(({ rule }) => rule)).toContain('reach-all');
  });

  test('and never with a secret', () => {
    const secret = 'Kingfisher-77!';
    const judged = of(`Please set my password to ${secret} and delete our account. My password is ${secret}.`);
    expect(JSON.stringify(judged)).not.toContain(secret);
    expect(judged.secrets).toEqual(['password']);
  });
});

describe('doubt', () => {
  test.each([
    ['German', 'Hallo, bitte löschen Sie unser Konto. Danke, Jürgen'],
    ['Spanish', 'Hola, necesito que eliminen la cuenta de nuestra empresa, por favor. Gracias.'],
    ['Portuguese', 'Olá, preciso que vocês encerrem a conta da nossa empresa. Obrigado.'],
    ['Russian', 'Удалите, пожалуйста, нашу учётную запись и все данные компании.'],
    ['Japanese', 'アカウントを削除してください。お願いします。'],
  ])('%s that may mean more than an ordinary request goes to a person', (_language, text) => {
    const { request } = of(text);
    expect(request.doubt || costlyKinds.has(request.kind)).toBe(true);
  });

  test.each([
    'Bitte antworten Sie nicht mehr auf Anfragen unserer Firma, wir haben einen Streit.',
    'Bitte führen Sie bis auf Weiteres keine Wünsche von Herrn Kranz mehr aus.',
    'Por favor, no atiendan más peticiones de nuestra empresa.',
    'Por favor, ignorem todos os pedidos da nossa empresa até novo aviso.',
    'Wir sind in der Abwicklung, die Firma gibt es ab Juni nicht mehr.',
    'Unser Laptop wurde gestohlen, bitte alles dichtmachen.',
  ])('what may be a recovery in a language without rules does so too: %s', (text) => {
    expect(of(text).request.doubt).toBe(true);
  });

  test('clearly ordinary German is not doubted', () => {
    expect(of('Hallo, vielen Dank für die schnelle Hilfe. Es geht wieder.').request).toMatchObject({
      kind: 'ordinary',
      doubt: false,
    });
  });

  test('a forward that says nothing of its own is doubted', () => {
    const { request } = of('-----Original Message-----\nFrom: Ana\nSubject: x\n\nPlease delete our account.');
    expect(request.doubt).toBe(true);
  });

  test('a mail that was cut is doubted', () => {
    expect(of('All is well with the printers today. '.repeat(3_000)).request.doubt).toBe(true);
  });

  test.each<[string, string, RequestKind, readonly RequestKind[]]>([
    ['', "Reset Anna's password please. And could you add Tom to the finance group?", 'credentials', ['grant-access']],
    ['', 'Give Anna access to the CRM and lock the account of Peter', 'grant-access', ['tenant-change']],
    ['', 'I want to speak to your manager, and reset the MFA of Anna.', 'escalation-manager', ['credentials']],
    ['Question', 'réinitialisez le mot de passe de Paul', 'ordinary', ['credentials']],
    ['', 'Could you reset the password of Paul and lock the account of Tom?', 'credentials', ['tenant-change']],
    [
      '',
      "Réinitialisez le mot de passe de Paul et donnez à Anna l'accès au dossier Direction.",
      'credentials',
      ['grant-access'],
    ],
  ])('of two requests none is lost: %s %s', (subject, text, kind, also) => {
    expect(of(text, subject).request).toMatchObject({ kind, also });
  });

  test('and one request is one', () => {
    expect(of("Could you reset Paul's password?").request).not.toHaveProperty('also');
    expect(of('The printer in room four prints blank pages again.').request).not.toHaveProperty('also');
    expect(of('Reset the password of Paul and Tom, and tell me when it is done.').request).not.toHaveProperty('also');
    expect(of('Do not reset the password of Paul and do not lock his account.').request).not.toHaveProperty('also');
  });

  test.each(['Printer prints blank pages', 'RE: Windows update'])(
    'a subject about something else does not outweigh the text: %s',
    (subject) => {
      for (const text of [
        'Our bookkeeper holds the keys to everything and laughs at us since Friday.',
        'I pressed the wrong button and now I am nobody here.',
        'We went under in March and the trustee wants it gone.',
      ]) {
        const { request } = of(text, subject);
        expect([text, request.doubt || costlyKinds.has(request.kind)]).toEqual([text, true]);
      }
    },
  );

  test.each([
    ['Backup', 'The backup job stopped last night.'],
    ['Sync', 'The directory sync stopped at 3 am.'],
    ['VPN', 'VPN dropped twice today.'],
  ])('a few words under a subject that says what they are about are not doubted: %s', (subject, text) => {
    expect(of(text, subject).request).toMatchObject({ kind: 'ordinary', doubt: false });
  });

  test('and so is one of which something could not be read before', () => {
    const { request } = classify({ subject: 'Printers', text: 'All is well.', attachmentNames: [], unread: true });
    expect(request).toMatchObject({ doubt: true, because: [{ rule: 'unread', words: [] }] });
  });

  test.each([
    ['nothing but an image', '', ['scan.png']],
    ['nothing but a pointer to a letter', 'Dear all, please see the attached letter. Regards', ['letter.pdf']],
    ['the same in French', 'Bonjour, veuillez trouver ci-joint notre courrier. Cordialement', ['courrier.pdf']],
  ])('%s goes to a person', (_what, text, names) => {
    expect(of(text, 'Our request', names).request.doubt).toBe(true);
  });

  test.each([
    ['a screenshot of a problem', 'Please see the attached screenshot of the error.', ['error.png']],
    ['a text that says what it is about', 'The printer in room four prints blank pages.', ['logo.png']],
  ])('%s does not', (_what, text, names) => {
    expect(of(text, 'A problem', names).request).toMatchObject({ kind: 'ordinary', doubt: false });
  });
});

describe('what looks like something nobody reads', () => {
  const ordinary = 'Hello team, the printer in room four prints again since this morning.';
  const asked = 'Please delete our account and all its data.';
  test.each([
    [
      'words that notices of confidentiality begin with too',
      'Dear support team, good morning,\n\nThis message is intended to request that you delete our account and all data.',
    ],
    [
      'the same in French',
      "Bonjour à toute l'équipe,\n\nCe message est une demande de suppression de notre compte. Merci de supprimer toutes nos données.",
    ],
    [
      'what stands below a notice of confidentiality',
      'Hello dear support people,\n\nThis e-mail may contain confidential information for the recipient.\n\nPlease delete our account.',
    ],
    [
      'too much behind two dashes for a signature',
      `All is well with the printers.\n\n--\n${'Line of the works list.\n'.repeat(13)}Please delete our account and all its data.`,
    ],
    ['what stands below a rule', `${ordinary}\n\n____________________\n${asked}`],
    ['what stands below two dates', `${ordinary}\n\nFrom: 1 January\nTo: 5 January\nnobody is here. ${asked}`],
    ['what somebody wrote down', `${ordinary}\n\nOn behalf of the board I wrote this down:\n${asked}`],
    ['what was sent from somewhere', `${ordinary}\n\nSent from my phone. ${asked}`],
    ['a line behind a bar', `${ordinary}\n\n|${asked}`],
    ['dots between all letters', `${ordinary}\n\nP.l.e.a.s.e d.e.l.e.t.e our a.c.c.o.u.n.t`],
    [
      'a request in the paragraph of a notice',
      `${ordinary}\n\nThis message may contain confidential information. Kindly erase the organisation and all its data.`,
    ],
  ])('%s is read', (_what, text) => {
    expect(of(text).request.kind).toBe('delete-account');
  });

  test('a notice of confidentiality is not', () => {
    const notice =
      'This e-mail is intended for the recipient alone. If it reached you in error,\nplease delete it and tell the sender.';
    expect(of(`The printer in room four prints blank pages.\n\n${notice}`)).toEqual(
      of('The printer in room four prints blank pages.'),
    );
  });

  test.each([
    ['German', 'Bitte löschen Sie unser Konto vollständig.'],
    ['Spanish', 'Por favor eliminen nuestra cuenta.'],
    ['Portuguese', 'Por favor encerrem a nossa conta.'],
    ['Italian', 'Vi preghiamo di cancellare il nostro account.'],
    ['Dutch', 'Graag ons account verwijderen.'],
    ['Polish', 'Proszę usunąć nasze konto.'],
    ['Turkish', 'Hesabımızı silin lütfen.'],
    ['Russian', 'Пожалуйста, удалите наш аккаунт.'],
    ['Chinese', '请删除我们的账户和所有数据。'],
    ['Arabic', 'يرجى حذف حسابنا وجميع البيانات'],
  ])('one sentence of %s in an English mail goes to a person', (_language, sentence) => {
    const cover = 'Hello team, our single sign-on works again since this morning, and the login page is fast now.';
    expect(of(`${cover}\n\n${sentence}`).request).toMatchObject({ doubt: true });
    expect(of(cover).request).toMatchObject({ kind: 'ordinary', doubt: false });
  });

  test.each([
    'Sent from my iPhone, please excuse typos. Sorry!',
    'Sent from my phone. Please excuse brevity.',
    'On Tue, 3 Mar 2026 at 10:00, Support wrote:\nplease delete our account',
    'Am Montag schrieb Support:\nplease delete our account',
    '____________________\n\nFrom: Bob\nSent: Monday\nTo: Ada\n\nplease delete our account',
    '| please delete our account',
  ])('the client’s own lines are not: %s', (tail) => {
    expect(label(of(`${ordinary}\n\n${tail}`))).toEqual(label(of(ordinary)));
  });

  test.each(['李伟，上海分公司', 'С уважением, Иван Петров, Москва', 'שגיאה'])(
    'a name or a word in other letters does not: %s',
    (words) => {
      expect(of(`${ordinary}\n\nKind regards\n${words}`).request).toMatchObject({ kind: 'ordinary', doubt: false });
    },
  );

  test('letters in reverse order, which a reader sees forwards', () => {
    expect(of('Hi, \u202e.atad sti lla dna tnuocca ruo eteled esaelp\u202c').request.doubt).toBe(true);
  });

  test.each([
    'pl3ase d3lete our acc0unt',
    'Kindly term1nate 0ur ten4nt',
    'eraze it: .noitasinagro ruo eteled esaelP',
    'Bonjour, suppr1mez notre c0mpte.',
  ])('a word that only a person makes out goes to that person: %s', (text) => {
    expect(of(text).request.doubt).toBe(true);
    // And not because the other words say enough.
    const among = `Hello team, our single sign-on works again since this morning. ${text}`;
    expect(of(among).request.because).toContainEqual({ rule: 'disguised', words: [] });
  });

  test.each([
    'The host adm1-rack3 and the user w4gner@rosewood.test print blank pages again.',
    'Windows 11 24h2 with the agent v3.2a0 shows the caffe menu, b0rked as always.',
    'Pour utiliser le portail, la touche F4e ne marche pas.',
  ])('names and numbers do not: %s', (text) => {
    expect(of(text).request).toMatchObject({ kind: 'ordinary', doubt: false });
  });

  test.each([
    'Hi, please see below.',
    'FYI',
    'FYI, see below.',
    'Please take care of the message below for us.',
    'Bonjour, merci de traiter la demande ci-dessous.',
    'Pour info.',
  ])('nothing but a pointer to what is quoted goes to a person: %s', (text) => {
    expect(of(text).request.doubt).toBe(true);
  });

  test.each([
    'FYI the printer in room four prints blank pages again.',
    'See the error log below, the printer stops each morning.',
    'The value is below zero in room four.',
  ])('what says itself what it is about does not: %s', (text) => {
    expect(of(text).request).toMatchObject({ kind: 'ordinary', doubt: false });
  });

  test('the name of the last of many attachments', () => {
    const names = [...Array.from({ length: 60 }, (_, index) => `photo-${index}.jpg`), 'please delete our account.pdf'];
    expect(of('The pictures of the printer in room four that prints blank pages.', '', names).request).toMatchObject({
      doubt: true,
    });
  });
});

describe('a request in the middle of much else', () => {
  const log = Array.from(
    { length: 120 },
    (_, line) =>
      `2026-03-0${(line % 9) + 1} 10:${10 + (line % 50)}:07 agent[${400 + line}]: policy refreshed, next run in 90 s`,
  );
  const chatter =
    'The new printer on the second floor is doing well and the colleagues like the colours of it. ' +
    'On Tuesday the wifi in the canteen was slow for an hour, then it was quick again, as you know it. ';
  const around: Readonly<Record<string, string>> = { 'a log': log.join('\n'), 'small talk': chatter.repeat(60) };
  const asked = [
    'Please delete our account and everything in it.',
    'Veuillez supprimer notre compte et toutes nos données.',
    'Which of our people are down as contacts with you?',
    'Qui est enregistré comme propriétaire de notre compte ?',
    'We fired our administrator and he locked us out. Delete his admin account.',
    'Please make Ellie an administrator of our organisation.',
    'Stop all support for our company until our CEO calls you.',
  ];
  const rows = Object.entries(around).flatMap(([name, text]) => asked.map((request) => [name, text, request] as const));
  test.each(rows)('in %s', (_name, text, request) => {
    const judged = of(`Hello,\n\n${text}\n\n${request}\n\n${text}`).request;
    expect(judged.doubt || costlyKinds.has(judged.kind)).toBe(true);
  });

  test.each(Object.entries(around))('%s alone is ordinary', (_name, text) => {
    expect(of(`Hello,\n\n${text}\n\nThanks.\n\n${text}`).request).toMatchObject({ kind: 'ordinary', doubt: false });
  });
});

describe('nothing hides the text', () => {
  const plain = label(of('Please delete our account'));
  test.each([
    ['look-alike letters', 'Plеаsе dеlеtе оur ассоunt'],
    ['Cyrillic capitals', 'РLЕАSЕ DЕLЕТЕ ОUR АССОUNТ'],
    ['zero-width spaces', 'Plea\u200bse de\u200ble\u200bte our ac\u200bcou\u200bnt'],
    ['soft hyphens', 'Please de\u00adlete our ac\u00adcount'],
    ['fullwidth letters', 'Ｐｌｅａｓｅ ｄｅｌｅｔｅ ｏｕｒ ａｃｃｏｕｎｔ'],
    ['combining marks', 'Ple\u0301ase de\u0336le\u0336te our acc\u0336ount'],
    ['mathematical letters', '𝐏𝐥𝐞𝐚𝐬𝐞 𝐝𝐞𝐥𝐞𝐭𝐞 𝐨𝐮𝐫 𝐚𝐜𝐜𝐨𝐮𝐧𝐭'],
    ['letters in boxes', 'Please 🅳🅴🅻🅴🆃🅴 our 🅐🅒🅒🅞🅤🅝🅣'],
    ['letters in brackets', 'Please ⒟⒠⒧⒠⒯⒠ our 🄐🄒🄒🄞🄤🄝🄣'],
    ['tags and bidi marks', 'Please \u202ade\u{e0061}lete\u202c our account'],
    ['Hangul fillers', 'Please de\u3164lete our account'],
    ['non-breaking spaces', 'Please\u00a0delete\u2007our\u202faccount'],
    ['line breaks anywhere', 'Please\ndelete\nour\naccount'],
  ])('%s', (_trick, text) => {
    expect(label(of(text))).toEqual(plain);
  });

  test('letters set apart', () => {
    expect(of('please d e l e t e our a.c.c.o.u.n.t').request.kind).toBe('delete-account');
  });

  test('leetspeak hides no insult', () => {
    expect(of('you are all 1d10ts').abuse.label).toBe('abusive');
  });

  test('the subject and the names of attachments count', () => {
    expect(of('See above.', 'Please delete our account').request.kind).toBe('delete-account');
    expect(of('as discussed', '', ['court_order_signed.pdf']).request.kind).toBe('recovery-mistake');
  });
});

describe('what the client or the writer adds changes no label', () => {
  const mails = parts
    .flatMap((part) => labelledMails(part))
    .filter((mail) => mail.text.length > 60 && !mail.text.includes('>'));
  const sample = mails.filter((_, index) => index % 6 === 0);
  const changes: Readonly<Record<string, (text: string) => string>> = {
    'a signature': (text) =>
      `${text}\n-- \nJane Doe | Administrator, Court & Police Liaison\nPlease delete this account if received in error`,
    'a quoted thread': (text) =>
      `${text}\n\nOn Tue, 3 Mar 2026 at 10:00, Support <help@example.com> wrote:\n> you are an idiot, please delete our account\n> nobody can log in`,
    'an Outlook thread': (text) =>
      `${text}\n\n-----Original Message-----\nFrom: Support\nSent: Monday\nSubject: Re: password reset\n\nPlease delete our account`,
    'a French thread': (text) =>
      `${text}\n\nLe mar. 3 mars 2026 à 10:00, Support a écrit :\n> supprimez notre compte, bande d'idiots`,
    'CRLF and trailing blanks': (text) => text.replaceAll('\n', '   \r\n'),
    'blank lines around': (text) => `\n\n\n${text}\n\n\n`,
    'non-breaking spaces': (text) => text.replaceAll(' ', '\u00a0'),
    'a phone': (text) => `${text}\n\nSent from my iPhone`,
  };
  test.each(Object.entries(changes))('%s', (_name, change) => {
    const changed = sample.filter((mail) => {
      const before = label(of(mail.text, mail.subject));
      const after = label(of(change(mail.text), mail.subject));
      return JSON.stringify(before) !== JSON.stringify(after);
    });
    expect(changed.map(({ text }) => text)).toEqual([]);
  });

  test('capitals', () => {
    const changed = sample
      .filter((mail) => mail.secrets.length === 0)
      .filter((mail) => {
        const before = label(of(mail.text, mail.subject));
        const after = label(of(mail.text.toUpperCase(), mail.subject.toUpperCase()));
        return JSON.stringify(before) !== JSON.stringify(after);
      });
    expect(changed.map(({ text }) => text)).toEqual([]);
  });

  test('the order of paragraphs', () => {
    const paragraphs = [
      'Please delete our account.',
      'We moved to another product in May.',
      'Nobody uses it any more, 12 users in all.',
    ];
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      expect(of(order.map((place) => paragraphs[place]).join('\n\n')).request.kind).toBe('delete-account');
    }
  });
});

describe('abuse has a target', () => {
  test.each([
    ['none', 'I feel like an idiot for having recommended you.'],
    ['none', 'We will sue you, leave a bad review and terminate the contract.'],
    ['none', 'Do not treat me as if I were stupid.'],
    ['none', 'My boss is going to kill me. Your outages are killing us.'],
    ['none', 'How do I kill a process?'],
    ['none', 'Your technician wrote:\n> you are an idiot\nI expect an apology.'],
    ['swearing', 'This fucking agent crashed again.'],
    ['swearing', 'Your product is a piece of shit.'],
    ['abusive', 'You are a piece of shit.'],
    ['abusive', 'Fuck you.'],
    ['abusive', 'Vous êtes tous des abrutis.'],
    ['threatening', 'I will find you and break your legs.'],
    ['threatening', 'Je sais où vous habitez.'],
  ] as const)('%s: %s', (expected, text) => {
    expect(of(text).abuse.label).toBe(expected);
  });

  test('no furious but civil mail of the labelled set is taken for abuse', () => {
    const wrong = parts
      .flatMap((part) => labelledMails(part))
      .filter((mail) => mail.furious && ['abusive', 'threatening'].includes(of(mail.text, mail.subject).abuse.label));
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });
});

describe('severity is impact', () => {
  test.each([
    [1, 'Nobody in the company can log in.'],
    [1, 'Plus personne dans l’entreprise ne peut se connecter.'],
    [2, 'Nobody in the company can log in at the first attempt, the second attempt works.'],
    [2, 'About 40 users in Berlin cannot log in; the other offices are fine.'],
    [1, 'Not one of the nurses gets past the login since seven. We are on paper.'],
    [2, 'One in four crew tablets asks for enrolment again, they swap with the others.'],
    [2, 'Half of the warehouse waits in front of an empty page.'],
    [2, 'Deux de nos quatre cabinets sont devant une page blanche.'],
    [3, 'One user cannot log in.'],
    [3, 'Nobody minds, but everyone sees the old address in the footer. Nothing urgent.'],
    [3, 'We have 300 people at 12 sites. How many users may we add?'],
    [3, 'URGENT!!! SEVERITY 1!!! THE LOGO IS BLURRED!!!'],
    [3, 'What would happen if all users were locked out?'],
    [3, 'Yesterday nobody could log in, but it is fixed now.'],
  ] as const)('%i: %s', (severity, text) => {
    expect(of(text).severity).toBe(severity);
  });

  test('shouting changes nothing about any labelled mail', () => {
    const mails = labelledMails('held-out').filter((mail) => mail.severity !== null);
    expect(mails.length).toBeGreaterThan(50);
    for (const { subject, text } of mails) {
      const calm = of(text, subject).severity;
      for (const [shoutedSubject, shouted] of [
        [subject.toUpperCase(), text.toUpperCase()],
        [`URGENT: ${subject}`, text],
        [`[URGENT] ${subject} - ASAP`, `${text}\n\nURGENT!!!`],
        [subject, text.replace(/\.(?= |$)/g, '!!!')],
        [subject, `${text}\n\nPriority: critical. Please answer as soon as possible!`.replace('Please answer ', '')],
      ] as const) {
        expect([shouted, of(shouted, shoutedSubject).severity]).toEqual([shouted, calm]);
      }
    }
  });

  test('shouting changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom('!', '!!!', ' URGENT', ' ASAP!!!', ' CRITICAL'), (shout) => {
        expect(of(`One user cannot log in${shout}`).severity).toBe(3);
      }),
    );
  });
});

describe('a mail that says next to nothing', () => {
  test.each([
    ['Hello', 'hello'],
    ['', 'hello\nthanks'],
    ['Help', 'Please help.'],
    ['Test', 'ordinary request'],
    ['Test', ''],
  ])('%j with %j is ordinary, beyond doubt', (subject, text) => {
    const { request } = classify({ subject, text, attachmentNames: [] });
    expect(request).toMatchObject({ kind: 'ordinary', doubt: false });
  });

  test('is what it asks all the same where a rule knows it', () => {
    const { request } = classify({ subject: '', text: 'Delete our account', attachmentNames: [] });
    expect(request.kind).toBe('delete-account');
  });
});

describe('hostile input', () => {
  const inputs: Readonly<Record<string, string>> = {
    empty: '',
    'white space only': ' \t\n\u00a0\u2003',
    '5 MB': 'lorem ipsum dolor '.repeat(290_000),
    'a line of a million letters': 'x'.repeat(1_000_000),
    '100,000 empty lines': '\n'.repeat(100_000),
    '100,000 quoted lines': '> \n'.repeat(100_000),
    'a million invisible characters': '\u200b'.repeat(1_000_000),
    'lone surrogates': '\ud800'.repeat(1_000) + '\udc00delete our account',
    'NUL and controls': 'please\u0000 delete\u0007 our\u001b account',
    'UTF-7': '+ADw-script+AD4-delete our account+ADw-/script+AD4-',
    'wrong charset': Buffer.from('Supprimez notre compte, réponse à déplacer').toString('latin1'),
    'mixed scripts': 'удалить our 削除 account حساب احذف delete',
    'nested forwards': 'From: a\nTo: b\n'.repeat(5_000),
    'regular expression bait': 'delete the our my this '.repeat(10_000),
    'insult bait': 'you are a fucking stupid lazy '.repeat(10_000),
    'password bait': 'password for the user of my '.repeat(10_000),
    'PEM bait': '-----BEGIN RSA PRIVATE KEY-----'.repeat(10_000),
    digits: '4111 1111 '.repeat(50_000),
  };
  test.each(Object.entries(inputs))('%s gets a label', (_name, text) => {
    const judged = of(text);
    expect(judged.severity).toBe(3);
    expect(judged.request.score).toBeGreaterThanOrEqual(0);
    expect(judged.request.score).toBeLessThanOrEqual(1.5);
    if (text.length > 300_000) expect(judged.request.doubt).toBe(true);
  });

  test.each(['empty', 'white space only'])('%s is in doubt: nothing is asked', (name) => {
    expect(of(inputs[name] ?? '?').request).toMatchObject({ doubt: true, because: [{ rule: 'empty', words: [] }] });
    expect(of(inputs[name] ?? '?', 'Printer').request).toMatchObject({ kind: 'ordinary' });
  });

  test('any text at all, twice the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.string({ unit: 'binary' }), (text, subject) => {
        expect(of(text, subject)).toEqual(of(text, subject));
      }),
      { numRuns: 60 },
    );
  });
});

describe('language', () => {
  test.each([
    ['en', 'Hello, the agent does not start on my laptop since the update.'],
    ['fr', "Bonjour, l'agent ne démarre plus sur mon poste depuis la mise à jour."],
    ['de', 'Hallo, der Agent startet seit dem Update auf meinem Rechner nicht mehr.'],
    ['es', 'Hola, el agente no arranca en mi ordenador desde la actualización.'],
    ['pt', 'Olá, o agente não inicia no meu computador desde a atualização.'],
    ['und', '??? 12345 ---'],
    ['und', 'Здравствуйте, агент не запускается на моём компьютере.'],
  ])('%s: %s', (language, text) => {
    expect(of(text).language).toBe(language);
  });
});
