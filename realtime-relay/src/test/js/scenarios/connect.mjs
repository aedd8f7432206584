import assert from 'node:assert/strict';
import { client, name, subscribed, until } from '../harness.mjs';

/** Connects, joins, and has its heartbeats answered. */
export default async function (world) {
  const beats = [];
  const supabase = await client(world, { heartbeatIntervalMs: 2000 });
  supabase.realtime.onHeartbeat((status) => beats.push(status));
  await subscribed(supabase.channel(name(world, 'room:connect')));
  assert.equal(supabase.realtime.isConnected(), true);
  await until(() => beats.filter((beat) => beat === 'ok').length >= 3, () => `heartbeats, not ${beats}`);
}
