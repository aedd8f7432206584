import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** Bytes reach those who speak 2.0.0; the others get only what is JSON. */
export default async function (world) {
  const topic = name(world, 'room:binary');
  const reader = (await client(world)).channel(topic);
  const heard = recorded(reader);
  const writer = (await client(world, { vsn: '2.0.0' })).channel(topic, { config: { broadcast: { ack: true } } });
  await Promise.all([subscribed(reader), subscribed(writer)]);
  const bytes = new Uint8Array([0, 0xde, 0xad, 255]).buffer;
  assert.equal(await writer.send({ type: 'broadcast', event: 'bin', payload: bytes }), 'ok');
  assert.equal(await writer.send({ type: 'broadcast', event: 'json', payload: { n: 1 } }), 'ok');
  await until(() => heard.some(({ event }) => event === 'json'), () => 'the JSON');
  if (world.vsn === '2.0.0') {
    assert.ok(heard[0].payload instanceof ArrayBuffer);
    assert.deepEqual([...new Uint8Array(heard[0].payload)], [0, 0xde, 0xad, 255]);
  }
  assert.deepEqual(heard.map(({ event }) => event), world.vsn === '2.0.0' ? ['bin', 'json'] : ['json']);
}
