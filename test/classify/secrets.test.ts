import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSecrets, redact, redactTogether } from '../../src/classify/secrets.ts';
import { labelledMails, parts } from './labelled-mails.ts';

const kinds = (text: string) => findSecrets(text).map(({ kind }) => kind);
const found = (text: string) => findSecrets(text).map(({ start, end }) => text.slice(start, end));

describe('passwords in prose', () => {
  test.each([
    ['my password is Sunflower22!', 'Sunflower22!'],
    ['Password: hunter2', 'hunter2'],
    ['pwd=Qwerty_9', 'Qwerty_9'],
    ['the password for the ldap user is otter-88.', 'otter-88'],
    ['my password is "purple monkey dishwasher" ok', 'purple monkey dishwasher'],
    ['mon mot de passe est Cerise2019, merci', 'Cerise2019'],
    ['mdp : Nantes44!!', 'Nantes44!!'],
    ['Password:\nhunter2', 'hunter2'],
    ['use Winter2026! as password', 'Winter2026!'],
    ['login: bob / Winter2026!', 'Winter2026!'],
    ['my password is sunshine', 'sunshine'],
    ['postgres://app:s3cr3tpw@db.internal/x', 's3cr3tpw'],
    ['the PIN is 8841', '8841'],
    ["the password's Heron_1953, keep it", 'Heron_1953'],
    ['das Passwort lautet Ziegel-7, danke', 'Ziegel-7'],
    ['mot_de_passe: Girelle-en-juin', 'Girelle-en-juin'],
    ['the password is, in capitals, WHEATSHEAF, and fails', 'WHEATSHEAF'],
    ['my password is moonraker. Please help', 'moonraker'],
    ['Her password has been moonraker since May.', 'moonraker'],
    ['my password (rosebud) no longer works', 'rosebud'],
    ['I tried "open sesame street" as the password', 'open sesame street'],
    ['user jane, password teapot', 'teapot'],
    ['pass: letmein', 'letmein'],
    ['Phrase secrète de la clé : trois bassines en cuivre', 'trois bassines en cuivre'],
  ])('%s', (text, secret) => {
    expect(found(text)).toContain(secret);
    expect(redact(text)).not.toContain(secret);
  });

  test.each([
    'My password is expired.',
    'the password is not working since yesterday',
    'Mon mot de passe est refusé depuis hier.',
    'The password must be 14 characters long.',
    'How do I reset my password?',
    'password: see attachment in the portal',
    'the password is wrong',
    'is the password case sensitive?',
    'The safe with all the passwords is gone. Nothing else.',
    'Il a donné son mot de passe à un escroc. Elle est administratrice.',
    'password=********',
    'mot de passe : xxxxx',
  ])('none in: %s', (text) => {
    expect(kinds(text)).toEqual([]);
  });
});

describe('passwords and codes without their name', () => {
  test.each([
    ['To get in she types gravel7pit and presses the key.', 'gravel7pit'],
    ['It asks for the word, and the word is Dandelion, it says.', 'Dandelion'],
    ['on tape le mot, qui est Bergeronnette avec un grand B', 'Bergeronnette'],
    ['The terminal is unlocked with the word Corpus-1680', 'Corpus-1680'],
    ["La borne s'ouvre avec Brioche22 d'habitude", 'Brioche22'],
    ['It was Maple!leaf before, works on the barn PC', 'Maple!leaf'],
    ['Le code à six chiffres du portail, 905513, ne passe plus', '905513'],
    ['The keypad of the back office takes 773410 and nothing else', '773410'],
    ['The one-time code I got was 519 024 and it expired', '519 024'],
    ['Credentials for the demo user:\ndemo.north\nPebble2Beach', 'Pebble2Beach'],
    ['wifi Guest / lime4two, portal the same', 'lime4two'],
    ['what we always type is PenRed886m', 'PenRed886m'],
    ['pwd:harbour bells still refused', 'harbour bells'],
    ['The cleaner saw it: Thistle1874!, should I worry?', 'Thistle1874!'],
    ['Knock, knock. Who is there? Bramble*40. Look around.', 'Bramble*40'],
    ['She writes RosaRosa3 and then it says too many.', 'RosaRosa3'],
    ['The horse and the year we married, so biscuit1987, and it stays red.', 'biscuit1987'],
    ['Il y a une étiquette avec « Girouette_1802 » sous la table.', 'Girouette_1802'],
    ['docker run -e LDAP_PW=quince-jelly idbridge exits 137', 'quince-jelly'],
    ['<user>rh</user> <password>quatre=soupes</password>', 'quatre=soupes'],
  ])('%s', (text, secret) => {
    expect(found(text)).toContain(secret);
    expect(redact(text)).not.toContain(secret);
  });

  test.each([
    'The reader shows error code 40921 and then exit code 4712.',
    'We log in with Windows11 and Outlook2021.',
    'The word is out that you fixed it. Thank you!',
    'The form wants a post code, 90210 is refused.',
    'Order code 4471902, invoice 20931.',
    'Report#5 costs US$46, see section#2.4 of INC0098877 and kernel#2.4.18, thanks!',
    'We use Windows11!, Office365! and september2026 as the month.',
    'Agents 3&4, rooms B12+B14 and the R&D floor are fine.',
    'Please enter the year, 2024, in the form.',
    'Content-Type: text/plain; charset=us-ascii',
    'Log in at https://portal.example/Start4You and type your name.',
  ])('none in: %s', (text) => {
    expect(kinds(text)).toEqual([]);
  });
});

describe('where other programs and languages name them', () => {
  test.each([
    ['我的密码是Kite7!Lantern，谢谢', 'Kite7!Lantern'],
    ['登录密码：Kite7!Lantern', 'Kite7!Lantern'],
    ['パスワードは「Kite7!Lantern」です', 'Kite7!Lantern'],
    ['비밀번호: Kite7!Lantern', 'Kite7!Lantern'],
    [`AccountName=backup;AccountKey=${'Zm9vYmFy'.repeat(10)}==;`, `${'Zm9vYmFy'.repeat(10)}==`],
    ['SharedAccessKey=abcdEFGH1234ijklMNOP5678qrst+/VWX=', 'abcdEFGH1234ijklMNOP5678qrst+/VWX='],
  ])('%s', (text, secret) => {
    expect(redact(text)).not.toContain(secret.slice(0, 13));
  });

  test.each(['忘记密码怎么办？请帮助', 'パスワードを忘れました。', '비밀번호를 잊었습니다.'])(
    'a question about one is none: %s',
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );
});

describe('passwords told in passing, in forms and spelled', () => {
  test.each([
    ['His login is refused, he swears it is Pebble$2018 and I saw him type it.', 'Pebble$2018'],
    ['The new key of the wifi is on the door – p3bble-green – for whoever needs it.', 'p3bble-green'],
    ['my thing broke, it was pebbleMonday66 all year', 'pebbleMonday66'],
    ['user : yard\nand behind it you type\nAllezPebbles1994\nmind the capitals', 'AllezPebbles1994'],
    ["New wifi in the barn, it's pebbles_for_all. Come by.", 'pebbles_for_all'],
    ['Pour se connecter, on met « svc » suivi de Galet.Breton.1292.', 'Galet.Breton.1292'],
    ['We checked together: capital P Pebble.2021 with the dot', 'Pebble.2021'],
    ["Il a plus de douze caractères, comptez : MonGaletRouleSurLeau. L'autre non.", 'MonGaletRouleSurLeau'],
    ['login / key : qa_lead // P@bble-Stone', 'P@bble-Stone'],
    ['user/pass: bob / Pebble77', 'Pebble77'],
    ['Name | Password | Room\nbob | Pebblestone | 12\nann | grey-gull | 14', 'grey-gull'],
    ['senha: seixos', 'seixos'],
    ['KENNWORT = kiesel', 'kiesel'],
    ['Identifiant : demo\nPhrase : galet bleu 140m\nMerci', 'galet bleu 140m'],
    ['My recovery codes are 7HJK-99PL-QW2E and 4F4F-KK20-PLM9, none works', '4F4F-KK20-PLM9'],
    ['codes de secours :\n12345678\n87654321', '87654321'],
    ['The password, letter by letter: capital P, e, b, b, l, e, 7', 'capital P, e, b, b, l, e, 7'],
    ['mot de passe : G-a-l-e-t-7-7', 'G-a-l-e-t-7-7'],
    ['docker login -u bob -p p3bble.Stone registry.internal', 'p3bble.Stone'],
  ])('%s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  test.each([
    ['Try pebblestone as the code, it always worked.', 'pebblestone'],
    ['My password used to be pebblestone.', 'pebblestone'],
    ['We all share one password, pebblestone, I know.', 'pebblestone'],
    ['My password:\npebble stone', 'pebble stone'],
    ['wifi is called Shore, key is gulls and chips', 'gulls and chips'],
    ['Login is jdoe and then pebblestone.', 'pebblestone'],
    ['credentials: jdoe, pebble7', 'pebble7'],
    ["Pour l'ouvrir : galet-rond. Merci", 'galet-rond'],
    ['Meine PIN geht nicht. Das Passwort ist immer noch Kieselstein', 'Kieselstein'],
    ['mi contraseña sigue siendo Guijarro22', 'Guijarro22'],
  ])('a plain word: %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  test.each([
    "We log in to host ldap-par1 and server build-krakow, it's Windows11 with Office2021.",
    'The ticket is INC0098877, the case is CS-2025-0419 and the login fails.',
    'The login page shows error 0x80070005, code AADSTS50011, then E4012.',
    'Our user name is jdoe12, the account: jdoe12, and the machine: lobby-pc22.',
    'It is version 2.14.3 of the connector; before it was v1.9-rc2. Login works.',
    'Please enter purchasing@greenfinch.example or idm@kvp, see https://portal.example/Start4You_now.',
    'Log in before 2026-11-26 or 26.11.2026, it costs 46.50 EUR or $120 a user.',
    'The user is on SageX100 and cannot open the vault of payslips.',
    'User | Role | Last login\nbob | admin | today\nann | user | never',
    'My name is K-o-w-a-l-s-k-i, please correct it.',
    'Please reset my password.\nMaria\n',
    'I forgot my password, however, the code came.',
    'Codes de secours : comment les obtenir ?',
    'The recovery codes never arrived, case 40921 is open.',
    'To open: click on the link.',
    'Pour ouvrir : cliquez sur le lien.',
    'I type everything and it says wrong password.',
    'The code arrives late, "delivery delayed" it says.',
    'the wifi key is on the wall',
    'He forgot the password and is now angry. He reads it to me on ext 4410.',
  ])('none in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('hostile repeats', () => {
  const pieces = [
    '"',
    'a-b-',
    'Abc1 ',
    'a b c d e ',
    'capital M then ',
    'user | password\nfoo | bar\n',
    'recovery codes ',
    'type "abc def ',
    'user/pass: ',
    'password:\n',
    "it's Abcdefgh12 ",
    'wifi a key ',
    'log in with "',
    'to open it: ',
  ];

  // Where the work grows with the square of the length, this takes minutes.
  test.each(pieces)('200 KB end: %j', { timeout: 30_000 }, (piece) => {
    const spans = findSecrets(piece.repeat(Math.ceil(200_000 / piece.length)));
    expect(spans.every(({ start, end }) => end > start)).toBe(true);
  });
});

describe('card numbers', () => {
  test.each(['4111111111111111', '4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005'])('%s', (number) => {
    expect(kinds(`charge ${number} please`)).toEqual(['card-number']);
  });

  test.each(['4111111111111112', '1234567890123456', '0000000000000000', '+49 4111 1111 1111 1111 1111 1111'])(
    'no card: %s',
    (number) => {
      expect(kinds(`call ${number} please`)).toEqual([]);
    },
  );
});

describe('redaction', () => {
  const mails = parts.flatMap((part) => labelledMails(part)).filter((mail) => mail.secrets.length > 0);

  test('takes out what it finds, wherever it stands, and finds nothing the second time', () => {
    for (const mail of mails) {
      const once = redact(mail.text);
      for (const value of found(mail.text)) expect(once.includes(value) && value.length >= 6).toBe(false);
      expect(redact(once)).toBe(once);
    }
  });

  test('no planted secret of the development part survives, but for one that is told by nothing but its place', () => {
    const surviving = mails
      .filter((mail) => mail.part === 'development')
      .flatMap((mail) => mail.secrets.filter(({ value }) => redact(mail.text).includes(value)));
    expect(surviving).toEqual([{ kind: 'password', value: '0range.Peel' }]);
  });

  test('a secret named once is removed everywhere', () => {
    expect(redact('My password is Heron-4711. I typed Heron-4711 twice.')).not.toContain('Heron-4711');
  });

  describe('of the texts of one mail', () => {
    const together = (...texts: readonly string[]) => redactTogether(texts);

    test('a secret that one names goes out of the others, where nothing says that it is one', () => {
      const texts = ['Heron-4711 does not work', 'My password is Heron-4711.', 'Heron-4711.pdf'];
      expect(together(...texts)).toEqual([
        '[password removed] does not work',
        'My password is [password removed]',
        '[password removed].pdf',
      ]);
      expect(together(...texts.toReversed()).join()).not.toContain('Heron-4711');
    });

    test('a short code goes where it stands by itself, not out of a longer number', () => {
      expect(together('code 7741, order 177410', 'My PIN is 7741.')[0]).toBe('code [password removed], order 177410');
    });

    test('a short word stays: it may be an ordinary word elsewhere', () => {
      const [subject, text] = together('The cats of the office', 'password: cats');
      expect(subject).toBe('The cats of the office');
      expect(text).not.toContain('cats');
    });

    test('texts without any stay as they are, each in its place', () => {
      expect(together('', 'The backup fails', '')).toEqual(['', 'The backup fails', '']);
      expect(together()).toEqual([]);
    });
  });

  test('a random password after a colon never survives, whatever surrounds it', () => {
    const value = fc.stringMatching(/^[A-Za-z][A-Za-z0-9!#%_-]{4,20}[0-9]$/);
    fc.assert(
      fc.property(value, fc.string({ maxLength: 40 }), (secret, before) => {
        expect(redact(`${before}\npassword: ${secret}\nthanks`)).not.toContain(secret);
      }),
    );
  });

  // A time that grows with the square of the length would be minutes here.
  test.each(["x'=", 'pw=', '<password>', 'type a1! '])('two million characters of %s are read to their end', (bait) => {
    const text = `${bait.repeat(Math.ceil(2_000_000 / bait.length))}\nmy password is Sunflower22!`;
    expect(redact(text).endsWith('my password is [password removed]')).toBe(true);
  });

  test('spans are in order, inside the text and apart', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (noise) => {
        const text = `${noise} password is Abc123! ${noise} 4111111111111111`;
        let last = 0;
        for (const { start, end } of findSecrets(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
