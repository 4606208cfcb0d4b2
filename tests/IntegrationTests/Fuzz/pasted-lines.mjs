// Bounded, seeded nonsense for what reads pasted lines and uploaded files: node pasted-lines.mjs FOLDER-OF-SCRIPTS TRIALS
// Ends with 0 and one line of counts, or with 1 and the text that broke it.

import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [folder, trials] = process.argv.slice(2);
const files = await import(pathToFileURL(join(folder, 'pad-files.js')).href);

const longest = 5_000; // ms for one text; one that takes longer hangs
const mostKept = 64 * 1024 * 1024;
const letters = ['a', 'Z', '0', '9', ' ', '\t', '\r', '\n', ',', ';', '"', "'", '=', '+', '-', '@', '.', '×', 'x', '\0', '\uFEFF', '\u2028', '\uD800', '\uDC00', '日', '🙂', '#', 'SKU', 'qty', '1,5', '"a;b"', '=cmd|x'];
const genuine = ['SKU\tQuantity\tUnit\nHX-0800\t10\tPCE', 'HX-0800;10;PCE\r\nHX-0801;2,5;', 'HX-0800 10\n2 x HX-0801', '"HX;1",10,PCE', 'Artikel;Menge\nA;1'];

let state = 1;
const random = most => {
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
  let t = Math.imul(state ^ (state >>> 12), 0x297a2d39);
  t ^= t >>> 15;
  return (t >>> 0) % most;
};
const of = list => list[random(list.length)];
const text = most => Array.from({ length: random(most) }, () => of(letters)).join('');

function mutated() {
  switch (random(8)) {
    case 0: return text(400);
    case 1: return of(['"', ';', ',', '\t', ' ', '1', 'a', '\n', '\r\n', '0.', '1 '])
      .repeat(random(40_000));
    case 2: return `${text(20)}${' '.repeat(random(20_000))}${text(20)}`;
    case 3: return `${'1'.repeat(random(20_000))} ${'.'.repeat(random(20_000))}`;
    case 4: return Array.from({ length: random(2_000) }, () => of(genuine)).join('\n');
    default: {
      let whole = of(genuine);
      for (let times = random(6); times > 0; times--) {
        const at = random(whole.length + 1);
        whole = random(3) === 0 ? whole.slice(0, at) + whole.slice(at + random(6)) : whole.slice(0, at) + text(8) + whole.slice(at);
      }
      return whole;
    }
  }
}

function check(whole) {
  const started = performance.now();
  const read = files.ofText(whole);
  if (read.refused) {
    if (!['tooLarge', 'unreadable', 'notLines'].includes(read.refused)) {
      throw new Error(`refused as ${read.refused}`);
    }
    refused++;
    return performance.now() - started;
  }
  if (read.lines.length > files.mostLines || read.left < 0 || ![0, 1].includes(read.skipped)) {
    throw new Error('more lines than an order can have');
  }
  if (!read.lines.every(line => typeof line.code === 'string' && typeof line.qty === 'string' && typeof line.unit === 'string')) {
    throw new Error('a line that is none');
  }
  const written = files.write(read.lines);
  // Whatever a spreadsheet would run stands behind an apostrophe; a number stays a number.
  for (const cell of cells(written.slice(1))) {
    if (/^[=+\-@\t]/.test(cell) && !/^[+-]?\d+([.,]\d+)*$/.test(cell)) {
      throw new Error(`a formula: ${JSON.stringify(cell.slice(0, 40))}`);
    }
  }
  const took = performance.now() - started;
  if (took > longest) {
    throw new Error(`${took} ms`);
  }
  return took;
}

// As a spreadsheet reads it.
function cells(csv) {
  const found = [];
  let cell = '', inside = false;
  for (let at = 0; at < csv.length; at++) {
    const letter = csv[at];
    if (inside) {
      if (letter !== '"') { cell += letter; }
      else if (csv[at + 1] === '"') { cell += '"'; at++; }
      else { inside = false; }
    } else if (letter === '"' && cell === '') { inside = true; }
    else if (letter === ';' || letter === '\n') { found.push(cell); cell = ''; }
    else if (letter !== '\r') { cell += letter; }
  }
  return [...found, cell];
}

// Files, as bytes: any encoding, and too large ones.
async function file() {
  const bytes = Uint8Array.from({ length: random(2_000) }, () => random(256));
  const read = await files.read({ size: bytes.length, arrayBuffer: async () => bytes.buffer });
  if (!Array.isArray(read.lines) && !read.refused) {
    throw new Error('a file without lines');
  }
  const large = await files.read({ size: files.mostBytes + 1, arrayBuffer: () => { throw new Error('was read'); } });
  if (large.refused !== 'tooLarge') {
    throw new Error('a file beyond the limit was taken');
  }
}

let slowest = 0, refused = 0;
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
for (let trial = 0; trial < Number(trials); trial++) {
  state = trial + 1;
  const whole = mutated();
  try {
    slowest = Math.max(slowest, check(whole));
    if (trial % 10 === 0) {
      await file();
    }
  } catch (broken) {
    console.error(`trial ${trial}: ${broken.message}: ${JSON.stringify(whole.slice(0, 300))}`);
    process.exit(1);
  }
}
globalThis.gc?.();
const kept = process.memoryUsage().heapUsed - before;
if (globalThis.gc && kept > mostKept) {
  console.error(`${kept} bytes are kept`);
  process.exit(1);
}
console.log(`fuzz: pasted lines and uploaded files: ${trials} trials, ${refused} refused, slowest ${Math.round(slowest)} ms, ${(kept / 1024 / 1024).toFixed(1)} MB kept`);
