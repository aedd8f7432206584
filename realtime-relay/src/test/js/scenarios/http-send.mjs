import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** JSON and bytes over HTTP, and a refusal with its text. */
export default async function (world) {
  const topic = name(world, 'room:http');
  const supabase = await client(world);
  const channel = supabase.channel(topic);
  const heard = recorded(channel);
  await subscribed(channel);
  assert.deepEqual(await channel.httpSend('posted', { text: 'Hé' }), { success: true });
  assert.deepEqual(await channel.httpSend('bytes', new Uint8Array([1, 2, 255])), { success: true });
  assert.deepEqual(await channel.httpSend('last', [1]), { success: true });
  await until(() => heard.some(({ event }) => event === 'last'), () => 'all of it');
  assert.deepEqual(heard[0].payload, { text: 'Hé' });
  if (world.vsn === '2.0.0') {
    assert.deepEqual([...new Uint8Array(heard[1].payload)], [1, 2, 255]);
  }
  assert.equal(heard.length, world.vsn === '2.0.0' ? 3 : 2);
  const secret = supabase.channel('account:ada', { config: { private: true } });
  await assert.rejects(secret.httpSend('usage', {}), /Unauthorized/);
}
