import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { RESULT_COLUMNS } from '../src/report/result-files.ts';
import { RESOURCES } from '../src/resources/registry.ts';
import { VERSION } from '../src/version.ts';
import { STATUSES } from '../src/vocabulary.ts';
import { entriesFor } from '../src/zoho/catalogue/index.ts';
import { runCli, tempFolder } from './support/cli.ts';

const ROOT = join(import.meta.dirname, '..');
let readme = '';
beforeAll(async () => {
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
});

/** The table of all columns, as the README must hold it. */
function columnTable(): string {
  const rows = RESOURCES.flatMap(({ name, columns }) =>
    columns.map((column, i) => {
      const others = column.aliases.map((alias) => `\`${alias}\``).join(', ');
      const required = column.required && column.unless === undefined ? ', required' : '';
      const header = `\`${column.name}\`${others === '' ? '' : ` (also ${others})`}`;
      return `| ${i === 0 ? `**${name}**` : ''} | ${header} | ${column.content.replaceAll('|', '\\|')}${required} |`;
    }),
  );
  return ['| resource | column | content |', '|---|---|---|', ...rows].join('\n');
}

describe('the README', () => {
  test('describes the columns as the registry does', () => {
    const block = /<!-- columns -->\n([\s\S]*?)\n<!-- \/columns -->/.exec(readme)?.[1];
    expect(block).toBe(columnTable());
  });

  test.for(['import', 'plan', 'apply', 'runs', 'explain', 'sandbox'])(
    'names every option of %s',
    async (name) => {
      await using folder = await tempFolder();
      const { stdout } = await runCli([name, '--help'], { cwd: folder.path });
      const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1]);
      expect(flags.length).toBeGreaterThan(3);
      const source = name === 'sandbox' ? `${readme}${stdout}` : readme;
      for (const flag of flags) expect(source).toContain(flag);
    },
  );

  test('explains every status', () => {
    for (const status of STATUSES) expect(readme).toContain(`\`${status}\``);
  });

  test('explains every column of a result', () => {
    for (const column of RESULT_COLUMNS) expect(readme).toContain(`| \`${column}\` |`);
  });

  test('names every environment variable that is read', async () => {
    const source = await readFile(join(ROOT, 'src/cli/connect.ts'), 'utf8');
    for (const [name] of source.matchAll(/ZOHO_[A-Z_]+/g)) expect(readme).toContain(name);
  });
});

test('every code that the source gives out is explained', async () => {
  const files = await Array.fromAsync(glob('src/**/*.ts', { cwd: ROOT }));
  const codes = new Set<string>();
  for (const file of files.filter((path) => !path.startsWith(join('src', 'sandbox')))) {
    const source = await readFile(join(ROOT, file), 'utf8');
    for (const [, code] of source.matchAll(/(?:Error\(\s*|code: )'([A-Z]+_[A-Z_]+)'/g)) {
      codes.add(code ?? '');
    }
  }
  expect(codes.size).toBeGreaterThan(30);
  expect([...codes].filter((code) => entriesFor(code).length === 0)).toEqual([]);
});

test('the version is that of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(VERSION).toBe(version);
});
