// Follows a session with the unmodified npm client, and says on stdout what it gets: one JSON object a line.
// Arguments: base URL, vsn, topic, token.
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';

const [base, vsn, topic, token] = process.argv.slice(2);
const say = (kind, value) => console.log(JSON.stringify({ kind, value }));

const supabase = createClient(base, 'weir-local', {
  accessToken: async () => token,
  realtime: { vsn, transport: globalThis.WebSocket ?? ws },
});
await supabase.realtime.setAuth(token);

const channel = supabase.channel(topic, { config: { private: true } });
for (const event of ['message', 'token', 'end', 'error']) {
  channel.on('broadcast', { event }, ({ payload }) => say(event, payload));
}

const room = supabase.channel('room:' + vsn, { config: { broadcast: { ack: true, self: true }, presence: { key: 'me' } } });
room.on('broadcast', { event: '*' }, ({ event, payload }) => say('room', { event, payload }));
room.on('presence', { event: 'sync' }, () => say('presence', Object.keys(room.presenceState())));

const before = await supabase.channel('room:before').send({ type: 'broadcast', event: 'early', payload: { n: 0 } });
say('rest', before);

room.subscribe(async (status) => {
  say('room-status', status);
  if (status !== 'SUBSCRIBED') return;
  say('sent', await room.send({ type: 'broadcast', event: 'hello', payload: { text: 'Hé' } }));
  say('tracked', await room.track({ name: 'Ada' }));
  say('http', await room.httpSend('posted', { n: 1 }));
  channel.subscribe((state, error) => say('status', error ? `${state} ${error.message}` : state));
});

process.stdin.on('data', async () => {
  say('left', await supabase.removeAllChannels());
  process.exit(0);
});
