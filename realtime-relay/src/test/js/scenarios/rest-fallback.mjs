import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** What is sent before the join goes over HTTP. */
export default async function (world) {
  const topic = name(world, 'room:fallback');
  const reader = (await client(world)).channel(topic);
  const heard = recorded(reader);
  await subscribed(reader);
  const supabase = await client(world);
  assert.equal(await supabase.channel(topic).send({ type: 'broadcast', event: 'early', payload: { n: 0 } }), 'ok');
  await until(() => heard.length === 1, () => 'the message');
  assert.deepEqual(heard[0].payload, { n: 0 });
}
