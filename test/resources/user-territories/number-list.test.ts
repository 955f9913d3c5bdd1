import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { NumberList } from '../../../src/resources/user-territories/number-list.ts';

test.prop([fc.array(fc.nat({ max: 2 ** 32 - 1 })), fc.constantFrom(0, 1020, 2040)])(
  'a list of numbers gives them back in their order, however many there are',
  (numbers, before) => {
    const all = [...Array.from({ length: before }, (_, i) => i * 7), ...numbers];
    const list = new NumberList();
    for (const number of all) list.push(number);
    expect(list.length).toBe(all.length);
    expect([...list.array()]).toEqual(all);
    expect(all.every((number, i) => list.at(i) === number)).toBe(true);
  },
);
