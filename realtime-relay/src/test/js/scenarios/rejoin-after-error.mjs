import assert from 'node:assert/strict';
import { client, name, recorded, subscribed, until } from '../harness.mjs';

/** Too many messages reset the channel, and the client joins again by itself. */
export default async function (world) {
  const topic = name(world, 'room:rejoin');
  const statuses = [];
  const channel = (await client(world)).channel(topic);
  await subscribed(channel, statuses);
  for (let n = 0; n < 4000; n++) {
    channel.send({ type: 'broadcast', event: 'flood', payload: { n } });
  }
  const joins = () => statuses.filter((status) => status === 'SUBSCRIBED').length;
  await until(() => joins() === 2, () => `a second join, not ${statuses}`);
  assert.ok(statuses.some((status) => status.startsWith('CHANNEL_ERROR')));
  assert.ok(!statuses.includes('CLOSED'));
  const heard = recorded(channel);
  const other = (await client(world)).channel(topic);
  await subscribed(other);
  await other.send({ type: 'broadcast', event: 'after', payload: {} });
  await until(() => heard.some(({ event }) => event === 'after'), () => 'a message after the second join');
}
