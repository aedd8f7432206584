import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** Clients of both versions on one topic understand each other. */
export default async function (world) {
  const topic = name(world, 'room:versions');
  const channels = await Promise.all(['1.0.0', '2.0.0'].map(async (vsn) =>
    (await client(world, { vsn })).channel(topic, { config: { broadcast: { ack: true } } })));
  const heard = channels.map(recorded);
  await Promise.all(channels.map((channel) => subscribed(channel)));
  for (const [i, channel] of channels.entries()) {
    assert.equal(await channel.send({ type: 'broadcast', event: 'from', payload: { i, text: 'Größe 🌊' } }), 'ok');
  }
  await until(() => heard.every((said) => said.length === 1), () => 'one message each');
  assert.deepEqual(heard.map(([{ payload }]) => payload), [{ i: 1, text: 'Größe 🌊' }, { i: 0, text: 'Größe 🌊' }]);
}
