import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, token, until } from '../harness.mjs';

/** A token that is renewed before it ends keeps the channel, without any status. */
export default async function (world) {
  const topic = `workspace:w1:channel:${name(world, 'renewal')}`;
  const seconds = 12;
  const end = Date.now() + seconds * 1000;
  let current = token(world, 'ada', seconds);
  const supabase = await client(world, { accessToken: async () => current, heartbeatIntervalMs: 3000 });
  await supabase.realtime.setAuth();
  const statuses = [];
  const channel = supabase.channel(topic, { config: { private: true } });
  const heard = recorded(channel);
  await subscribed(channel, statuses);
  current = token(world, 'ada');
  // Longer than the token would have lasted, and than the relay takes to notice.
  await until(() => Date.now() > end + 6000, () => 'the end of the first token');
  const other = (await client(world)).channel(topic, { config: { private: true } });
  await subscribed(other);
  await other.send({ type: 'broadcast', event: 'later', payload: {} });
  await until(() => heard.length === 1, () => 'a message after the end of the first token');
  assert.deepEqual(statuses, ['SUBSCRIBED']);
}
