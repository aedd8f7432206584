// What the scenarios share: clients of the unmodified package, tokens, and waiting with an end.
import { createSign } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';

const WAIT_MS = 20_000;
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of a person, which ends after so many seconds; negative for one that has ended. */
export function token(world, account, seconds = 3600, claims = {}) {
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({
    sub: account, roles: ['user'], workspaces: ['w1'], iat: now - 7200, exp: now + seconds, ...claims,
  })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(world.key, 'base64url')}`;
}

/**
 * A client under the version of the run, or another, which knows its token before it joins, unless `accessToken` is given:
 * then that is asked whenever the client asks for its token.
 */
export async function client(world, { vsn = world.vsn, accessToken, ...realtime } = {}) {
  const known = token(world, 'ada');
  const made = createClient(world.base, 'weir-local', {
    accessToken: accessToken ?? (async () => known),
    realtime: { vsn, transport: globalThis.WebSocket ?? ws, ...realtime },
  });
  world.clients.push(made);
  if (!accessToken) await made.realtime.setAuth();
  return made;
}

/** Subscribes, and notes each status as `STATUS` or `STATUS: message`; resolves once it is subscribed. */
export async function subscribed(channel, statuses = []) {
  channel.subscribe((status, error) => statuses.push(error ? `${status}: ${error.message}` : status));
  await until(() => statuses.includes('SUBSCRIBED'), () => `a subscription, not ${statuses}`);
  return channel;
}

/** Notes what is said on a channel as `event`, `payload` and `meta`. */
export function recorded(channel) {
  const said = [];
  channel.on('broadcast', { event: '*' }, ({ event, payload, meta }) => said.push({ event, payload, meta }));
  return said;
}

/** Waits until `condition` holds. */
export async function until(condition, what) {
  const end = Date.now() + WAIT_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A name that no other scenario and no other version uses. */
export const name = (world, text) => `${text}-${world.vsn}`;
