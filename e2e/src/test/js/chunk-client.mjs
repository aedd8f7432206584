// A browser's chunk client, written by hand: {"type":"chunk"} … {"type":"done"}
// usage: node chunk-client.mjs EDGE TOKEN CHAT PROMPT
const [edge, token, chatId, prompt] = process.argv.slice(2);

const response = await fetch(`${edge}/api/v1/actions/chats/${chatId}/messages`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
  body: JSON.stringify({ prompt }),
});
const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
let buffer = '';
let answer = '';
let done = false;
for (;;) {
  const { value, done: ended } = await reader.read();
  if (ended) break;
  buffer += value;
  let cut;
  while ((cut = buffer.indexOf('\n\n')) >= 0) {
    const block = buffer.slice(0, cut);
    buffer = buffer.slice(cut + 2);
    for (const line of block.split('\n')) {
      if (!line.startsWith('data: ')) continue;
      const event = JSON.parse(line.slice(6));
      if (event.type === 'chunk') answer += event.text;
      if (event.type === 'done') done = true;
      if (event.type === 'error') throw new Error(event.message);
    }
  }
}
process.stdout.write(JSON.stringify({ status: response.status, done, answer }) + '\n');
