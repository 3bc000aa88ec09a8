// LangChain.js over both of its OpenAI wires.
import assert from 'node:assert/strict';
import { ChatOpenAI } from '@langchain/openai';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { scenario, weatherSchema, base, key } from './common.mjs';

const tool = { type: 'function', function: { name: 'get_weather', description: 'The weather of a city.', parameters: weatherSchema } };
const person = {
  title: 'person', type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'number' } },
  required: ['name', 'age'], additionalProperties: false,
};
const textOf = message => (typeof message.content === 'string' ? message.content : message.content.map(part => part.text ?? '').join(''));

for (const useResponsesApi of [false, true]) {
  const wire = useResponsesApi ? 'responses' : 'chat';
  const model = new ChatOpenAI({ model: 'default', apiKey: key, useResponsesApi, maxRetries: 0, configuration: { baseURL: `${base}/v1` } });

  await scenario(`${wire}: invoke`, async () => {
    const answer = await model.invoke([new SystemMessage('be kind'), new HumanMessage('hello')]);
    assert.match(textOf(answer), /echo: hello/);
    assert.ok(answer.usage_metadata.total_tokens > 0);
  });

  await scenario(`${wire}: stream`, async () => {
    let text = '';
    for await (const chunk of await model.stream('tell me')) text += textOf(chunk);
    assert.match(text, /echo: tell me/);
  });

  await scenario(`${wire}: loop of functions`, async () => {
    const bound = model.bindTools([tool]);
    const messages = [new HumanMessage('weather?')];
    const first = await bound.invoke(messages);
    assert.deepEqual(first.tool_calls[0].args, { city: 'Oslo' });
    messages.push(first, new ToolMessage({ content: 'SUNNY-22', tool_call_id: first.tool_calls[0].id }));
    assert.match(textOf(await bound.invoke(messages)), /sunny/i);
  });

  await scenario(`${wire}: structured output`, async () => {
    assert.deepEqual(await model.withStructuredOutput(person, { name: 'person', method: 'jsonSchema' }).invoke('json please'), { name: 'Ada', age: 36 });
  });

  await scenario(`${wire}: streamed function call`, async () => {
    let whole;
    for await (const chunk of await model.bindTools([tool]).stream('weather?')) whole = whole ? whole.concat(chunk) : chunk;
    assert.deepEqual(whole.tool_calls[0].args, { city: 'Oslo' });
  });
}
