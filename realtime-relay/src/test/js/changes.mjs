// Listens to the changes of messages with the unmodified npm client, and says on stdout what it gets: one JSON object a
// line. Arguments: base URL, vsn, token, session.
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';

const [base, vsn, token, session] = process.argv.slice(2);
const say = (kind, value) => console.log(JSON.stringify({ kind, value }));

const supabase = createClient(base, 'weir-local', {
  accessToken: async () => token,
  realtime: { vsn, transport: globalThis.WebSocket ?? ws },
});
await supabase.realtime.setAuth(token);

const messages = { schema: 'public', table: 'messages' };
supabase
  .channel('db-changes')
  .on('postgres_changes', { event: 'INSERT', ...messages, filter: `session=eq.${session}` }, (change) => say('insert', change))
  .on('postgres_changes', { event: 'UPDATE', ...messages }, (change) => say('update', change))
  .on('postgres_changes', { event: 'DELETE', ...messages }, (change) => say('delete', change))
  .on('postgres_changes', { event: '*', ...messages, select: ['id', 'content'] }, (change) => say('any', change))
  .on('system', {}, (message) => say('system', message))
  .subscribe((status, error) => say('status', error ? `${status} ${error.message}` : status));

const waiting = supabase.channel('db-wait', { config: { postgres_changes_options: { wait: true } } });
waiting
  .on('postgres_changes', { event: 'INSERT', schema: 'public', table: 'messages' }, (change) => say('waited', change))
  .subscribe((status, error) => say('wait-status', error ? `${status} ${error.message}` : status));

process.stdin.on('data', async () => {
  say('left', await supabase.removeAllChannels());
  process.exit(0);
});
