// Is present on a room with the unmodified npm client. Says on stdout who is there: one JSON object a line. Does what stdin
// says, a line each: "track <json>", "untrack", "leave".
// Arguments: base URL, vsn, topic, presence key, token.
import { createInterface } from 'node:readline';
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';

const [base, vsn, topic, key, token] = process.argv.slice(2);
const say = (kind, value) => console.log(JSON.stringify({ kind, value }));

const supabase = createClient(base, 'weir-local', {
  accessToken: async () => token,
  realtime: { vsn, transport: globalThis.WebSocket ?? ws },
});
await supabase.realtime.setAuth(token);

const names = (presences) => presences.map(({ name }) => name).sort();
const room = supabase.channel(topic, { config: { presence: { key } } });
room.on('presence', { event: 'sync' }, () => {
  const state = room.presenceState();
  say('sync', Object.fromEntries(Object.keys(state).sort().map((who) => [who, names(state[who])])));
});
room.on('presence', { event: 'join' }, (joined) => say('join', { key: joined.key, names: names(joined.newPresences) }));
room.on('presence', { event: 'leave' }, (left) => say('leave', { key: left.key, names: names(left.leftPresences) }));
room.on('system', {}, ({ extension, count }) => say('system', { extension, count }));
room.subscribe((status) => say('status', status));

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('track ')) say('tracked', await room.track(JSON.parse(line.slice(6))));
  else if (line === 'untrack') say('untracked', await room.untrack());
  else {
    say('left', await supabase.removeAllChannels());
    process.exit(0);
  }
}
