// Usage, keys, accounts, prices and the audit of the mock: plausible figures, made from a fixed seed.
import { randomBytes, randomUUID } from 'node:crypto';

const MODELS = ['demo-1', 'careful-large', 'draft-mini', 'vision-2', 'code-7', 'old-3', 'old-4'];
const HOUR = 3_600_000;
const iso = (at) => new Date(at).toISOString();

export class Billing {
  keys = [];
  records = [];
  grants = [];
  prices = [
    { name: 'byok', version: 0, inputNano: 0, cachedNano: 0, cacheWriteNano: 0, outputNano: 0, reasoningNano: 0, requestMicro: '0', createdAt: iso(Date.now() - 90e8), createdBy: 'weir' },
    { name: 'default', version: 1, inputNano: 500, cachedNano: 50, cacheWriteNano: 600, outputNano: 2000, reasoningNano: 2000, requestMicro: '0', createdAt: iso(Date.now() - 90e8), createdBy: 'weir' },
  ];

  constructor(available) {
    this.available = available;
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const now = Date.now();
    for (let hour = 0; hour < 24 * 60; hour++) {
      for (let at = 0; at < MODELS.length; at++) {
        if (random() > 0.5 / (at + 1)) continue;
        const output = Math.round(200 + random() * 3_000);
        this.record(now - hour * HOUR - random() * HOUR, randomUUID(), MODELS[at], 400, output, BigInt(200 + output * 2), 'completed');
      }
    }
    this.records.sort((a, b) => (a.at < b.at ? 1 : -1));
    this.grants.push(grant({ amountMicro: '25000000', kind: 'purchased', priority: 100, note: 'invoice 4711' }, 'active'));
    this.grants.push(grant({ amountMicro: '5000000', kind: 'promotional', priority: 10, expiresAt: iso(now + 30 * 24 * HOUR) }, 'voided'));
  }

  record(at, stream, model, input, output, charge, endReason) {
    const tokens = { input, cached: 0, cacheWrite: 0, output, reasoning: 0 };
    this.records.unshift({ number: this.records.length + 1, at: iso(at), stream, late: false, account: 'alice', agent: 'demo', model, session: 's', endReason, tokens, chargeMicro: String(charge), receivableMicro: '0' });
  }

  settled(stream, charge) {
    this.record(Date.now(), stream.id, 'demo-1', 12, Math.max(0, stream.at - 4), charge, stream.reason);
  }

  /** An answer to a request without a body, or nothing if the path is somebody else's. */
  answer(method, path, query) {
    if (path === '/api/me/usage' || path === '/api/admin/usage') {
      const rows = this.sums(query);
      return query.get('format') === 'csv' ? { type: 'text/csv', text: csv(rows) } : { json: { from: query.get('from'), to: query.get('to'), watermark: { number: 1, at: iso(Date.now() - 2_000) }, rows } };
    }
    if (path === '/api/me/usage/records') {
      const from = Number(query.get('cursor') ?? 0);
      const within = this.records.filter((one) => one.at >= (query.get('from') ?? ''));
      const records = within.slice(from, from + Number(query.get('limit')));
      return { json: { records, ...(within.length > from + records.length ? { next: String(from + records.length) } : {}) } };
    }
    const receipt = /^\/api\/me\/receipts\/([^/]+)(\/signed|\/page)?$/.exec(path);
    if (receipt) return this.receipt(receipt[1], receipt[2]);
    if (path === '/api/receipts/keys') return { json: { keys: [] } };
    if (path === '/api/me/keys' && method === 'GET') return { json: { keys: this.keys.map(({ key, ...rest }) => rest) } };
    if (path.startsWith('/api/me/keys/')) {
      this.keys = this.keys.filter((one) => one.keyId !== path.split('/').at(-1));
      return { json: undefined, status: 204, text: '', type: 'text/plain' };
    }
    if (method !== 'GET') return undefined;
    if (path === '/api/admin/accounts') return { json: { accounts: ['alice', 'billing', 'bob', 'carol::with-a-rather-long-name-that-goes-on@example.com'].filter((name) => name.startsWith(query.get('prefix'))).map((name, at) => this.account(name, at)) } };
    if (path === '/api/admin/prices') return { json: { prices: this.prices } };
    if (path === '/api/admin/audit') return { json: audit() };
    const account = /^\/api\/admin\/accounts\/([^/]+)(\/grants)?$/.exec(path);
    if (account) return { json: account[2] ? { grants: this.grants } : this.account(decodeURIComponent(account[1]), 0) };
    return undefined;
  }

  change(path, asked) {
    if (path === '/api/me/keys') {
      const key = `wk_${randomBytes(32).toString('base64url')}`;
      const made = { keyId: randomUUID(), key, hint: key.slice(0, 9), createdBy: 'alice', createdAt: iso(Date.now()), ...asked };
      this.keys.unshift(made);
      return made;
    }
    if (path === '/api/admin/prices') {
      const made = { ...asked, version: Math.max(0, ...this.prices.filter((one) => one.name === asked.name).map((one) => one.version)) + 1, createdAt: iso(Date.now()), createdBy: 'admin' };
      this.prices.push(made);
      return made;
    }
    const gone = /\/grants\/([^/]+)\/void$/.exec(path);
    if (gone) {
      this.grants = this.grants.map((one) => (one.grantId === gone[1] ? { ...one, state: 'voided', remainingMicro: '0', lapsedMicro: one.remainingMicro } : one));
      return this.grants.find((one) => one.grantId === gone[1]);
    }
    const made = grant(asked, 'active');
    this.grants.unshift(made);
    return made;
  }

  account(account, at) {
    const balance = this.available() * BigInt(at * 7 + 1);
    const held = at === 0 ? 1_234n : 0n;
    return { account, balanceMicro: String(balance), heldMicro: String(held), availableMicro: String(balance - held), openStreams: at === 0 ? 1 : 0 };
  }

  receipt(stream, form) {
    const record = this.records.find((one) => one.stream === stream);
    if (!record) return { problem: [404, 'not-found', 'Not found', 'There is no such stream.'] };
    if (form === '/signed') return { problem: [409, 'conflict', 'Conflict', 'The stream is not settled yet.'] };
    if (form === '/page') return { type: 'text/html', text: `<!doctype html><title>Receipt</title><h1>Receipt</h1><p>${stream}` };
    const { account, session, agent, model, tokens, chargeMicro, endReason, at } = record;
    return { json: { streamId: stream, account, session, agent, model, tokens, usageSource: 'agent', priceName: 'default', priceVersion: 1, chargeMicro, receivableMicro: '0', entries: [], endReason, startedAt: at, endedAt: at, state: 'settled', cutOff: false } };
  }

  sums(query) {
    const window = { HOUR, DAY: 24 * HOUR, MONTH: 30 * 24 * HOUR }[query.get('window')];
    const rows = new Map();
    const group = query.get('groupBy') === 'model';
    const from = Date.parse(query.get('from') ?? iso(Date.now() - 30 * 24 * HOUR));
    for (const { at, model, tokens, chargeMicro } of this.records) {
      const time = Date.parse(at);
      if (time < from) continue;
      const start = iso(Math.floor(time / window) * window);
      const key = `${start} ${group ? model : ''}`;
      const row = rows.get(key) ?? { start, ...(group ? { model } : {}), streams: 0, tokens: { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 }, chargeMicro: '0', receivableMicro: '0' };
      row.streams++;
      row.tokens.input += tokens.input;
      row.tokens.output += tokens.output;
      row.chargeMicro = String(BigInt(row.chargeMicro) + BigInt(chargeMicro));
      rows.set(key, row);
    }
    return [...rows.values()].sort((a, b) => (a.start + a.model < b.start + b.model ? -1 : 1));
  }
}

function grant(terms, state) {
  const remaining = state === 'active' ? terms.amountMicro : '0';
  return { grantId: randomUUID(), state, remainingMicro: remaining, spentMicro: '0', lapsedMicro: '0', rolledMicro: '0', effectiveAt: iso(Date.now()), grantedBy: 'admin', grantedAt: iso(Date.now()), priority: 100, ...terms };
}

function csv(rows) {
  return ['start,model,charge_micro', ...rows.map((row) => `${row.start},${row.model},${row.chargeMicro}`), ''].join('\r\n');
}

function audit() {
  const statements = {
    I1: 'every balance is the sum of its account’s entries, each of which goes on from the one before',
    I2: 'what an account holds is the sum of its RESERVED and OPEN holds',
    I3: 'all entries sum to zero',
    I4: 'a settled hold has exactly the legs of its settlement, every other hold has none',
    I5: 'charge and receivable are the price of the settled totals',
    I6: 'what is left of an account’s grants is its balance, up to the allocation watermark',
    I7: 'what a closed log counted is what was settled',
    I8: 'every settlement and late correction since the outbox began has one message',
    I9: 'no RESERVED hold is past its life, no OPEN hold’s gateway lost for longer than the grace, and left unswept',
  };
  const checkedAt = iso(Date.now());
  const invariants = Object.entries(statements).map(([id, statement]) => (id === 'I7' ? { id, state: 'skipped', statement, detail: 'the relay cannot be reached', checkedAt: iso(Date.now() - 600_000) } : { id, state: 'checked', violations: 0, statement, checkedAt }));
  return { checkedAt, overspentEverMicro: '0', invariants, chain: { sealedUpTo: 4711, verifiedUpTo: 4711, verifiedAt: checkedAt } };
}
