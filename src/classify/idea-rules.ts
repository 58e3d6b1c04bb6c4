/**
 * Rules over ideas (`concept-words.ts`) instead of words: which of them meet in one stretch of text. They reach wordings
 * that nobody has written down, and for that are never sure of themselves: of the costly kinds a person decides.
 */
import type { Because, RequestKind } from './classification.ts';
import type { ConceptName } from './concept-words.ts';
import { conceptNames } from './concepts.ts';
import type { Guess } from './model.ts';

type IdeaRule = {
  readonly id: string;
  readonly kind: RequestKind;
  /** One of each list must be met. */
  readonly all: readonly (readonly ConceptName[])[];
};

/** What an idea rule adds: enough to be asked about, too little to decide (`request.ts`). */
export const ideaScore = 0.6;

/** What makes dangerous words harmless, whatever they are. */
const harmless: readonly ConceptName[] = ['settled', 'onlyAsking', 'documents', 'filterCategory'];

const rules: readonly IdeaRule[] = [
  {
    id: 'idea-cessation-anyone',
    kind: 'recovery-cessation',
    all: [
      ['doNothing', 'stopSupport'],
      ['anyoneOfUs', 'innerWar'],
      ['untilCall', 'innerWar', 'ourSide'],
    ],
  },
  {
    id: 'idea-cessation-call',
    kind: 'recovery-cessation',
    all: [['doNothing'], ['untilCall'], ['anyoneOfUs', 'innerWar', 'ourSide', 'stopSupport']],
  },
  { id: 'idea-cessation-instructed', kind: 'recovery-cessation', all: [['doNothing'], ['untilCall'], ['board']] },
  {
    id: 'idea-prevent-untouched',
    kind: 'recovery-preventative',
    all: [
      ['takenElsewhere', 'breach'],
      ['admin', 'unAdmin'],
      ['notTouchedYet', 'precaution'],
      ['unAdmin', 'delete', 'vanish', 'disable', 'close'],
    ],
  },
  { id: 'idea-prevent-unadmin', kind: 'recovery-preventative', all: [['takenElsewhere'], ['unAdmin']] },
  {
    id: 'idea-disgruntled',
    kind: 'recovery-disgruntled-admin',
    all: [
      ['admin', 'technician', 'topRights'],
      ['dismissed', 'fellOut'],
      ['hostile', 'harmsUs', 'stillInside'],
      ['police', 'delete', 'vanish', 'whatCanWeDo', 'unAdmin', 'disable'],
    ],
  },
  {
    id: 'idea-disgruntled-police',
    kind: 'recovery-disgruntled-admin',
    all: [
      ['admin', 'technician', 'topRights'],
      ['harmsUs', 'stillInside'],
      ['police', 'fellOut'],
    ],
  },
  {
    id: 'idea-closure',
    kind: 'recovery-closure',
    all: [
      ['closure'],
      ['delete', 'close', 'vanish', 'whatPapers', 'unused'],
      ['account', 'atYours', 'whatPapers', 'unused'],
    ],
  },
  {
    id: 'idea-mistake-none-left',
    kind: 'recovery-mistake',
    all: [
      ['mistake', 'ownHand'],
      ['soleAdmin', 'nobodyInCharge'],
    ],
  },
  {
    id: 'idea-mistake-stranger',
    kind: 'recovery-mistake',
    all: [['wrongHolder'], ['admin', 'account', 'topRights', 'inWhoseName', 'atYours']],
  },
  {
    id: 'idea-mistake-court',
    kind: 'recovery-mistake',
    all: [['court'], ['restore', 'fraud', 'wrongHolder'], ['account', 'admin', 'atYours', 'inWhoseName', 'topRights']],
  },
  {
    id: 'idea-delete-leaving',
    kind: 'delete-account',
    all: [
      ['weLeave', 'leavingVendor', 'spareOne', 'duplicate'],
      ['vanish'],
      ['allOfOurs', 'account', 'atYours', 'whole'],
    ],
  },
  {
    id: 'idea-delete-all-of-ours',
    kind: 'delete-account',
    all: [['vanish', 'delete'], ['allOfOurs'], ['atYours', 'account', 'data']],
  },
  {
    id: 'idea-info-name',
    kind: 'account-information',
    all: [['inWhoseName'], ['contract', 'price', 'admin', 'account', 'atYours']],
  },
  {
    id: 'idea-info-usage',
    kind: 'account-information',
    all: [['usage'], ['list', 'admin', 'user', 'police', 'court']],
  },
  {
    id: 'idea-access-cannot-see',
    kind: 'grant-access',
    all: [['cannotSee'], ['sharedThing', 'resource', 'newcomer', 'addPerson']],
  },
  {
    id: 'idea-access-newcomer',
    kind: 'grant-access',
    all: [['newcomer'], ['access', 'cannotSee', 'addPerson'], ['sharedThing', 'resource']],
  },
  {
    id: 'idea-appeal',
    kind: 'deny-appeal',
    all: [
      ['refusedHere', 'denyList'],
      ['letBack', 'apology'],
      ['refusedHere', 'ourAddress', 'letBack'],
    ],
  },
  {
    id: 'idea-credentials',
    kind: 'credentials',
    all: [
      ['password', 'secondFactor', 'apiKey'],
      ['reset', 'vanish', 'takenElsewhere'],
    ],
  },
  {
    id: 'idea-purchase',
    kind: 'purchase',
    all: [
      ['moreOfUs', 'buy'],
      ['price', 'moreOfUs'],
    ],
  },
  {
    id: 'idea-admin-succession',
    kind: 'become-admin',
    all: [['succession'], ['admin', 'topRights', 'inChargeOfIt'], ['makeRole', 'succession', 'addPerson']],
  },
];

/** Without one of these nothing is asked for of the kind; the model alone would guess it where it knows no word. */
const coreIdeas: Partial<Readonly<Record<RequestKind, readonly ConceptName[]>>> = {
  'account-information': [
    'who',
    'list',
    'contract',
    'inWhoseName',
    'usage',
    'otherCompany',
    'data',
    'account',
    'ourAddress',
    'topRights',
    'admin',
    'user',
  ],
};
/** What is left of a guess that lacks them. */
const withoutCore = 0.3;

/** A kind that may be meant, and the rule that says so. */
export type Idea = { readonly kind: RequestKind; readonly because: Because };

const place = (idea: ConceptName): number => conceptNames.indexOf(idea);
const placed = rules.map(({ id, kind, all }) => ({
  idea: { kind, because: { rule: id, words: [] } },
  all: all.map((list) => list.map(place)),
}));
const harmlessPlaces = harmless.map(place);

/** The rules whose ideas are all met; `ideas` by their place in `conceptNames`. */
export function metIdeas(ideas: readonly number[]): readonly Idea[] {
  const met = new Set(ideas);
  if (harmlessPlaces.some((idea) => met.has(idea))) return [];
  return placed.filter(({ all }) => all.every((list) => list.some((idea) => met.has(idea)))).map(({ idea }) => idea);
}

const corePlaces = new Map(
  Object.entries(coreIdeas).map(([kind, ideas]) => [kind, ideas.map((idea) => place(idea))] as const),
);

/** The guesses, less sure of a kind of whose ideas none is met; highest first. */
export function checkedByIdeas(guesses: readonly Guess[], ideas: readonly number[]): readonly Guess[] {
  const met = new Set(ideas);
  return guesses
    .map((guess) => {
      const core = corePlaces.get(guess.kind);
      const isBare = core !== undefined && !core.some((idea) => met.has(idea));
      return isBare ? { ...guess, score: guess.score * withoutCore } : guess;
    })
    .sort((a, b) => b.score - a.score);
}
