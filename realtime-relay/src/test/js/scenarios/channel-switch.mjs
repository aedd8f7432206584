import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** From one channel to another and back, on one socket: no message crosses over. */
export default async function (world) {
  const [first, second] = [name(world, 'room:switch:1'), name(world, 'room:switch:2')];
  const supabase = await client(world);
  const other = await client(world);
  const toFirst = await subscribed(other.channel(first));
  const toSecond = await subscribed(other.channel(second));
  let current = supabase.channel(first);
  const inFirst = recorded(current);
  await subscribed(current);
  await toFirst.send({ type: 'broadcast', event: 'one', payload: {} });
  await until(() => inFirst.length === 1, () => 'the first message');

  await supabase.removeChannel(current);
  current = supabase.channel(second);
  const inSecond = recorded(current);
  await subscribed(current);
  await toFirst.send({ type: 'broadcast', event: 'lost', payload: {} });
  await toSecond.send({ type: 'broadcast', event: 'two', payload: {} });
  await until(() => inSecond.length === 1, () => 'the second message');
  assert.equal(inSecond[0].event, 'two');

  await supabase.removeChannel(current);
  current = supabase.channel(first);
  const again = recorded(current);
  await subscribed(current);
  await toFirst.send({ type: 'broadcast', event: 'three', payload: {} });
  await until(() => again.length === 1, () => 'the third message');
  assert.deepEqual(inFirst.map(({ event }) => event), ['one']);
  assert.deepEqual(again.map(({ event }) => event), ['three']);
}
