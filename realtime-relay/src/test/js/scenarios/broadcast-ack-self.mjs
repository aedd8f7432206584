import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** Acknowledgement, one's own messages, another's, and an error where there is no right. */
export default async function (world) {
  const topic = name(world, 'room:ack');
  const own = (await client(world)).channel(topic, { config: { broadcast: { ack: true, self: true } } });
  const other = (await client(world)).channel(topic);
  const mine = recorded(own);
  const theirs = recorded(other);
  await Promise.all([subscribed(own), subscribed(other)]);
  for (let n = 0; n < 50; n++) {
    assert.equal(await own.send({ type: 'broadcast', event: 'tok', payload: { n, text: 'Hé' } }), 'ok');
  }
  await until(() => mine.length === 50 && theirs.length === 50, () => `50, not ${mine.length} and ${theirs.length}`);
  assert.deepEqual(theirs.map(({ payload }) => payload.n), [...Array(50).keys()]);
  assert.equal(theirs[0].payload.text, 'Hé');
  assert.match(theirs[0].meta.id, /^[0-9a-f-]{36}$/);
  assert.equal(await other.send({ type: 'broadcast', event: 're', payload: {} }), 'ok');
  await until(() => mine.length === 51, () => 'the answer');
  assert.equal(theirs.length, 50);

  const session = (await client(world))
    .channel(`session:${name(world, 'ack')}`, { config: { private: true, broadcast: { ack: true } } });
  await subscribed(session);
  assert.equal(await session.send({ type: 'broadcast', event: 'token', payload: {} }), 'error');
  const large = { text: 'x'.repeat(300_000) };
  assert.equal(await own.send({ type: 'broadcast', event: 'large', payload: large }), 'error');
}
