// The WebSocket transport with the official client.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { scenario, weatherSchema, base, key } from './common.mjs';

const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
const weather = { type: 'function', name: 'get_weather', description: 'The weather.', parameters: weatherSchema };

function turn(socket, request) {
  return new Promise((resolve, reject) => {
    const seen = [];
    const take = event => {
      seen.push(event.type);
      if (['response.completed', 'response.failed', 'response.incomplete'].includes(event.type)) {
        socket.off('event', take);
        socket.off('error', fail);
        resolve({ response: event.response, seen });
      }
    };
    const fail = error => { socket.off('event', take); socket.off('error', fail); reject(error); };
    socket.on('event', take);
    socket.on('error', fail);
    socket.send({ type: 'response.create', ...request });
  });
}

await scenario('sequential responses, continuation, error, reconnect', async () => {
  const socket = new ResponsesWS(client);
  const first = await turn(socket, { model: 'default', input: 'one' });
  assert.equal(first.seen[0], 'response.created');
  const second = await turn(socket, { model: 'default', input: 'two', previous_response_id: first.response.id });
  assert.equal(second.response.previous_response_id, first.response.id);
  await assert.rejects(turn(socket, { model: 'nope', input: 'x' }));
  const third = await turn(socket, { model: 'default', input: 'three', previous_response_id: second.response.id });
  assert.equal(third.response.status, 'completed');
  socket.close();
  const again = new ResponsesWS(client);
  const fourth = await turn(again, { model: 'default', input: 'four', previous_response_id: third.response.id });
  assert.match(fourth.response.output[0].content[0].text, /echo: four/);
  again.close();
});

await scenario('a loop over functions of which nothing is stored', async () => {
  const socket = new ResponsesWS(client);
  const first = await turn(socket, { model: 'default', store: false, input: 'weather?', tools: [weather] });
  const call = first.response.output.find(item => item.type === 'function_call');
  const second = await turn(socket, {
    model: 'default', store: false, previous_response_id: first.response.id, tools: [weather],
    input: [{ type: 'function_call_output', call_id: call.call_id, output: 'SUNNY-22' }],
  });
  assert.match(second.response.output[0].content[0].text, /sunny/);
  const third = await turn(socket, { model: 'default', store: false, previous_response_id: second.response.id, input: 'thanks' });
  assert.equal(third.response.previous_response_id, second.response.id);
  await assert.rejects(client.responses.retrieve(first.response.id));
  socket.close();
});

await scenario('a new chain after compaction', async () => {
  const socket = new ResponsesWS(client);
  const first = await turn(socket, { model: 'default', store: false, input: 'a long talk' });
  const compacted = await client.responses.compact({ model: 'default', input: [{ role: 'user', content: 'a long talk' }, ...first.response.output] });
  const second = await turn(socket, { model: 'default', store: false, input: [...compacted.output, { role: 'user', content: 'and now?' }] });
  const third = await turn(socket, { model: 'default', store: false, previous_response_id: second.response.id, input: 'go on' });
  assert.match(third.response.output[0].content[0].text, /echo: go on/);
  socket.close();
});
