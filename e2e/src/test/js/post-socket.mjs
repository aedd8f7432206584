// An agent that posts its own stream: opened over HTTP, fed over a WebSocket, resumed where that breaks.
// usage: node post-socket.mjs GATEWAY TOKEN TOPIC TEXT
import WebSocket from 'ws';

const [gateway, token, topic, text] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
const opened = await fetch(`${gateway}/v1/streams`, {
  method: 'POST',
  headers: { ...headers, 'Content-Type': 'application/json' },
  body: JSON.stringify({ topic, byok: true }),
});
if (!opened.ok) throw new Error(await opened.text());
const { streamId } = await opened.json();

const events = text.split(/(?<= )/).map((word) => ({ token: word }));
events.push({ done: true });

// Sends what the gateway does not have yet; resolves with the end, or with nothing where the socket breaks.
let breaks = 1;
const feed = () => new Promise((resolve) => {
  const socket = new WebSocket(`${gateway.replace('http', 'ws')}/v1/streams/${streamId}/socket`, { headers });
  socket.on('message', (data) => {
    const { op, head, ...more } = JSON.parse(data);
    if (op === 'ready' || op === 'gap') {
      const rest = breaks > 0 ? events.slice(head, head + 5) : events.slice(head);
      rest.forEach((event, i) => socket.send(JSON.stringify({ n: head + 1 + i, event })));
    } else if (op === 'ack' && breaks > 0 && head >= 3) {
      breaks--; // A connection that is lost in the middle.
      socket.terminate();
    } else if (op === 'end') {
      resolve(more.reason);
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve());
});
let reason;
while (!reason) reason = await feed();
process.stdout.write(JSON.stringify({ streamId, reason }) + '\n');
