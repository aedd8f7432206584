import assert from 'node:assert/strict';
import { client, name, subscribed, until } from '../harness.mjs';

/** All channels are left and the socket is closed; a new channel opens another. */
export default async function (world) {
  const supabase = await client(world);
  const statuses = [];
  await Promise.all(['a', 'b', 'c'].map((letter) =>
    subscribed(supabase.channel(name(world, `room:remove:${letter}`)), letter === 'a' ? statuses : [])));
  assert.deepEqual(await supabase.removeAllChannels(), ['ok', 'ok', 'ok']);
  assert.deepEqual(statuses, ['SUBSCRIBED', 'CLOSED']);
  await until(() => !supabase.realtime.isConnected(), () => 'the end of the connection');
  await subscribed(supabase.channel(name(world, 'room:remove:again')));
}
