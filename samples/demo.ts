/**
 * `npm run demo`: the main job on the samples against a fresh sandbox, then a file with mistakes.
 *
 * Each step is the real command in a process of its own, as a user would type it. The folder it
 * works in is made anew every time and kept, so that the result files can be opened afterwards.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const STEPS = [
  {
    say: 'A tree of territories, parents anywhere in the file.',
    args: ['import', 'territories', 'samples/territories.csv'],
    exitCode: 0,
  },
  {
    say: 'Who works in which territory, with a budget of 40 API credits for today …',
    args: [
      'import',
      'user-territories',
      'samples/user-territories.csv',
      '--max-credits',
      '40',
      '--out',
      'runs/members',
    ],
    exitCode: 3,
  },
  {
    say: '… and the rest tomorrow. A run that was killed is resumed in the same way.',
    args: ['resume', 'runs/members'],
    exitCode: 0,
  },
  {
    say: 'Is everything still as it was left?',
    args: ['verify', 'runs/members'],
    exitCode: 0,
  },
  {
    say: 'Which accounts, contacts and deals belong where.',
    args: ['import', 'record-territories', 'samples/record-territories.csv', '--wait'],
    exitCode: 0,
  },
  {
    say: 'The tree is changed: first a plan, to be looked at …',
    args: [
      'plan',
      'territories',
      'samples/territories-changes.csv',
      '--mode',
      'upsert',
      '-o',
      'changes.plan',
    ],
    exitCode: 0,
  },
  {
    say: '… which is then carried out to the letter.',
    args: ['apply', 'changes.plan'],
    exitCode: 0,
  },
  {
    say: 'The same file again: there is nothing left to do.',
    args: ['plan', 'territories', 'samples/territories-changes.csv', '--mode', 'upsert', '--check'],
    exitCode: 0,
  },
  {
    say: 'A file with mistakes: what it would do …',
    args: ['plan', 'user-territories', 'samples/user-territories-with-mistakes.csv'],
    exitCode: 1,
  },
  {
    say: '… and what it does. The good rows go through.',
    args: ['import', 'user-territories', 'samples/user-territories-with-mistakes.csv'],
    exitCode: 1,
  },
  { say: 'What a code means.', args: ['explain', 'NOT_ALLOWED'], exitCode: 0 },
  { say: 'What was run.', args: ['runs'], exitCode: 0 },
];

const root = join(import.meta.dirname, '..');
const folder = join(root, '.territory-loader', 'demo');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
symlinkSync(join(root, 'samples'), join(folder, 'samples'), 'junction');

// The demo is about the built-in sandbox, whatever org the shell is set up for.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('ZOHO_')),
);

for (const { say, args, exitCode } of STEPS) {
  console.log(`\n# ${say}\n$ npx territory-loader ${args.join(' ')}`);
  const program = join(root, 'dist', 'cli', 'main.js');
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...env, npm_command: 'exec' },
    stdio: 'inherit',
  });
  if (status !== exitCode) {
    console.error(`The demo expected exit code ${exitCode}, and this was ${status}.`);
    process.exit(1);
  }
}
console.log(
  '\nAll this was done in .territory-loader/demo: go there to look at runs/ or to go on.',
);
