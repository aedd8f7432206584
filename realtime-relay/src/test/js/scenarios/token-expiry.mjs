import assert from 'node:assert/strict';
import { client, name, subscribed, token, until } from '../harness.mjs';

/** A token that ends, is noticed; with the next one the client is back by itself, because nothing was closed for good. */
export default async function (world) {
  const topic = `workspace:w1:channel:${name(world, 'expiry')}`;
  let current = token(world, 'ada', 6);
  const statuses = [];
  const supabase = await client(world, { accessToken: async () => current, heartbeatIntervalMs: 3000 });
  await supabase.realtime.setAuth();
  const channel = supabase
    .channel(topic, { config: { private: true, broadcast: { ack: true } } });
  await subscribed(channel, statuses);
  await until(() => statuses.length > 1, () => 'the end of the token');
  assert.match(statuses[1], /^CHANNEL_ERROR/);
  current = token(world, 'ada');
  await until(() => statuses.at(-1) === 'SUBSCRIBED', () => `another subscription, not ${statuses}`);
  assert.ok(!statuses.includes('CLOSED'));
  assert.equal(await channel.send({ type: 'broadcast', event: 'back', payload: {} }), 'ok');
}
