// Follows a session with the stock Supabase client and prints each broadcast as one JSON line.
// usage: node follow.mjs EDGE KEY TOKEN TOPIC VSN [private|public] [ack|silent]
import { createClient } from '@supabase/supabase-js';
import WebSocket from 'ws';

const [edge, key, token, topic, vsn, visibility = 'private', replies = 'ack'] = process.argv.slice(2);
const print = (line) => process.stdout.write(JSON.stringify(line) + '\n');

const supabase = createClient(edge, key, {
  accessToken: async () => token,
  realtime: { transport: WebSocket, vsn },
});

const channel = supabase
  .channel(topic, { config: { private: visibility === 'private', broadcast: { self: true, ack: replies === 'ack' } } })
  .on('broadcast', { event: '*' }, (message) => print({ event: message.event, payload: message.payload }))
  .subscribe((status, error) => print({ status, error: error ? error.message : null }));

process.stdin.setEncoding('utf8');
let pending = '';
process.stdin.on('data', async (chunk) => {
  pending += chunk;
  let end;
  while ((end = pending.indexOf('\n')) >= 0) {
    const line = pending.slice(0, end);
    pending = pending.slice(end + 1);
    if (line === 'quit') {
      await supabase.removeAllChannels();
      print({ status: 'GONE' });
      process.exit(0);
    }
    const command = JSON.parse(line);
    const result = await channel.send({ type: 'broadcast', event: command.event, payload: command.payload });
    print({ sent: command.event, result });
  }
});
process.stdin.on('end', () => process.exit(0));
