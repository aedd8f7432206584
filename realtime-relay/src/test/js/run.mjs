// Runs every scenario of the folder at once, each with clients of its own, and says how each went: one JSON object a line.
// A scenario is a module whose default export is an async function; it fails by throwing.
// Arguments: base URL, vsn, file with the PKCS#8 key that signs tokens.
import { readFileSync, readdirSync } from 'node:fs';

const [base, vsn, keyFile] = process.argv.slice(2);
const key = readFileSync(keyFile, 'utf8');
const folder = new URL('scenarios/', import.meta.url);

async function play(file) {
  const world = { base, vsn, key, clients: [] };
  let error = null;
  try {
    await (await import(new URL(file, folder))).default(world);
  } catch (failure) {
    error = String(failure.stack ?? failure);
  }
  for (const client of world.clients) await client.removeAllChannels().catch(() => {});
  console.log(JSON.stringify({ kind: 'scenario', value: { name: file.replace('.mjs', ''), error } }));
}

await Promise.all(readdirSync(folder).sort().map(play));
console.log(JSON.stringify({ kind: 'done', value: {} }));
process.exit(0);
