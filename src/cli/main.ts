#!/usr/bin/env node
// Nothing may be loaded before this check: older versions of Node cannot even parse the rest.
const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `territory-loader needs Node.js ${NEEDED} or newer, and this is ${process.versions.node}: install it from https://nodejs.org.\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('./program.ts');
  const { keepHeapSmall } = await import('./small-heap.ts');
  keepHeapSmall();
  process.exitCode = await main(process.argv.slice(2));
}
