import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, token, until } from '../harness.mjs';

/** The first join leaves before the client knows its token: nothing fails, and nothing is lost of what is said meanwhile. */
export default async function (world) {
  const topic = `workspace:w1:channel:${name(world, 'deferred')}`;
  const reader = (await client(world)).channel(topic, { config: { private: true } });
  const heard = recorded(reader);
  await subscribed(reader);

  let give;
  const later = new Promise((resolve) => (give = resolve));
  const statuses = [];
  const late = (await client(world, { accessToken: () => later }))
    .channel(topic, { config: { private: true, broadcast: { ack: true } } });
  await subscribed(late, statuses);
  const sent = late.send({ type: 'broadcast', event: 'early', payload: { n: 1 } });
  give(token(world, 'ada'));
  assert.equal(await sent, 'ok');
  await until(() => heard.length === 1, () => 'the early message');
  assert.ok(!statuses.includes('CLOSED'));
}
