/** What can be said about a receipt's signature. */
export type Signature =
  /** The receipt is what metering signed, with this key. */
  | { readonly state: 'good'; readonly kid: string }
  | { readonly state: 'bad' }
  /** This browser does not know Ed25519, or the page came over an insecure connection. */
  | { readonly state: 'unchecked'; readonly kid: string };

type Jwk = JsonWebKey & { kid?: string };

/** Checks a compact JWS against the published keys, in the browser. */
export async function check(jws: string, keys: readonly Jwk[], subtle: SubtleCrypto | undefined = globalThis.crypto.subtle): Promise<Signature> {
  const [head = '', body = '', signature = ''] = jws.trim().split('.');
  const { alg, kid } = headerOf(head);
  const jwk = keys.find((one) => one.kid === kid && one.crv === 'Ed25519');
  if (alg !== 'EdDSA' || kid === undefined || jwk === undefined) return { state: 'bad' };
  if (subtle === undefined) return { state: 'unchecked', kid };
  let key: CryptoKey;
  try {
    const { kty, crv, x } = jwk;
    key = await subtle.importKey('jwk', { kty, crv, x } as JsonWebKey, { name: 'Ed25519' }, false, ['verify']);
  } catch {
    return { state: 'unchecked', kid };
  }
  const good = await subtle.verify({ name: 'Ed25519' }, key, bytes(signature), new TextEncoder().encode(`${head}.${body}`));
  return good ? { state: 'good', kid } : { state: 'bad' };
}

function headerOf(head: string): { readonly alg?: string; readonly kid?: string } {
  try {
    return JSON.parse(new TextDecoder().decode(bytes(head))) as { alg?: string; kid?: string };
  } catch {
    return {};
  }
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
