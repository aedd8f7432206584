// A browser's token client, written by hand: data: {"token"} … data: [DONE]
// usage: node token-client.mjs EDGE TOKEN SESSION MESSAGE
const [edge, token, sessionId, message] = process.argv.slice(2);

const response = await fetch(`${edge}/api/chat/stream`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
  body: JSON.stringify({ sessionId, message }),
});
let answer = '';
let buffer = '';
let done = false;
const decoder = new TextDecoder();
for await (const bytes of response.body) {
  buffer += decoder.decode(bytes, { stream: true });
  const lines = buffer.split('\n');
  buffer = lines.pop();
  for (const line of lines) {
    if (!line.startsWith('data: ')) continue;
    const data = line.slice(6);
    if (data === '[DONE]') {
      done = true;
      continue;
    }
    const parsed = JSON.parse(data);
    if (parsed.error) throw new Error(parsed.error);
    if (parsed.token) answer += parsed.token;
  }
}
process.stdout.write(JSON.stringify({ status: response.status, done, answer }) + '\n');
