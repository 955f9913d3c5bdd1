// tsc writes files without the execute bit; `npx territory-loader` in a checkout runs the file itself.
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755);
