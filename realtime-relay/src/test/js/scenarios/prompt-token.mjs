import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, token, until } from '../harness.mjs';

/**
 * The client has its token before the connection is open, but not before it has written its join: then it never sends the
 * token, until it joins again. It has to join again by itself, and what it has said must not be lost.
 */
export default async function (world) {
  const topic = `workspace:w1:channel:${name(world, 'prompt')}`;
  const reader = (await client(world)).channel(topic, { config: { private: true } });
  const heard = recorded(reader);
  await subscribed(reader);
  const known = token(world, 'ada');
  const statuses = [];
  const channel = (await client(world, { accessToken: async () => known }))
    .channel(topic, { config: { private: true, broadcast: { ack: true } } });
  await subscribed(channel, statuses);
  assert.equal(await channel.send({ type: 'broadcast', event: 'first', payload: { n: 1 } }), 'ok');
  await until(() => heard.length === 1, () => 'the message');
  await until(() => statuses.at(-1) === 'SUBSCRIBED', () => `a subscription, not ${statuses}`);
  assert.ok(!statuses.includes('CLOSED'));
  const said = recorded(channel);
  await reader.send({ type: 'broadcast', event: 'second', payload: {} });
  await until(() => said.length === 1, () => 'an answer');
}
