// Checks what a first visit downloads against its budget; run after the build (`npm run size`).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const BUDGET_KB = { shell: 60, route: 40 };
const assets = fileURLToPath(new URL('../dist/assets', import.meta.url));
const size = (name) => brotliCompressSync(readFileSync(join(assets, name))).length / 1000;

let failed = false;
const report = (name, kb, budget) => {
  const fits = kb <= budget;
  failed ||= !fits;
  console.log(`${fits ? 'ok  ' : 'over'} ${kb.toFixed(1).padStart(6)} kB of ${budget}  ${name}`);
};
const names = readdirSync(assets);
const shell = names.filter((name) => name.startsWith('index-'));
report(`shell (${shell.join(', ')})`, shell.reduce((sum, name) => sum + size(name), 0), BUDGET_KB.shell);
for (const name of names.filter((item) => item.endsWith('.js') && !shell.includes(item))) report(name, size(name), BUDGET_KB.route);
process.exitCode = failed ? 1 : 0;
