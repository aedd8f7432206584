// The unmodified ai package with its openai provider, over Responses and over chat.completions.
// usage: node ai-client.mjs EDGE TOKEN INPUT
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';

const [edge, token, prompt] = process.argv.slice(2);
const openai = createOpenAI({ apiKey: token, baseURL: `${edge}/v1` });
const result = {};
for (const [name, model] of [
  ['responses', openai.responses('demo')],
  ['chat', openai.chat('demo')],
]) {
  const streamed = streamText({ model, prompt, maxRetries: 0 });
  let text = '';
  for await (const part of streamed.textStream) text += part;
  const whole = await generateText({ model, prompt, maxRetries: 0 });
  result[name] = {
    text,
    finish: await streamed.finishReason,
    usage: await streamed.usage,
    whole: whole.text,
    wholeFinish: whole.finishReason,
    wholeUsage: whole.usage,
  };
}
process.stdout.write(JSON.stringify(result) + '\n');
