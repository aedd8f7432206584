// node invoice.mjs page1.csv page2.csv …: an account's invoice from the pages of GET /api/me/usage/records?format=csv alone.
// Every charge is computed again from its tokens and prices; whole micro-credits throughout, no fractions anywhere.
import { readFileSync } from 'node:fs';

/** The rows of a CSV file (RFC 4180) as objects. */
function rows(text) {
  const lines = [[]];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      lines.at(-1).push(field);
      field = '';
      if (c === '\n') lines.push([]);
    } else if (c !== '\r') field += c;
  }
  const [names, ...records] = lines.filter((line) => line.length > 0);
  return records.map((record) => Object.fromEntries(names.map((name, i) => [name, record[i]])));
}

const KINDS = ['input', 'cached', 'cache_write', 'output', 'reasoning'];

/** Tokens times nano-credits, rounded up once to micro-credits, and the price of the request if anything was used. */
function price(tokens, row) {
  if (tokens.input === 0n && tokens.output === 0n) return 0n;
  const nano = (tokens.input - tokens.cached - tokens.cache_write) * BigInt(row.input_nano)
    + tokens.cached * BigInt(row.cached_nano)
    + tokens.cache_write * BigInt(row.cache_write_nano)
    + (tokens.output - tokens.reasoning) * BigInt(row.output_nano)
    + tokens.reasoning * BigInt(row.reasoning_nano);
  return (nano + 999n) / 1000n + BigInt(row.request_micro);
}

const streams = new Map();
const seen = new Set();
const lines = new Map();
const accounts = new Set();
let total = 0n;
let unpaid = 0n;
let carried = 0;

for (const file of process.argv.slice(2)) {
  for (const row of rows(readFileSync(file, 'utf8'))) {
    if (seen.has(row.number)) throw new Error(`record ${row.number} comes twice`);
    seen.add(row.number);
    accounts.add(row.account);
    const charge = BigInt(row.charge_micro);
    const receivable = BigInt(row.receivable_micro);
    const before = streams.get(row.stream);
    const tokens = Object.fromEntries(KINDS.map((kind) => [kind, BigInt(row[kind]) + (before?.tokens[kind] ?? 0n)]));
    if (row.late === 'true' && !before) carried++; // its settlement is on an earlier invoice
    else {
      const more = price(tokens, row) - (before?.due ?? 0n);
      if (charge + receivable !== (more > 0n ? more : 0n)) throw new Error(`record ${row.number} is not its price`);
      streams.set(row.stream, { tokens, due: (before?.due ?? 0n) + charge + receivable });
    }
    const name = [row.model || '(no model)', `${row.price_name} v${row.price_version}`].join(', ');
    const line = lines.get(name) ?? { streams: 0, charge: 0n };
    lines.set(name, { streams: line.streams + (row.late === 'true' ? 0 : 1), charge: line.charge + charge });
    total += charge;
    unpaid += receivable;
  }
}

const credits = (micro) => `${micro / 1000000n}.${String(micro % 1000000n).padStart(6, '0')}`;
if (accounts.size > 1) throw new Error('These are records of several accounts.');
console.log(`Invoice for ${[...accounts][0] ?? '(nobody)'}`);
for (const [name, line] of [...lines].sort()) console.log(`${name}: ${line.streams} streams, ${credits(line.charge)} credits`);
if (carried > 0) console.log(`of them ${carried} corrections of streams on earlier invoices`);
if (unpaid > 0n) console.log(`used, but not payable: ${credits(unpaid)} credits`);
console.log(`total: ${credits(total)} credits = ${total} micro-credits`);
