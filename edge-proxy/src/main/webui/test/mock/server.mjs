// A stand-in for the edge, to look at the pages without a stack: `npm run build && npm run mock`, then
// http://127.0.0.1:8099. Words in a message shape what happens: "drop" cuts the connection in mid-answer, "fail" and
// "dry" end it early, "poor" is refused for lack of credits, "slow" waits before the first token.
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tokensOf } from './answers.mjs';
import { Billing } from './billing.mjs';
import { accept } from './webSocket.mjs';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const pace = Number(process.env.PACE ?? 20);
const streams = new Map();
const sessions = new Map();
const sockets = new Set();
let signedIn = process.env.SIGNED_OUT === undefined;
let available = 10_000_000n;
const billing = new Billing(() => available);

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  const path = url.pathname;
  const json = (body, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  const problem = (status, slug, title, detail) => json({ type: `https://weir.dev/problems/${slug}`, title, status, detail, error: title }, status);

  if (path === '/login' || path === '/logout') {
    signedIn = path === '/login';
    return response.writeHead(302, { Location: '/' }).end();
  }
  if (!path.startsWith('/api/')) return file(path, response);
  if (!signedIn) return problem(401, 'unauthenticated', 'Sign in first', 'Sign in at /login.');
  if (path === '/api/me') return json({ account: 'alice', name: 'Alice', roles: ['user', 'admin'] });
  if (path === '/api/config') return json({ realtimeUrl: '', realtimeKey: 'weir-local', agents: [{ name: 'demo', default: true }, { name: 'careful' }].slice(0, process.env.AGENTS ?? 1) });
  if (path === '/api/me/balance') return json({ balanceMicro: String(available), availableMicro: String(available) });
  if (path === '/api/sessions') return json({ sessions: [...sessions.values()].map(({ id, title, updatedAt }) => ({ id, title, updatedAt })).reverse() });
  if (path === '/api/machines') return json({ machines: machines() });
  const bill = billing.answer(request.method, path, url.searchParams);
  if (bill) {
    if (bill.text !== undefined) return response.writeHead(bill.status ?? 200, { 'Content-Type': bill.type }).end(bill.text);
    return bill.problem ? problem(...bill.problem) : json(bill.json, bill.status);
  }
  const changed = /^(POST|PUT)$/.test(request.method) && /^\/api\/(me\/keys|admin\/)/.test(path);
  if (changed) return body(request).then((asked) => json(billing.change(path, asked)));
  const drain = /^\/api\/machines\/demo\/([^/]+)\/drain$/.exec(path);
  if (drain) {
    if (request.method === 'PUT') draining.add(drain[1]);
    else draining.delete(drain[1]);
    return json({});
  }
  const history = /^\/api\/sessions\/([^/]+)\/messages$/.exec(path);
  if (history) return json(page(sessions.get(history[1])?.messages ?? [], url));
  if (path === '/api/chat/stream' && request.method === 'POST') return body(request).then((asked) => ask(asked, response, problem));
  const one = /^\/api\/streams\/([^/]+)(\/receipt)?$/.exec(path);
  const stream = one && streams.get(one[1]);
  if (!stream) return problem(404, 'not-found', 'Not found', 'There is no such stream.');
  if (one[2]) return json(receipt(stream));
  if (request.method === 'DELETE') {
    end(stream, 'cancelled');
    return response.writeHead(202).end();
  }
  return attach(stream, response, Number(request.headers['last-event-id'] ?? 0), true);
});

const draining = new Set();

/** Machines in every state, with loads that move. */
function machines() {
  const swing = (slow, most) => Math.round((most * (1 + Math.sin(Date.now() / slow))) / 2);
  const checked = new Date(Date.now() - (Date.now() % 30_000)).toISOString();
  const one = (id, more) => ({ app: 'demo', id, address: `http://10.0.3.${id.length}:18789`, source: 'registered', labels: {}, draining: draining.has(id), healthy: true, leftAlone: false, openStreams: 0, lastChecked: checked, consecutiveFailures: 0, ...more });
  return [
    one('demo-1', { source: 'configuration', openStreams: swing(9_000, 34), capacity: 40 }),
    one('demo-2', { source: 'configuration', openStreams: swing(7_000, 12), capacity: 40, lastError: 'status 503, draining', lastErrorAt: new Date(Date.now() - 400_000).toISOString() }),
    one('demo-3', { openStreams: swing(5_000, 9) }),
    one('spare', { healthy: false, leftAlone: true, openStreams: 2, capacity: 20, consecutiveFailures: 5, lastError: 'connection broken', lastErrorAt: new Date(Date.now() - 8_000).toISOString() }),
    one('old', { healthy: false, capacity: 20, consecutiveFailures: 14, lastError: 'no connection', lastErrorAt: new Date(Date.now() - 21_000).toISOString() }),
    { ...one('vip-1', { openStreams: 1, capacity: 4 }), app: 'support' },
  ];
}

function page(messages, url) {
  const before = url.searchParams.get('before');
  const limit = Number(url.searchParams.get('limit') ?? 40);
  const newest = messages.slice(0, before === null ? messages.length : Number(before)).slice(-limit);
  const from = (before === null ? messages.length : Number(before)) - newest.length;
  return { messages: newest.toReversed(), nextBefore: from > 0 ? String(from) : null };
}

function uuid7(at = Date.now()) {
  const hex = at.toString(16).padStart(12, '0') + '7' + randomBytes(10).toString('hex').slice(0, 3) + '8' + randomBytes(10).toString('hex').slice(0, 15);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function ask({ sessionId, message, agent }, response, problem) {
  if (/poor/.test(message)) return problem(402, 'insufficient-credits', 'Insufficient credits', 'This account has no credits left.');
  const stream = { id: uuid7(), sessionId, agent: agent ?? 'demo', question: message, tokens: tokensOf(message), at: 4, startedAt: Date.now(), readers: new Set(), reason: null, dropped: false };
  streams.set(stream.id, stream);
  const session = sessions.get(sessionId) ?? { id: sessionId, title: message.slice(0, 60), messages: [] };
  sessions.delete(sessionId);
  sessions.set(sessionId, { ...session, updatedAt: new Date().toISOString() });
  store(stream, 'user', message, null);
  say(sessionId, 'message', { id: `${stream.id}-q`, role: 'user', content: message, streamId: stream.id });
  attach(stream, response, 0, false);
  news(stream, 'started', false);
  const failsAfter = /fail|dry/.test(message) ? 40 : Infinity;
  setTimeout(() => {
    stream.firstAt = Date.now();
    stream.timer = setInterval(() => {
      const at = ++stream.at;
      const text = stream.tokens[at - 5];
      if (text === undefined) return end(stream, 'completed');
      if (at > failsAfter) return end(stream, /dry/.test(message) ? 'credits_exhausted' : 'machine_lost');
      for (const reader of stream.readers) reader.text(at, text);
      say(sessionId, 'token', { text, done: false, offset: at, streamId: stream.id });
      if (at % 20 === 0) {
        for (const reader of stream.readers) reader.usage();
        news(stream, 'usage', false);
      }
      if (/drop/.test(message) && at === 60 && !stream.dropped) {
        stream.dropped = true;
        for (const reader of stream.readers) reader.cut();
      }
    }, pace);
  }, /slow/.test(message) ? 6_000 : 400);
}

function end(stream, reason) {
  if (stream.reason) return;
  clearInterval(stream.timer);
  stream.reason = reason;
  stream.endedAt = Date.now();
  available -= cost(stream);
  news(stream, 'usage', true);
  billing.settled(stream, cost(stream));
  for (const reader of stream.readers) reader.end();
  store(stream, 'assistant', said(stream), reason);
  const payload = { text: '', done: true, reason, offset: stream.at + 1, streamId: stream.id, usage: { outputTokens: stream.at - 4 } };
  say(stream.sessionId, 'end', payload);
}

const said = (stream) => stream.tokens.slice(0, Math.max(0, stream.at - 4)).join('');
const cost = (stream) => BigInt((stream.at - 4) * 2 + 6);
const micro = (amount) => String(amount);

function store(stream, role, content, state) {
  const messages = sessions.get(stream.sessionId).messages;
  messages.push({ id: `${stream.id}-${role}`, role, content, streamId: stream.id, state, agent: stream.agent, createdAt: new Date().toISOString() });
}

function receipt(stream) {
  const iso = (at) => (at === undefined ? undefined : new Date(at).toISOString());
  return {
    streamId: stream.id,
    account: 'alice',
    session: stream.sessionId,
    agent: stream.agent,
    tokens: { input: 12, cached: 0, cacheWrite: 0, output: Math.max(0, Math.min(stream.at, stream.tokens.length + 4) - 4), reasoning: 0 },
    chargeMicro: micro(cost(stream)),
    receivableMicro: '0',
    entries: [],
    ...(stream.reason ? { endReason: stream.reason } : {}),
    startedAt: iso(stream.startedAt),
    firstTokenAt: iso(stream.firstAt),
    endedAt: iso(stream.endedAt),
    state: stream.reason && Date.now() - stream.endedAt > 800 ? 'settled' : 'settling',
  };
}

function attach(stream, response, after, responses) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-store, no-transform', 'Weir-Stream-Id': stream.id });
  response.write(': connected\n\n');
  const event = (id, data, name) => response.write(`${id === null ? '' : `id: ${id}\n`}${name ? `event: ${name}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  const reader = {
    text: (id, text) => event(id, responses ? { type: 'response.output_text.delta', delta: text, sequence_number: id } : { token: text }),
    usage: () => event(null, { type: 'weir.usage', tokens: { output: stream.at - 4 }, costMicro: micro(cost(stream)), availableMicro: micro(available - cost(stream)) }, 'weir.usage'),
    cut: () => response.destroy(),
    end: () => {
      const type = stream.reason === 'completed' ? 'completed' : 'incomplete';
      if (responses) event(stream.at + 1, { type: `response.${type}`, response: { incomplete_details: { reason: stream.reason } } });
      else event(null, /completed|cancelled/.test(stream.reason) ? '[DONE]' : { error: 'The answer ended early.', reason: stream.reason });
      response.end();
    },
  };
  response.on('close', () => stream.readers.delete(reader));
  for (let at = Math.max(after + 1, 5); at <= Math.min(stream.at, stream.tokens.length + 4); at++) reader.text(at, stream.tokens[at - 5]);
  if (stream.reason) reader.end();
  else stream.readers.add(reader);
}

server.on('upgrade', (request, socket) => {
  const joined = new Map();
  const reply = (joinRef, ref, topic) => JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }]);
  const connection = accept(
    request,
    socket,
    (text) => {
      const [joinRef, ref, topic, event] = JSON.parse(text);
      connection.send(reply(joinRef, ref, topic));
      if (event !== 'phx_join') return;
      joined.set(topic, joinRef);
      for (const stream of streams.values()) {
        if (topic !== `realtime:session:${stream.sessionId}` || stream.reason || stream.at === 4) continue;
        send(connection, topic, 'token', { text: said(stream), done: false, from: 1, offset: stream.at, snapshot: true, streamId: stream.id });
      }
    },
    () => sockets.delete(entry),
  );
  const entry = { connection, joined };
  sockets.add(entry);
});

/** What the account's topic says of a stream. */
function news(stream, event, settled) {
  const granted = settled ? cost(stream) : cost(stream) + 900n;
  const figures = { tokens: { output: stream.at - 4 }, costMicro: micro(cost(stream)), grantedMicro: micro(granted), availableMicro: micro(settled ? available : available - granted), settled };
  tell('realtime:account:alice', event, { streamId: stream.id, session: stream.sessionId, agent: stream.agent, ...(event === 'usage' ? figures : {}) });
}

function say(sessionId, event, payload) {
  tell(`realtime:session:${sessionId}`, event, payload);
}

function tell(topic, event, payload) {
  for (const { connection, joined } of sockets) if (joined.has(topic)) send(connection, topic, event, payload);
}

function send(connection, topic, event, payload) {
  connection.send(JSON.stringify([null, null, topic, 'broadcast', { type: 'broadcast', event, payload }]));
}

function file(path, response) {
  const wanted = join(dist, normalize(path));
  const found = extname(wanted) !== '' && existsSync(wanted) ? wanted : join(dist, 'index.html');
  response.writeHead(200, { 'Content-Type': types[extname(found)] ?? 'application/octet-stream' });
  createReadStream(found).pipe(response);
}

function body(request) {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk)).on('end', () => resolve(JSON.parse(text)));
  });
}

const port = Number(process.env.PORT ?? 8099);
server.listen(port, '127.0.0.1', () => console.log(`The mock edge listens at http://127.0.0.1:${port}`));
