// Follows a session with the unmodified npm client, which learns its token too late for its first join and takes no care
// of it: what it is told and when it is subscribed, one JSON object a line on stdout.
// Arguments: base URL, vsn, topic, token.
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';

const [base, vsn, topic, token] = process.argv.slice(2);
const say = (kind, value) => console.log(JSON.stringify({ kind, value }));

const supabase = createClient(base, 'weir-local', {
  accessToken: async () => token,
  realtime: { vsn, transport: globalThis.WebSocket ?? ws },
});

const channel = supabase.channel(topic, { config: { private: true } });
for (const event of ['message', 'token', 'end', 'error']) {
  channel.on('broadcast', { event }, ({ payload }) => say(event, payload));
}
channel.subscribe((status, error) => say('status', error ? `${status} ${error.message}` : status));

process.stdin.on('data', async () => {
  say('left', await supabase.removeAllChannels());
  process.exit(0);
});
