import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** What a sender wants kept is told to who comes later, oldest first, and nothing of it twice. */
export default async function (world) {
  const topic = `workspace:w1:channel:${name(world, 'replay')}`;
  const supabase = await client(world, { vsn: '2.0.0' });
  const writer = supabase.channel(topic, { config: { private: true, broadcast: { ack: true } } });
  await subscribed(writer);
  const kept = (n, persist) => writer.send({ type: 'broadcast', event: 'm', payload: { n }, persist });
  assert.equal(await kept(1, true), 'ok');
  assert.equal(await kept(0, undefined), 'ok');
  assert.equal(await kept(2, { ttl: 600 }), 'ok');
  assert.deepEqual(await writer.httpSend('m', { n: 3 }, { persist: true }), { success: true });
  // Its echo says that it has been kept: one topic, one order.
  const replay = { since: Date.now() - 600_000, limit: 2 };
  const reader = (await client(world)).channel(topic, { config: { private: true, broadcast: { replay } } });
  const heard = recorded(reader);
  await subscribed(reader);
  assert.equal(await kept(4, true), 'ok');
  await until(() => heard.some(({ payload }) => payload.n === 4), () => 'the live message');
  assert.deepEqual(heard.map(({ payload }) => payload.n), [2, 3, 4]);
  assert.deepEqual(heard.map(({ meta }) => meta.replayed ?? false), [true, true, false]);
}
