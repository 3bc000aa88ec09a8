// The Vercel AI SDK over both of its OpenAI wires.
import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText, Output, stepCountIs, tool, jsonSchema } from 'ai';
import { scenario, weatherSchema, base, key } from './common.mjs';

const openai = createOpenAI({ baseURL: `${base}/v1`, apiKey: key });
const tools = {
  get_weather: tool({
    description: 'The weather of a city.',
    inputSchema: jsonSchema(weatherSchema),
    execute: async ({ city }) => `SUNNY-22 in ${city}`,
  }),
};
const person = jsonSchema({
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'number' } },
  required: ['name', 'age'],
  additionalProperties: false,
});

for (const [wire, model] of [['responses', openai.responses('default')], ['chat', openai.chat('default')]]) {
  await scenario(`${wire}: generateText`, async () => {
    const { text, usage, finishReason } = await generateText({ model, prompt: 'hello', maxRetries: 0 });
    assert.match(text, /echo: hello/);
    assert.ok(usage.totalTokens > 0);
    assert.equal(finishReason, 'stop');
  });

  await scenario(`${wire}: streamText`, async () => {
    const result = streamText({ model, prompt: 'tell me', maxRetries: 0, onError: ({ error }) => { throw error; } });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    assert.match(text, /echo: tell me/);
  });

  await scenario(`${wire}: loop of functions`, async () => {
    const { text, steps } = await generateText({ model, prompt: 'weather?', tools, stopWhen: stepCountIs(4), maxRetries: 0 });
    assert.match(text, /sunny/i);
    assert.equal(steps.length, 2);
    assert.deepEqual(steps[0].toolCalls[0].input, { city: 'Oslo' });
  });

  await scenario(`${wire}: streamed loop of functions`, async () => {
    const result = streamText({ model, prompt: 'weather?', tools, stopWhen: stepCountIs(4), maxRetries: 0 });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    assert.match(text, /sunny/i);
  });

  await scenario(`${wire}: object`, async () => {
    const { output } = await generateText({ model, prompt: 'json please', output: Output.object({ schema: person }), maxRetries: 0 });
    assert.deepEqual(output, { name: 'Ada', age: 36 });
  });

  await scenario(`${wire}: messages`, async () => {
    const { text } = await generateText({
      model, maxRetries: 0,
      messages: [{ role: 'system', content: 'be kind' }, { role: 'user', content: 'one' }, { role: 'assistant', content: 'two' }, { role: 'user', content: 'three' }],
      allowSystemInMessages: true,
    });
    assert.match(text, /echo: three/);
  });
}

await scenario('responses: reasoning', async () => {
  const { reasoningText, text } = await generateText({
    model: openai.responses('responses'), prompt: 'think', maxRetries: 0,
    providerOptions: { openai: { reasoningEffort: 'low', reasoningSummary: 'auto', forceReasoning: true } },
  });
  assert.match(reasoningText, /thought/);
  assert.match(text, /so it is/);
});

await scenario('responses: previousResponseId', async () => {
  const first = await generateText({ model: openai.responses('default'), prompt: 'first', maxRetries: 0 });
  const second = await generateText({
    model: openai.responses('default'), prompt: 'second', maxRetries: 0,
    providerOptions: { openai: { previousResponseId: first.providerMetadata.openai.responseId } },
  });
  assert.match(second.text, /echo: second/);
});
