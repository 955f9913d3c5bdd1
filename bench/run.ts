import { access, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLI } from './child.ts';
import { measureLimit } from './limit.ts';
import { measureCli, measureLocal } from './local.ts';
import { formatTable, machine, type Table } from './report.ts';
import { measureSavings } from './savings.ts';
import { measureTree } from './tree.ts';
import { measureWall } from './wall.ts';

const HELP = `npm run bench -- [wall] [limit] [tree] [savings] [local] [cli] [options]
  --quick        one repetition, 100,000 rows only
  --repeat <n>   repetitions; medians are shown (default 3)
  --rows <n,n>   rows of the local files (default 100000,1000000)
  --json <file>  write the figures as JSON, too
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    repeat: { type: 'string' },
    rows: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await measureAll();

async function measureAll(): Promise<void> {
  await access(CLI).catch((cause: unknown) => {
    throw new Error('There is no built command line: run npm run build first.', { cause });
  });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'territory-loader-bench-'));
  const times = Number(values.repeat ?? (values.quick ? 1 : 3));
  const rows = values.rows ?? (values.quick ? '100000' : '100000,1000000');
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const local = { folder: folder.path, rowCounts: rows.split(',').map(Number), times, say };
  const parts: Readonly<Record<string, () => Promise<Table>>> = {
    wall: () => measureWall(folder.path, times, say),
    limit: () => measureLimit(folder.path, times, say),
    tree: () => measureTree(folder.path, times, say),
    savings: () => measureSavings(times),
    local: () => measureLocal(local),
    cli: () => measureCli(local),
  };
  const results: Record<string, Table> = {};
  process.stdout.write(`${machine()}; medians of ${times}\n`);
  for (const [name, measure] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const table = await measure();
    results[name] = table;
    process.stdout.write(`\n${formatTable(table)}\n`);
  }
  if (values.json !== undefined) {
    const figures = { machine: machine(), repetitions: times, ...results };
    await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  }
}
