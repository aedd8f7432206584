// The unmodified openai package against /v1/responses.
// usage: node openai-client.mjs EDGE TOKEN INPUT
import OpenAI from 'openai';

const [edge, token, input] = process.argv.slice(2);
const client = new OpenAI({ apiKey: token, baseURL: `${edge}/v1`, maxRetries: 0 });
const stream = await client.responses.create({ model: 'demo', input, stream: true });
let answer = '';
let last = null;
const types = [];
for await (const event of stream) {
  types.push(event.type);
  if (event.type === 'response.output_text.delta') answer += event.delta;
  last = event;
}
process.stdout.write(
  JSON.stringify({ answer, last: last.type, usage: last.response.usage, text: last.response.output?.[0]?.content?.[0]?.text ?? null, types: [...new Set(types)] }) + '\n',
);
