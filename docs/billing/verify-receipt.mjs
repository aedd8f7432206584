// node verify-receipt.mjs receipt.jws keys.json: prints the receipt if one of the published keys has signed it. Works offline.
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
const [receipt, keys] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8').trim());
const [head, body, signature] = receipt.split('.');
const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url'));
const key = JSON.parse(keys).keys.find((jwk) => jwk.kid === kid && jwk.crv === 'Ed25519' && alg === 'EdDSA');
const good = key && verify(null, Buffer.from(`${head}.${body}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
if (!good) throw new Error('This receipt was not signed with any of these keys.');
console.log(Buffer.from(body, 'base64url').toString());
