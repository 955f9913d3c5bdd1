import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { previewTree, type TreeLine } from '../../src/report/tree-preview.ts';
import type { TreeChange, TreeTerritory } from '../../src/tree-changes.ts';

/** Territories written as `Name` or `Name < Parent`; their keys are their names. */
const treeOf = (...texts: string[]): TreeTerritory[] =>
  texts.map((text) => {
    const [name = '', parent = null] = text.split(' < ');
    return { key: name, name, parent };
  });

const created = (text: string): TreeChange => {
  const [name = '', parent = ''] = text.split(' < ');
  return { kind: 'created', key: name, name, parent };
};
const updated = (key: string, to: Partial<TreeChange & { kind: 'updated' }>): TreeChange => ({
  kind: 'updated',
  key,
  columns: [],
  ...to,
});
const manager = (before: string, after: string) => ({
  columns: [{ name: 'manager', before, after }],
});

const text = (lines: readonly TreeLine[]) => lines.map((line) => line.text).join('\n');

const SALES = treeOf(
  'World',
  'EMEA < World',
  'DACH < EMEA',
  'Germany < DACH',
  'Bavaria < Germany',
  'Saxony < Germany',
  'Austria < DACH',
  'Nordics < EMEA',
  'Sweden < Nordics',
  'Norway < Nordics',
  'Benelux < EMEA',
  'Americas < World',
  'North America < Americas',
  'Canada < North America',
  'Latin America < Americas',
  'APAC < World',
  'Japan < APAC',
  'Australia < APAC',
);

describe('a sales organisation', () => {
  test('is drawn with what is created, moved, renamed and changed', () => {
    const lines = previewTree(SALES, [
      created('Switzerland < DACH'),
      created('Iberia < EMEA'),
      created('Portugal < Iberia'),
      created('Spain < Iberia'),
      updated('Germany', manager('anna@northwind.example', 'ben@northwind.example')),
      updated('Latin America', { name: 'LATAM' }),
      updated('Nordics', { parent: 'World' }),
    ]);
    expect(text(lines)).toMatchInlineSnapshot(`
      "World
      ├─ EMEA
      │  ├─ DACH
      │  │  ├─ ~ Germany  (manager: anna@northwind.example -> ben@northwind.example)
      │  │  │  └─ … 2 territories without a change
      │  │  ├─ + Switzerland
      │  │  └─ … 1 territory without a change
      │  ├─ + Iberia
      │  │  ├─ + Portugal
      │  │  └─ + Spain
      │  └─ … 1 territory without a change
      ├─ > Nordics  (from EMEA)
      │  └─ … 2 territories without a change
      ├─ Americas
      │  ├─ ~ LATAM  (was Latin America)
      │  └─ … 2 territories without a change
      └─ … 3 territories without a change"
    `);
  });

  test('gives each line its mark', () => {
    const lines = previewTree(SALES, [
      created('China < APAC'),
      updated('Japan', manager('', 'yuki@northwind.example')),
      updated('Australia', { parent: 'World' }),
    ]);
    expect(lines).toMatchInlineSnapshot(`
      [
        {
          "mark": "same",
          "text": "World",
        },
        {
          "mark": "same",
          "text": "├─ APAC",
        },
        {
          "mark": "updated",
          "text": "│  ├─ ~ Japan  (manager: (none) -> yuki@northwind.example)",
        },
        {
          "mark": "created",
          "text": "│  └─ + China",
        },
        {
          "mark": "moved",
          "text": "├─ > Australia  (from APAC)",
        },
        {
          "mark": "folded",
          "text": "└─ … 14 territories without a change",
        },
      ]
    `);
  });

  test('tells all that happens to one territory', () => {
    const lines = previewTree(SALES, [
      updated('Nordics', {
        name: 'Scandinavia',
        parent: 'World',
        columns: [
          { name: 'manager', before: 'anna@northwind.example', after: '' },
          {
            name: 'description',
            before: 'Sweden and Norway',
            after: 'The 🇸🇪 and the 🇳🇴 of Northwind, and all of their fjords',
          },
        ],
      }),
    ]);
    expect(text(lines)).toMatchInlineSnapshot(`
      "World
      ├─ > Scandinavia  (was Nordics; from EMEA; manager: anna@northwind.example -> (none); description: Sweden and Norway -> The 🇸🇪 and the 🇳🇴 of Northwin…)
      │  └─ … 2 territories without a change
      └─ … 14 territories without a change"
    `);
  });

  test('can be built anew below a top territory', () => {
    const lines = previewTree(
      treeOf('World'),
      SALES.slice(1, 9).map(({ name, parent }) => created(`${name} < ${parent}`)),
    );
    expect(text(lines)).toMatchInlineSnapshot(`
      "World
      └─ + EMEA
         ├─ + DACH
         │  ├─ + Germany
         │  │  ├─ + Bavaria
         │  │  └─ + Saxony
         │  └─ + Austria
         └─ + Nordics
            └─ + Sweden"
    `);
  });

  test('is one folded line when nothing changes', () => {
    expect(text(previewTree(SALES, []))).toBe('… 18 territories without a change');
  });
});

describe('folded branches', () => {
  test('count all their territories', () => {
    const tree = treeOf('Top', 'A < Top', 'B < A', 'C < B', 'D < Top', 'E < Top');
    expect(text(previewTree(tree, [created('New < E')]))).toMatchInlineSnapshot(`
      "Top
      ├─ E
      │  └─ + New
      └─ … 4 territories without a change"
    `);
  });

  test('of one territory are told in the singular', () => {
    const tree = treeOf('Top', 'A < Top');
    expect(text(previewTree(tree, [created('New < Top')]))).toMatchInlineSnapshot(`
      "Top
      ├─ + New
      └─ … 1 territory without a change"
    `);
  });

  test('stand at the top level where they are there', () => {
    expect(
      text(previewTree(treeOf('Top', 'Other'), [created('New < Top')])),
    ).toMatchInlineSnapshot(`
      "Top
      └─ + New
      … 1 territory without a change"
    `);
  });

  test('are written with thousands apart', () => {
    const many = Array.from({ length: 1_234 }, (_, i) => `T${i} < Top`);
    expect(text(previewTree(treeOf('Top', ...many), [created('New < Top')]))).toContain(
      '… 1,234 territories without a change',
    );
  });
});

describe('parents that cannot be', () => {
  test('leave their children at the top level', () => {
    const tree = treeOf('Top', 'Lost < Nowhere', 'Below < Lost');
    const changes = [created('New < Below'), created('Newer < Nothing')];
    expect(text(previewTree(tree, changes))).toMatchInlineSnapshot(`
      "Lost
      └─ Below
         └─ + New
      + Newer
      … 1 territory without a change"
    `);
  });

  test('leave all of a circle at the top level, with what hangs on them', () => {
    const tree = treeOf('Top', 'A < Top', 'B < A', 'C < B', 'D < C');
    const changes = [updated('A', { parent: 'C' }), created('New < D'), created('Self < Self')];
    expect(text(previewTree(tree, changes))).toMatchInlineSnapshot(`
      "> A  (from Top)
      C
      └─ D
         └─ + New
      + Self
      … 2 territories without a change"
    `);
  });

  test('are told by their key when a territory moves away from them', () => {
    const tree = treeOf('Top', 'Lost < 5001', 'Other');
    const changes = [updated('Lost', { parent: 'Top' }), updated('Other', { parent: 'Top' })];
    expect(text(previewTree(tree, changes))).toMatchInlineSnapshot(`
      "Top
      ├─ > Lost  (from 5001)
      └─ > Other  (from the top)"
    `);
  });
});

describe('a note', () => {
  const noteOf = (before: string, after: string) =>
    text(previewTree(treeOf('A'), [updated('A', manager(before, after))]));

  test.each([
    ['', 'ben@x', '~ A  (manager: (none) -> ben@x)'],
    ['anna@x', '', '~ A  (manager: anna@x -> (none))'],
    ['x'.repeat(30), '😀'.repeat(30), `~ A  (manager: ${'x'.repeat(30)} -> ${'😀'.repeat(30)})`],
    ['x'.repeat(31), '😀'.repeat(31), `~ A  (manager: ${'x'.repeat(29)}… -> ${'😀'.repeat(29)}…)`],
    ['x'.repeat(99), '😀'.repeat(99), `~ A  (manager: ${'x'.repeat(29)}… -> ${'😀'.repeat(29)}…)`],
  ])('from %j to %j', (before, after, line) => {
    expect(noteOf(before, after)).toBe(line);
  });

  test('is left out where name and parent stay', () => {
    const tree = treeOf('Top', 'A < Top');
    const lines = previewTree(tree, [updated('A', { name: 'A', parent: 'Top' })]);
    expect(lines.at(-1)).toEqual({ mark: 'updated', text: '└─ ~ A' });
  });
});

test('an update of what is not there is a bug', () => {
  expect(() => previewTree(SALES, [updated('Atlantis', {})])).toThrow('bug: ');
});

describe('a long tree', () => {
  const wide = Array.from({ length: 300 }, (_, i) => created(`T${i} < Top`));
  const previewWide = (lines: number, most?: number) =>
    previewTree(treeOf('Top'), wide.slice(0, lines - 1), most);

  test.each([
    [200, undefined, 200, '└─ + T198'],
    [201, undefined, 201, '… and 1 more line'],
    [237, undefined, 201, '… and 37 more lines'],
    [10, 4, 5, '… and 6 more lines'],
  ])('of %i lines, %s at most, has %i', (lines, most, given, last) => {
    const preview = previewWide(lines, most);
    expect(preview).toHaveLength(given);
    expect(preview.at(-1)?.text).toBe(last);
  });

  const chain = Array.from({ length: 10_000 }, (_, i) => `T${i + 1} < T${i}`);

  test.each([
    ['as it is', treeOf('T0', ...chain), [created('New < T10000')]],
    ['from its end', treeOf(...chain.toReversed(), 'T0'), [created('New < T10000')]],
    ['created', treeOf('T0'), chain.map(created)],
    [
      'moved',
      treeOf('T0', 'New', ...chain),
      [updated('T1', { parent: 'New' }), updated('T9999', { name: 'X' })],
    ],
  ])('of 10,000 levels is drawn %s', { timeout: 5_000 }, (_, tree, changes) => {
    const preview = previewTree(tree, changes);
    expect(preview).toHaveLength(201);
    expect(preview.at(-1)?.text).toMatch(/^… and 9,80\d more lines$/);
  });

  test('of a circle of 10,000 is drawn', { timeout: 5_000 }, () => {
    const circle = treeOf('T0 < T10000', ...chain);
    expect(text(previewTree(circle, [created('New < T5000')]))).toMatchInlineSnapshot(`
      "T5000
      └─ + New
      … 10,000 territories without a change"
    `);
  });
});

/** Territories and what becomes of them, each on any other: circles and lost parents come along. */
const fates = fc.array(
  fc.record({
    fate: fc.constantFrom('same', 'same', 'updated', 'created'),
    parent: fc.option(fc.nat({ max: 14 }), { freq: 8 }),
    newParent: fc.option(fc.nat({ max: 14 }), { nil: undefined }),
    isRenamed: fc.boolean(),
  }),
  { maxLength: 12 },
);
const plans = fates.map((all) => {
  const before: TreeTerritory[] = [];
  const changes: TreeChange[] = [];
  /** What is to be drawn of each territory that changes. */
  const drawn: string[] = [];
  all.forEach(({ fate, parent, newParent, isRenamed }, i) => {
    const key = `T${i}`;
    if (fate === 'created') {
      changes.push(created(`${key} < T${parent}`));
      drawn.push(`+ ${key}`);
      return;
    }
    before.push({ key, name: key, parent: parent === null ? null : `T${parent}` });
    if (fate === 'same') return;
    const name = isRenamed ? { name: `New${i}` } : {};
    changes.push(
      updated(key, { ...name, ...(newParent === undefined ? {} : { parent: `T${newParent}` }) }),
    );
    const isMoved = newParent !== undefined && newParent !== parent;
    drawn.push(`${isMoved ? '>' : '~'} ${name.name ?? key}`);
  });
  return { before, changes, drawn };
});

describe('whatever changes', () => {
  test.prop([plans])('each changed territory is drawn once', ({ before, changes, drawn }) => {
    const marked = previewTree(before, changes)
      .map((line) => /[+~>] \w+/.exec(line.text)?.[0])
      .filter((one) => one !== undefined);
    expect(marked.toSorted()).toEqual(drawn.toSorted());
  });

  test.prop([plans])('no territory is lost', ({ before, changes }) => {
    const all = before.length + changes.filter(({ kind }) => kind === 'created').length;
    const counted = previewTree(before, changes).reduce((sum, line) => {
      return sum + (line.mark === 'folded' ? Number(/\d+/.exec(line.text)) : 1);
    }, 0);
    expect(counted).toBe(all);
  });

  test.prop([plans])('a branch that is drawn ends in a change', ({ before, changes }) => {
    const lines = previewTree(before, changes).filter(({ mark }) => mark !== 'folded');
    const depths = lines.map((line) => line.text.search(/[^│├└─ ]/));
    lines.forEach(({ mark }, i) => {
      const isLeaf = (depths[i + 1] ?? 0) <= (depths[i] ?? 0);
      if (isLeaf) expect(mark).not.toBe('same');
    });
  });
});
