import { describe, expect, test } from 'vitest';
import { anchorsOf } from '../../src/classify/anchors.ts';
import { conceptNames, conceptsOf } from '../../src/classify/concepts.ts';
import { normalise } from '../../src/classify/normalise.ts';
import {
  type Anchored,
  anchored,
  firstMatch,
  mayMatch,
  type Passage,
  passageOf,
  storyOf,
} from '../../src/classify/passage.ts';
import { allGroups } from '../../src/classify/request.ts';
import { labelledMails, parts } from './labelled-mails.ts';

describe('what a match needs', () => {
  test.each([
    [/\bdelete\b/, [['delete']]],
    [/\b(?:delete|close) (?:our|the) account/, [['account']]],
    [/\b(?:un-?)?block(?:ed)?\b/, [['block', 'blocked', 'unblock', 'unblocked']]],
    [/\bdelete\b.{0,40}\baccounts?\b/, [['account', 'accounts'], ['delete']]],
    [/^(?:how|where) /, [['where', 'how']]],
    [/(?<![a-z0-9])make[ '-]+me/, [['make'], ['me']]],
    [/\b(?:please )?reset\b/, [['please', 'reset']]],
    [/\bcolou?r\b/, [['colour', 'color']]],
    [/\b\w+ing\b/, []],
    [/blocked/, []],
    [/\b(?:delete|\d+)\b/, []],
    [/\bdelete\b/i, []],
  ])('%s', (pattern, lists) => {
    const sets = (all: readonly (readonly string[])[]) =>
      new Set(all.map((list) => list.toSorted((a, b) => a.localeCompare(b)).join(' ')));
    expect(sets(anchorsOf(pattern))).toEqual(sets(lists));
  });

  test('no pattern of the rules matches a labelled text whose anchors are missing', { timeout: 60_000 }, () => {
    const groups = allGroups;
    const patterns = groups.flatMap(({ topic, rules }) => [topic.pattern, ...rules.flatMap(({ all }) => all)]);
    const gated = patterns.map((pattern) => anchored(pattern));
    const passages = parts
      .flatMap((part) => labelledMails(part))
      .map((mail) => passageOf(normalise(mail.subject, mail.text, []).sentences.join(' \n ')));
    const wrong = gated.filter(({ pattern, needs }) =>
      passages.some((passage) => !mayMatch(needs, passage) && pattern.test(passage.text)),
    );
    expect(gated.filter(({ needs }) => needs.length > 0).length).toBeGreaterThan(100);
    expect(wrong.map(({ pattern }) => pattern.source)).toEqual([]);
  });
});

test('a story is searched line by line and yields what a search of the whole does', { timeout: 60_000 }, () => {
  const patterns = allGroups.flatMap(({ rules, topic }) => [topic, ...rules.flatMap((rule) => rule.patterns)]);
  const stories = parts
    .flatMap((part) => labelledMails(part))
    .map((mail) => storyOf(normalise(mail.subject, mail.text, []).sentences.map(passageOf)));
  const matches = (find: (pattern: Anchored, story: Passage) => RegExpExecArray | null) =>
    patterns.flatMap((pattern) => stories.map((story) => find(pattern, story)?.[0] ?? ''));
  expect(patterns.filter(({ staysInLine }) => staysInLine).length).toBeGreaterThan(100);
  expect(matches(firstMatch)).toEqual(matches(({ pattern }, { text }) => pattern.exec(text)));
});

test.each([
  [/a.b/, true],
  [/\bdelete\b.{0,40}[a-z]+ \S/, true],
  [/a[^b]c/, false],
  [/a\sb/, false],
  [/\W/, false],
  [/^a/, false],
  [/a(?= |$)/, false],
  [/a\nb/, false],
])('%s stays in a line: %j', (pattern, stays) => {
  expect(anchored(pattern).staysInLine).toBe(stays);
});

describe('concepts', () => {
  const namesIn = (text: string) => conceptsOf(text).map((concept) => conceptNames[concept]);

  test.each([
    ['please get rid of it', 'delete'],
    ['get-rid of it', 'delete'],
    ["l'annuaire", 'account'],
    ['the org', 'account'],
  ])('%s: %s', (text, concept) => {
    expect(namesIn(text)).toContain(concept);
  });

  test.each([
    ['take_down this', 'delete'],
    ['a forget ridge', 'delete'],
    ['the orgy', 'account'],
  ])('%s: not %s', (text, concept) => {
    expect(namesIn(text)).not.toContain(concept);
  });
});
