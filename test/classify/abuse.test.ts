/** Abuse by frames: insults and threats in wordings of many kinds beside civil fury, which must never be taken for them. */
import { describe, expect, test } from 'vitest';
import { classify } from '../../src/classify/classify.ts';

const abuseOf = (text: string, subject = '') => classify({ subject, text, attachmentNames: [] }).abuse.label;

describe('what is said of whom', () => {
  test.each([
    ['abusive', 'You absolute numpty, did you even open the log?'],
    ['abusive', 'Your agent Marcus is a lying weasel and a fool.'],
    ['abusive', 'What kind of moron closes a ticket without reading it'],
    ['abusive', "I've had more sense out of my dog than out of you, you cretin"],
    ['abusive', 'Are you lot actually this thick?'],
    ['abusive', "You're a joke of a human being, Karen."],
    ['abusive', 'Whoever wrote this reply has the IQ of a teapot.'],
    ['abusive', 'Do the world a favour and quit, you talentless hack'],
    ['abusive', 'Congratulations, you incompetent buffoon, you broke it again'],
    ['abusive', 'bunch of spineless weasels the lot of you'],
    ['abusive', "I wouldn't trust you to boil an egg, you dozy cow"],
    ['abusive', 'you people are subhuman'],
    ['abusive', 'Go back to whatever hole you crawled out of'],
    ['abusive', 'ur all retards'],
    ['abusive', 'Learn to read, dumbass.'],
    ['abusive', 'That girl on the phone is as thick as two short planks'],
    ['abusive', 'Piss off and let a grown-up answer.'],
    ['abusive', 'I hope you get fired, you smug little toad.'],
    ['abusive', 'your staff are a bunch of inbred monkeys'],
    ['abusive', 'Vous êtes une bande de bons à rien.'],
    ['abusive', 'Votre collègue Martine est une grosse truie.'],
    ['abusive', "Mais quel crétin m'a encore répondu n'importe quoi ?"],
    ['abusive', 'Apprenez à lire, pauvre tache.'],
    ['abusive', "Tu sers à rien, t'es juste un larbin."],
    ['abusive', "Bravo les champions, vous avez le QI d'une huître."],
    ['abusive', 'Espèce de gros nul, réponds à la question'],
    ['abusive', "Vous n'êtes qu'une bande de guignols incompétents"],
    ['abusive', 'allez crever bande de rats'],
    ['abusive', "Ta mère aurait mieux fait de s'abstenir."],
    ['abusive', "Ce Thomas est un âne bâté, qu'il change de métier"],
    ['abusive', 'Vous me dégoûtez, tous autant que vous êtes.'],
    ['threatening', 'I know which train you take home, Sarah.'],
    ['threatening', 'One of these days somebody will put you in hospital.'],
    ['threatening', "If this isn't fixed I'll come round and break your fingers one by one."],
    ['threatening', 'You have a lovely daughter. Would be awful if something happened to her.'],
    ['threatening', "I've got a shotgun in the truck and your address on the seat."],
    ['threatening', 'Fix it or I will burn your office to the ground.'],
    ['threatening', "You'll be picking your teeth off the floor."],
    ['threatening', "My cousins are on their way to your office. You'll see what happens."],
    ['threatening', 'Sleep well tonight. It may be the last time.'],
    ['threatening', "We'll see how brave you are when I'm standing in front of you with a crowbar"],
    ['threatening', "I swear to god I'm going to strangle whoever closed this ticket"],
    ['threatening', 'Je vais venir vous casser les dents.'],
    ['threatening', "Je connais l'école de ta fille."],
    ['threatening', 'Je vous attends ce soir à la sortie, vous allez moins rigoler.'],
    ['threatening', 'Si vous coupez mon compte, je coupe les freins de votre voiture.'],
    ['threatening', "Un de ces jours quelqu'un va te planter."],
    ['threatening', "J'arrive avec un bidon d'essence et je fais tout flamber."],
    ['threatening', 'Mes cousins vont venir te rendre visite, prépare-toi.'],
    ['threatening', 'On sait où vous garez votre voiture.'],
    ['threatening', "Tu vas finir à l'hôpital si tu continues."],
    ['abusive', 'Your Mr Harris has the wits of a turnip and the charm of a drain.'],
    ['abusive', 'You are a small, petty man and I pity whoever shares a desk with you.'],
    ['abusive', 'Whoever wrote this should not be trusted with scissors, let alone customers.'],
    ['abusive', 'Votre technicien est un pauvre type, un raté qui se venge sur les clients.'],
    ['abusive', "Vous avez le cerveau d'une limace et la politesse d'un portail rouillé."],
    ['threatening', 'We know which bus you take, Karen. Mind the step.'],
    ['threatening', 'My cousins would like a word with you, behind the depot, after dark.'],
    ['threatening', 'You will want to check under your car every morning from now on.'],
    ['threatening', 'Je sais où votre fille prend le bus. Réfléchissez bien.'],
    ['threatening', 'Vous feriez bien de ne plus sortir seul, un accident est vite arrivé.'],
    ['none', 'My solicitor will visit your office on Monday with the papers.'],
    ['none', 'I am coming to your office on Friday to return the scanner, please have somebody at the desk.'],
    ['none', 'Honestly a goat could use the old version, the new one needs a degree.'],
    ['none', 'We have two dogs and a house plant in the office and the camera thinks they are people.'],
    ['none', 'Votre portail est nul, lent et laid, et votre réponse ne répond à rien.'],
    ['none', "J'ai votre nom sur la facture mais pas votre adresse, à bientôt chez vous pour la formation ?"],
    ['none', 'Someone let the intern near the admin console again, can you undo the change?'],
    ['none', 'Nobody is home at night, so the courier could not deliver the token.'],
    ['none', 'On se verra sur le parking pour la livraison des badges jeudi soir.'],
    ['none', 'My dog is smarter than this robot of yours.'],
    ['none', 'I am furious. This is the worst support I have ever had and I will tell everyone.'],
    ['none', 'Your service is pathetic and your answers are useless. I want a refund.'],
    ['none', "You must think I'm an idiot."],
    ['none', "Don't treat us like morons, we know how DNS works."],
    ['none', 'I felt like a complete fool in front of my board.'],
    ['none', 'You will regret losing us as a customer.'],
    ['none', "You'll hear from my lawyer and you will pay for every lost hour."],
    ['none', "I'm going to kill this contract if it isn't fixed."],
    ['none', 'This delay is killing us. Fix it or we walk.'],
    ['none', "I'll come to your office on Monday to discuss the contract."],
    ['none', 'We will find you in breach of contract.'],
    ['none', "It's a joke. You are a joke of a supplier."],
    ['none', 'How dumb is this design? Whoever made it never used it.'],
    ['none', 'Your bot is an idiot.'],
    ['none', "I'll be there with my laptop at nine."],
    ['none', "We know where your data centre is, that's not the question."],
    ['none', 'You lied to us. Twice. I am livid.'],
    ['none', 'Shame on you. My patients suffered because of this.'],
    ['none', 'I could murder a coffee. Anyway, which port is it?'],
    ['none', "Somebody is going to get hurt if the door locks keep failing: the fire doors won't open for the nurses."],
    ['none', 'People will die if this pager system stays down, please understand.'],
    ['none', 'Accidents happen, I know, but please restore the backup.'],
    ['none', 'Be careful with the update, it broke our stairs lift login.'],
    ['none', 'Vous me prenez pour un imbécile ?'],
    ['none', "C'est du grand n'importe quoi, je suis hors de moi."],
    ['none', 'Votre service est nul, vos réponses sont minables, je veux être remboursé.'],
    ['none', 'Vous allez le regretter, nous passons chez le concurrent.'],
    ['none', "Vous allez payer les heures perdues, notre avocat s'en occupe."],
    ['none', "Je vais débarquer dans vos bureaux avec tout le dossier pour qu'on en parle."],
    ['none', "Ça me tue, ce truc. Je vais finir par jeter l'ordinateur par la fenêtre."],
    ['none', "On se fiche de nous. J'ai l'air d'un idiot devant mes clients."],
    ['none', "C'est inadmissible, honteux, indigne. J'exige un rappel."],
    ['none', "Quelqu'un va finir par se blesser si les portes ne s'ouvrent plus."],
    ['none', 'Un accident est vite arrivé avec ces suppressions en masse, ajoutez une confirmation.'],
    ['none', 'Il est bête comme chou, votre réglage, merci.'],
    ['none', 'You guys are killing me with these updates'],
    ['none', "If you don't fix this, heads will roll here, mine first."],
    ['none', 'I will fight you in court over this invoice.'],
    ['none', "I'm not an idiot, I did restart it."],
    ['none', "Honestly I'd fire whoever approved this change."],
    ['none', 'The clown fish screensaver crashes.'],
    ['swearing', 'Your update is a piece of shit and it fucked our servers.'],
    ['swearing', 'Votre mise à jour de merde a tout niqué, putain.'],
    ['swearing', 'what the hell, the damn thing crashed again'],
    ['swearing', 'Bordel, ça rame.'],
    ['swearing', "calvaire de tabarnak que c'est lent"],
    ['swearing', 'criss de patente'],
    ['swearing', 'this sodding printer, honestly'],
    ['abusive', 'You bunch of gormless halfwits, answer me.'],
    ['abusive', 'Your support woman is a lying toad.'],
    ['abusive', 'Only a moron like you would close that.'],
    ['abusive', "He's a waste of oxygen and so are you."],
    ['abusive', 'Were you dropped on your head?'],
    ['abusive', 'Votre agent Lucas est un crétin fini.'],
    ['abusive', "Espèce d'abruti, relis ma question."],
    ['abusive', "Vous n'êtes que des rats."],
    ['abusive', 'Allez tous crever.'],
    ['threatening', 'I will find you and I will break your jaw.'],
    ['threatening', 'Shame if something happened to your office.'],
    ['threatening', 'We know where you sleep, Tom.'],
    ['threatening', 'My brother and I are coming over with a bat.'],
    ['threatening', 'Je sais à quelle heure tu sors.'],
    ['threatening', 'Je mets le feu à vos locaux ce soir.'],
    ['threatening', 'Tu vas prendre cher, fais attention à toi.'],
    ['none', 'You must take us for morons.'],
    ['none', 'I looked like a clown in front of the board.'],
    ['none', 'Your survey asks if I would recommend you. To my worst enemy.'],
    ['none', "If the nurses can't page, somebody will die. Please, please hurry."],
    ['none', "I'm coming to your stand at the fair to see the demo, with my boss."],
    ['none', 'We shall pursue this through the courts and you will pay our costs.'],
    ['none', "I'd like to throw this laptop in the river."],
    ['none', 'The script of our play contains "I will kill you, Tom" and your filter eats it.'],
    ['none', "Vos excuses ne suffisent plus, c'est une honte et je le ferai savoir."],
    ['none', 'Je vais finir par tout débrancher.'],
    ['none', 'Nous irons devant le juge et vous paierez.'],
    ['none', 'On nous prend pour des idiots.'],
    ['none', 'Is there a "dead man\'s switch" in the contract?'],
  ] as const)('%s: %s', (expected, text) => {
    expect(abuseOf(text)).toBe(expected);
  });
});

describe('what others said', () => {
  test('the subject of a mail that is passed on is not the writer’s', () => {
    const text = 'The mail below came from a man we dismissed. How do we keep him out?';
    expect(abuseOf(text, "FW: I will find you and you'll bleed")).toBe('none');
    expect(abuseOf(text, "I will find you and you'll bleed")).toBe('threatening');
  });

  test.each(['Re: you are all idiots', 'AW: Re: you are all idiots', 'RE[2]: you are all idiots'])(
    'nor is that of a mail that is answered: %s',
    (subject) => {
      expect(abuseOf('Please ignore this man, we dismissed him and he writes to everybody.', subject)).toBe('none');
      expect(abuseOf('You are all idiots.', subject)).toBe('abusive');
    },
  );

  test('the name of an attached mail is its subject', () => {
    const named = (name: string) =>
      classify({ subject: 'A threat', text: 'We got this, what shall we do?', attachmentNames: [name] }).abuse.label;
    expect(named('You are all idiots.eml')).toBe('none');
    expect(named('You are all idiots.MSG')).toBe('none');
    expect(named('You are all idiots.txt')).toBe('abusive');
  });

  test.each([
    [
      'up to the end of a sentence',
      'A customer wrote to us: "You are all idiots and I will burn your office down." How do we block him?',
    ],
    [
      'over several sentences',
      'The mail to our chairman reads "You are scum. I will kill you and your family. Watch your back." Who opened it?',
    ],
    [
      'in French',
      'Un client nous écrit « Bande de connards. Je vais vous crever. » Comment bloquer son compte chez nous ?',
    ],
    [
      'without marks',
      'A former employee sent us this threat: I will kill you and your family. Can you help us find his sign-ins?',
    ],
    [
      'as what somebody said',
      'Your agent called me a moron on the phone. He said: go fuck yourself. I want to complain.',
    ],
    [
      'as what was said in French',
      "Votre technicien m'a répondu : va te faire foutre connard. Je souhaite porter plainte.",
    ],
  ])('what an admin reports of others is not the admin’s: %s', (_where, text) => {
    expect(abuseOf(text)).toBe('none');
  });

  test.each([
    'I measured it: the screen is 24" wide. You are all idiots and I will burn your office down. Thanks for nothing.',
    'I left your boss a message: you are all idiots and I will burn your office down. Do you understand me?',
    '"You are all idiots and I will burn your office down."',
    'I said: you are all idiots and I will burn your office down. Do you understand me?',
    'As I told your agent: you are all idiots and I will burn your office down. Is that clear?',
  ])('but the writer’s own words are: %s', (text) => {
    expect(abuseOf(text)).toBe('threatening');
  });

  test.each(['Nique ta mère', 'Sale pute, crève.', 'Kill yourself please'])(
    'an insult in few words is one: %s',
    (text) => {
      expect(abuseOf(text)).toBe('abusive');
    },
  );

  test('words between quotation marks are somebody else’s, unless they are all there is', () => {
    expect(abuseOf('Your filter stopped a script of ours for its line "I will break your legs". Why?')).toBe('none');
    expect(abuseOf('Votre filtre arrête « je vais te casser la gueule » dans un roman.')).toBe('none');
    expect(abuseOf('"I will break your legs"')).toBe('threatening');
  });
});

describe('severity by shares and ways round', () => {
  test.each([
    [2, 'Plant three, 180 of 3,100 users, cannot sign in; there is no other way for them.'],
    [1, '0 of 840 machines can log in.'],
    [3, '2 of 300 users cannot log in.'],
    [2, 'Trois agences sur cinq ne peuvent plus se connecter, aucune solution de repli.'],
    [1, 'Affected: 100 % (3,100 users)\nLost: sign-in for everybody\nFallback: none'],
    [1, 'Nobody can log in anywhere and the emergency codes are refused as well.'],
    [2, 'Nobody in the company can log in, but the emergency login works for now.'],
    [2, 'The feed mill, 14 of 60 people, cannot sign in and writes everything by hand.'],
    [3, 'Une seule personne ne peut plus se connecter.'],
    [2, 'Nobody can sign in with SSO, but the local password works for everybody, so we get by.'],
    [2, 'All users lost the VPN, we use the web portal meanwhile.'],
    [2, 'Plus personne ne peut passer par le SSO, mais le mot de passe local fonctionne.'],
    [1, 'Nobody can sign in, and not one password works.'],
    [3, 'If nobody could sign in, what would your response time be?'],
  ] as const)('%i: %s', (severity, text) => {
    expect(classify({ subject: '', text, attachmentNames: [] }).severity).toBe(severity);
  });
});

describe('an agent may be software', () => {
  test.each([
    'Your agent is a stupid piece of software.',
    'Your agent is a piece of shit, it crashes all day.',
    'Your backup agent is retarded software.',
    'Your agent service is brain dead since the update.',
    'The agent we installed on forty servers is a complete idiot of a program.',
    'Your stupid agent keeps crashing on every Windows server we have.',
    'Votre agent est un logiciel stupide qui plante tout le temps.',
    'Votre agent est une merde de programme.',
  ])('%s', (text) => {
    expect(['none', 'swearing']).toContain(abuseOf(`${text} Please help us.`));
  });

  test.each([
    'Your agent is a stupid man.',
    'Your agent is stupid.',
    'Your agent told me to reinstall it, he is a moron.',
    'Your agent is a moron, I had to reboot everything myself because of him.',
    'Your agent is a stupid piece of software, you idiots.',
    'Your agent on the phone said to restart it, she is an imbecile.',
    'Votre agent est un abruti.',
  ])('and may be a person: %s', (text) => {
    expect(abuseOf(text)).toBe('abusive');
  });
});

describe('what the model adds', () => {
  const judged = (text: string) => classify({ subject: '', text, attachmentNames: [] }).abuse;

  test('abuse that no rule knows, with the words that spoke for it', () => {
    const found = judged(
      'Tell your girl on the desk a hamster with a head injury would read my ticket better than she does.',
    );
    expect(found).toMatchObject({ label: 'abusive', because: [{ rule: 'model' }] });
    expect(found.because[0]?.words.length).toBeGreaterThan(0);
  });

  test('what is not sure is a doubt and no label', () => {
    expect(judged('You must take us for morons.')).toMatchObject({ label: 'none', doubt: true });
    expect(judged('Thank you, that was quick.')).toEqual({ label: 'none', because: [] });
  });

  test('a rule that met its words in another sense is a doubt', () => {
    const said = judged(
      'Papa est à l’hôpital, il ne peut plus parler. Ses commandes sont sur son espace, comment les lire ?',
    );
    expect(said).toMatchObject({ label: 'none', doubt: true });
    expect(said.because.map(({ rule }) => rule)).toEqual(['threat-consequence-fr']);
  });

  test('other languages are left to the rules, and quotations to those who said it', () => {
    const insult = 'una enfermera con más cabeza que usted, un burro lo haría mejor';
    expect(judged(`Hola, quiero hablar con el responsable porque necesito ${insult}.`).doubt).toBeUndefined();
    expect(
      judged(
        'Our receptionist at the front desk was told by a visitor "you are a donkey and a hamster with less brain than my boot".',
      ).label,
    ).toBe('none');
  });
});
