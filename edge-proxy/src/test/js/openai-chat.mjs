// The unmodified openai package: chat.completions streaming and whole, a whole response, models, reading again, cancelling.
// usage: node openai-chat.mjs EDGE TOKEN INPUT LONG_INPUT
import OpenAI from 'openai';

const [edge, token, input, long] = process.argv.slice(2);
const client = new OpenAI({ apiKey: token, baseURL: `${edge}/v1`, maxRetries: 0 });
const messages = [{ role: 'user', content: input }];

const stream = client.chat.completions.stream({ model: 'demo', messages, stream_options: { include_usage: true } });
const streamed = await stream.finalChatCompletion();
let bare = '';
let unasked = 0;
for await (const chunk of await client.chat.completions.create({ model: 'demo', messages, stream: true })) {
  bare += chunk.choices[0].delta.content ?? '';
  if (chunk.usage) unasked++;
}
const whole = await client.chat.completions.create({ model: 'demo', messages });
const response = await client.responses.create({ model: 'demo', input });
const models = [];
for await (const model of client.models.list()) models.push(model.id);
const again = await client.responses.retrieve(response.id);
let resumed = '';
for await (const event of await client.responses.retrieve(response.id, { stream: true, starting_after: 4 })) {
  if (event.type === 'response.output_text.delta') resumed += event.delta;
}

let cancelled = null;
let id = '';
for await (const event of await client.responses.create({ model: 'demo', input: long, stream: true })) {
  if (event.type === 'response.output_text.delta' && !cancelled) {
    cancelled = await client.responses.cancel(id);
  }
  if (event.type === 'response.created') id = event.response.id;
}

process.stdout.write(
  JSON.stringify({
    streamed: streamed.choices[0].message.content,
    finish: streamed.choices[0].finish_reason,
    usage: streamed.usage,
    bare,
    unasked,
    whole: whole.choices[0].message.content,
    wholeUsage: whole.usage,
    response: response.output_text,
    models,
    again: again.output_text,
    resumed,
    cancelled: cancelled.incomplete_details?.reason ?? cancelled.status,
  }) + '\n',
);
