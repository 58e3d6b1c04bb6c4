import { describe, expect, it } from 'vitest';
import { newestTextOf } from '../../src/message/newest-text.ts';

const quoted = '> Dear Ada,\n> please tell us more.\n>\n> Support';

describe('answers with quoted history', () => {
  it.each([
    ['On Tue, Jul 1, 2025 at 10:00 AM Support <support@postern.test> wrote:'],
    ['On Tue, Jul 1, 2025 at 10:00 AM Support\n<support@postern.test> wrote:'],
    ['On 1 Jul 2025, at 10:00,\nSupport of the Company\n<support@postern.test>\nwrote:'],
    ['Am 01.07.2025 um 10:00 schrieb Support <support@postern.test>:'],
    ['Am Di., 1. Juli 2025 um 10:00 Uhr schrieb Support <\nsupport@postern.test>:'],
    ['Le mar. 1 juil. 2025 à 10:00, Support <support@postern.test> a écrit :'],
    ['Le 01/07/2025 à 10:00, Support a\u00a0écrit\u00a0:'],
    ['El mar, 1 jul 2025 a las 10:00, Support (<support@postern.test>) escribió:'],
    ['Il giorno mar 1 lug 2025 alle ore 10:00 Support <support@postern.test> ha scritto:'],
    ['Em ter., 1 de jul. de 2025 às 10:00, Support <support@postern.test> escreveu:'],
    ['Op di 1 jul 2025 om 10:00 schreef Support <support@postern.test>:'],
    ['Den tis 1 juli 2025 kl 10:00 skrev Support <support@postern.test>:'],
    ['W dniu 1.07.2025 o 10:00, Support pisze:'],
    ['1.7.2025 10.00, Support kirjoitti:'],
    ['вт, 1 июл. 2025 г. в 10:00, Support <support@postern.test> пишет:'],
    ['2025年7月1日(火) 10:00 Support <support@postern.test> 写道：'],
    ['Support <support@postern.test> wrote:'],
  ])('drops the history under %j', (attribution) => {
    expect(newestTextOf(`It works now.\n\n${attribution}\n\n${quoted}\n`).text).toBe('It works now.');
  });

  it('keeps answers below and between quoted lines', () => {
    const text = `On Tue, Support wrote:\n> Which version?\nThe newest.\n> Since when?\nMonday.\n`;
    expect(newestTextOf(text).text).toBe('The newest.\nMonday.');
  });

  it('drops history without quote marks under an attribution', () => {
    const text = 'Yes please.\n\nOn Tue, Jul 1, 2025, Support wrote:\nShall we?\nRegards';
    expect(newestTextOf(text).text).toBe('Yes please.');
  });

  it.each([
    ['-----Original Message-----\nFrom: Support\nSent: Tuesday\nTo: Ada\nSubject: Hi\n\nOld text'],
    ['________________________________\nFrom: Support <s@postern.test>\nSent: Tuesday\nTo: Ada\nSubject: Hi\n\nOld'],
    ['*From:* Support\n*Sent:* Tuesday\n*To:* Ada\n\nOld text'],
    ['Von: Support\nGesendet: Dienstag\nAn: Ada\nBetreff: Hallo\n\nAlter Text'],
    ['-----Ursprüngliche Nachricht-----\nAlter Text'],
    ["-----Message d'origine-----\nDe : Support\nEnvoyé : mardi\nÀ : Ada\nObjet : Bonjour\n\nAncien"],
    ['De : Support\nEnvoyé : mardi\nÀ : Ada\nObjet : Bonjour\n\nAncien'],
    ['De: Support\nEnviado el: martes\nPara: Ada\nAsunto: Hola\n\nAntiguo'],
    ['Da: Support\nInviato: martedì\nA: Ada\nOggetto: Ciao\n\nVecchio'],
    ['Van: Support\nVerzonden: dinsdag\nAan: Ada\nOnderwerp: Hoi\n\nOud'],
    ['发件人: Support\n日期: 2025年7月1日\n收件人: Ada\n主题: 你好\n\n旧'],
  ])('drops the history under %j', (history) => {
    expect(newestTextOf(`Danke, merci, thanks.\n\n${history}`).text).toBe('Danke, merci, thanks.');
  });

  it('answers below a quoted header block stay', () => {
    const text = '-----Original Message-----\nFrom: Support\nSent: Tuesday\nTo: Ada\n\n> Which version?\n\nThe newest.';
    expect(newestTextOf(text).text).toBe('The newest.');
  });
});

describe('what only looks like history stays', () => {
  it.each([
    ['On Monday our server crashed. Your colleague wrote: restart it.'],
    ['From: is the field that I cannot edit.\nPlease delete our account.'],
    ['Am Montag ging nichts mehr.\nBitte löschen Sie das Konto.'],
    ['See these facts:\n- one\n- two'],
    ['Le serveur ne répond plus :\nmerci de vérifier.'],
    ['Two things -- and a dash -- in a line.'],
  ])('%j', (text) => {
    expect(newestTextOf(text).text).toBe(text);
  });
});

describe('signatures', () => {
  it('go with their delimiter', () => {
    expect(newestTextOf('Please help.\n-- \nAda Lovelace\nAnalytical Engines Ltd').text).toBe('Please help.');
  });

  it('that are no signatures stay: a request may follow the delimiter', () => {
    const request = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    expect(newestTextOf(`Hello\n--\n${request}`).text).toContain('line 19');
  });

  it.each(['Sent from my phone. Please delete our account.', 'Envoyé de mon téléphone, supprimez notre compte.'])(
    'keeps what is said behind such a line: %s',
    (line) => {
      expect(newestTextOf(`It works now.\n\n${line}\n`).text).toBe(`It works now.\n\n${line}`);
    },
  );

  it('drops what belongs to it', () => {
    expect(newestTextOf('It works now.\n\nSent from my phone. Please excuse any typos.\n').text).toBe('It works now.');
  });

  it.each(['Sent from my iPhone', 'Von meinem iPhone gesendet', 'Envoyé de mon iPhone', 'Get Outlook for iOS'])(
    '%s goes',
    (line) => {
      expect(newestTextOf(`Please help.\n\n${line}`).text).toBe('Please help.');
    },
  );
});

describe('forwarded mail', () => {
  const forward = '---------- Forwarded message ---------\nFrom: Bob\nDate: Tue\nTo: Ada\nSubject: x\n\nTheir text';

  it('leaves what the writer put above it', () => {
    expect(newestTextOf(`What shall I do about this?\n\n${forward}`).text).toBe('What shall I do about this?');
  });

  it('is all there is when the writer put nothing above it', () => {
    expect(newestTextOf(forward).text).toContain('Their text');
  });

  it.each([
    ['Begin forwarded message:'],
    ['-------- Weitergeleitete Nachricht --------'],
    ['---------- Message transféré ---------'],
    ['-------- Mensaje reenviado --------'],
  ])('begins with %s', (line) => {
    expect(newestTextOf(`See below.\n\n${line}\nTheir text`).text).toBe('See below.');
  });
});

describe('cleartext signatures', () => {
  it('leave the text that they sign', () => {
    const text =
      '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nPlease help.\n- -- dashed\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----';
    expect(newestTextOf(text).text).toBe('Please help.\n-- dashed');
  });
});

describe('limits', () => {
  it('is empty only when the text is', () => {
    expect(newestTextOf('').text).toBe('');
    expect(newestTextOf(' \n\n ').text).toBe('');
    expect(newestTextOf(quoted).text).toBe(quoted);
    expect(newestTextOf('--\nAda').text).toBe('--\nAda');
  });

  it.each([
    ['lines', '  at Server.listen (net.js:1:1)\n'.repeat(3_000)],
    ['characters', `${'0123456789 '.repeat(60)}\n`.repeat(400)],
    ['characters in one line', '0123456789 '.repeat(20_000)],
    ['own characters that all were read', `${'0123456789 '.repeat(60)}\n`.repeat(100)],
  ])('of too many %s both ends are kept: a request stands before or after what is pasted', (_, log) => {
    const { text: newest, cut } = newestTextOf(`Before.\n${log}After.`);
    expect(newest).toMatch(/^Before\.\n/);
    expect(newest).toMatch(/After\.$/);
    expect(cut).toBe(true);
  });

  it('a long paragraph on one line stays whole', () => {
    const paragraph = `${'We are happy with it all. '.repeat(80)}Please delete our account.`;
    expect(newestTextOf(paragraph)).toEqual({ text: paragraph, cut: false });
  });

  it.each([
    ['lines', '> An old line\n'.repeat(1_900)],
    ['lines without marks', 'An old line\n'.repeat(5_000)],
    ['characters without marks', 'An old word. '.repeat(50_000)],
  ])('a history of many %s cuts nothing that the writer wrote', (_, history) => {
    const newest = newestTextOf(`Please help.\n\nOn 1 Jul 2025, Support wrote:\n${history}`);
    expect(newest).toEqual({ text: 'Please help.', cut: false });
  });

  it('a cut between quoted lines is told: an answer may have stood there', () => {
    const quotedLines = '> An old line\n'.repeat(3_000);
    expect(newestTextOf(`${quotedLines}Delete our account.\n${quotedLines}Please help.`)).toEqual({
      text: 'Please help.',
      cut: true,
    });
  });

  it.each([
    ['newlines', '\n'.repeat(100_000)],
    ['quote marks', '> '.repeat(50_000)],
    ['quoted lines', '>\n'.repeat(50_000)],
    ['attribution openings', 'On \n'.repeat(50_000)],
    ['attribution closings', 'wrote:\n'.repeat(50_000)],
    ['header names', 'From:\n'.repeat(50_000)],
    ['dashes', '-'.repeat(100_000)],
    ['dash lines', '-----\n'.repeat(50_000)],
    ['spaces', ' '.repeat(100_000)],
    ['colons', ':'.repeat(100_000)],
    ['surrogates', '\ud800'.repeat(100_000)],
  ])('100,000 characters of %s end within the caps', (_, text) => {
    const { text: newest } = newestTextOf(text);
    expect(newest.length).toBeLessThanOrEqual(32 * 1024);
    expect(newest.split('\n').length).toBeLessThanOrEqual(2_000);
    expect(newest.isWellFormed()).toBe(true);
  });
});
