import { expect, it } from 'vitest';
import { createPlaces } from '../../src/intake/places.ts';

function takeAll(places: ReturnType<typeof createPlaces>, client: string | null): (() => void)[] {
  const taken: (() => void)[] = [];
  for (let place = places.take(client); place !== null; place = places.take(client)) taken.push(place);
  return taken;
}

it('one client alone has half of the places, and everybody else still gets in', () => {
  const places = createPlaces({ all: 20, perClient: 2 });
  expect(takeAll(places, 'slow')).toHaveLength(10);
  expect(takeAll(places, 'ada')).toHaveLength(2);
  expect(takeAll(places, 'bob')).toHaveLength(2);
  expect(places.take('slow')).toBeNull();
});

it('ten clients that take all they can leave places for ten more', () => {
  const places = createPlaces({ all: 200, perClient: 5 });
  const slow = Array.from({ length: 10 }, (_, index) => takeAll(places, `slow ${index}`).length);
  expect(slow.reduce((sum, count) => sum + count, 0)).toBeLessThan(150);
  for (let index = 0; index < 10; index += 1) expect(takeAll(places, `ada ${index}`)).toHaveLength(5);
});

it('has no more than all, gives a place back once, and knows no share of the nameless', () => {
  const places = createPlaces({ all: 4, perClient: 1 });
  const [first] = takeAll(places, null);
  expect(places.take('ada')).toBeNull();
  first?.();
  first?.();
  expect(places.take('ada')).not.toBeNull();
  expect(places.take('bob')).toBeNull();
});
