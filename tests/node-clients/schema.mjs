// Bodies and events of /v1/responses over every wire, case and mode, held to the schemas of Open Responses 2026-04-24.
import assert from 'node:assert/strict';
import { scenario, weatherSchema } from './common.mjs';
import { check, checkStream, each, get, openSocket, post, send, valid } from './checks.mjs';

const wires = ['default', 'responses', 'azure', 'anthropic', 'gemini', 'ollama'];
const tool = { type: 'function', name: 'get_weather', description: 'The weather.', parameters: weatherSchema };
const other = { ...tool, name: 'get_time', description: null, strict: false };
const person = { type: 'json_schema', name: 'person', strict: true, schema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'number' } }, required: ['name', 'age'], additionalProperties: false } };
const look = (...parts) => [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }, ...parts] }];

// What is asked, what kind of items come back, how the response ends; and the wires that have no word for it.
const cases = {
  text: { ask: { input: 'hello', instructions: 'Be kind.', temperature: 0.5, metadata: { a: 'b' } }, items: ['message'] },
  'function call': { ask: { input: 'weather?', tools: [tool] }, items: ['function_call'] },
  'parallel calls': { ask: { input: 'weather in both?', tools: [tool, other], parallel_tool_calls: true }, items: ['function_call', 'function_call'] },
  'max_tool_calls': { ask: { input: 'weather in both?', tools: [tool], max_tool_calls: 1 }, items: ['function_call'], reason: 'max_tool_calls' },
  'allowed tools': { ask: { input: 'weather?', tools: [tool, other], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'get_weather' }] } }, items: ['function_call'] },
  'no tool': { ask: { input: 'hello', tools: [tool], tool_choice: 'none' }, items: ['message'] },
  'some tool': { ask: { input: 'weather?', tools: [tool], tool_choice: 'required' }, items: ['function_call'], unknown: ['ollama'] },
  'one tool': { ask: { input: 'weather?', tools: [tool, other], tool_choice: { type: 'function', name: 'get_weather' } }, items: ['function_call'], unknown: ['ollama'] },
  reasoning: { ask: { input: 'think', reasoning: { effort: 'low' }, include: ['reasoning.encrypted_content'] }, items: ['reasoning', 'message'] },
  'json schema': { ask: { input: 'json please', text: { format: person } }, items: ['message'] },
  'json object': { ask: { input: 'json please', text: { format: { type: 'json_object' } } }, items: ['message'], unknown: ['anthropic'] },
  refusal: { ask: { input: 'refuse this' }, items: ['message'], gemini: { items: [], reason: 'content_filter' } },
  incomplete: { ask: { input: 'long story', max_output_tokens: 64 }, items: ['message'], reason: 'max_output_tokens' },
  phases: { ask: { input: 'in phases' }, items: ['message'], responses: { items: ['message', 'message'] } },
  image: { ask: { input: look({ type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' }) }, items: ['message'] },
  'image between words': { ask: { input: look({ type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' }, { type: 'input_text', text: 'and tell' }) }, items: ['message'] },
  file: { ask: { input: look({ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' }) }, items: ['message'], unknown: ['ollama'] },
  failed: { ask: { input: 'fail now' }, fails: [502, 'vendor_failed'] },
};

// The ways in which a response can be had. Each gives it as it ended.
const modes = {
  async whole(request, { fails }) {
    if (fails) return await failed(request, fails);
    const response = valid('ResponseResource', await post('/v1/responses', request));
    assert.deepEqual(valid('ResponseResource', await get(`/v1/responses/${response.id}`)), response);
    return response;
  },
  async stream(request) {
    const events = await post('/v1/responses', { ...request, stream: true });
    const response = checkStream(events);
    await again(events, response);
    return response;
  },
  async background(request) {
    let response = valid('ResponseResource', await post('/v1/responses', { ...request, background: true }));
    while (['queued', 'in_progress'].includes(response.status)) response = valid('ResponseResource', await get(`/v1/responses/${response.id}`));
    checkStream(await get(`/v1/responses/${response.id}?stream=true`));
    return response;
  },
  async 'background stream'(request) {
    const events = await post('/v1/responses', { ...request, background: true, stream: true });
    const response = checkStream(events);
    await again(events, response);
    return response;
  },
  async websocket(request, { socket }) {
    const events = await socket.turn(request);
    const response = checkStream(events);
    await again(events, response);
    return response;
  },
  async 'not stored'(request, { fails }) {
    if (fails) return await failed({ ...request, store: false }, fails);
    const response = valid('ResponseResource', await post('/v1/responses', { ...request, store: false }));
    assert.equal((await get(`/v1/responses/${response.id}`, 404)).error.code, 'response_not_found');
    return response;
  },
  async 'not stored stream'(request) {
    return checkStream(await post('/v1/responses', { ...request, store: false, stream: true }));
  },
  async conversation(request, { fails }) {
    const conversation = await post('/v1/conversations', {});
    const response = fails
      ? await failed({ ...request, conversation: conversation.id }, fails)
      : valid('ResponseResource', await post('/v1/responses', { ...request, conversation: conversation.id }));
    const items = await get(`/v1/conversations/${conversation.id}/items?order=asc&include=reasoning.encrypted_content`);
    for (const item of items.data) valid('ItemField', item);
    if (response.output) assert.deepEqual(items.data.slice(items.data.length - response.output.length).map(item => item.id), response.output.map(item => item.id));
    return response;
  },
};

async function again(events, response) {
  assert.deepEqual(await get(`/v1/responses/${response.id}?stream=true`), events);
  const middle = events[Math.floor(events.length / 2)].sequence_number;
  assert.deepEqual(await get(`/v1/responses/${response.id}?stream=true&starting_after=${middle}`), events.filter(event => event.sequence_number > middle));
  assert.deepEqual(valid('ResponseResource', await get(`/v1/responses/${response.id}`)), response);
}

// Whoever waits for a run that fails gets its error; the run itself is named there.
async function failed(request, [status, code]) {
  const { error } = await post('/v1/responses', request, status);
  assert.equal(error.code, code);
  const path = `/v1/responses/${error.run_id}`;
  return request.store === false ? { status: 'failed', output: [] } : valid('ResponseResource', await get(path));
}

async function run(model, socket, name, mode) {
  const { ask, fails: always, unknown = [], [model]: special, ...usual } = cases[name];
  const { items, reason } = { ...usual, ...special };
  const fails = always ?? (unknown.includes(model) ? [400, 'invalid_request'] : undefined);
  const response = await modes[mode]({ model, ...ask }, { socket, fails });
  const where = `${model}, ${name}, ${mode}: ${JSON.stringify(response)}`;
  assert.equal(response.status, fails ? 'failed' : reason ? 'incomplete' : 'completed', where);
  assert.equal(response.incomplete_details?.reason, fails ? undefined : reason, where);
  if (fails) return;
  assert.deepEqual(response.output.map(item => item.type), items, where);
  assert.equal(response.store, !mode.startsWith('not stored'), where);
  if (name === 'phases' && model === 'responses') assert.deepEqual(response.output.map(item => item.phase), ['commentary', 'final_answer'], where);
  assert.equal(response.background, mode.startsWith('background'), where);
}

for (const mode of Object.keys(modes)) {
  await scenario(`${mode}: every case over every wire`, async () => {
    await Promise.all(wires.map(async model => {
      const socket = mode === 'websocket' ? await openSocket() : null;
      await each(Object.keys(cases), name => run(model, socket, name, mode), socket ? 1 : 4);
      socket?.close();
    }));
  });
}

await scenario('functions and reasoning over turns, over every wire', async () => {
  await each(wires, async model => {
    const first = await post('/v1/responses', { model, ...cases['parallel calls'].ask });
    const outputs = first.output.map(item => ({ type: 'function_call_output', call_id: item.call_id, output: 'SUNNY-22' }));
    const next = { model, tools: [tool, other], previous_response_id: first.id, input: outputs };
    valid('ResponseResource', await post('/v1/responses', next));
    checkStream(await post('/v1/responses', { ...next, stream: true }));
    const own = [{ role: 'user', content: 'weather in both?' }, ...first.output, ...outputs];
    valid('ResponseResource', await post('/v1/responses', { model, tools: [tool, other], store: false, input: own }));
    const thought = await post('/v1/responses', { model, ...cases.reasoning.ask });
    valid('ResponseResource', await post('/v1/responses', { model, input: [{ role: 'user', content: 'think' }, ...thought.output, { role: 'user', content: 'and now?' }] }));
    for (const item of (await get(`/v1/responses/${first.id}/input_items`)).data) valid('ItemField', item);
  }, wires.length);
});

await scenario('an attempt that is cut and made anew, over every wire', async () => {
  await each(wires.flatMap(model => ['stream', 'background stream', 'websocket'].map(mode => ({ model, mode }))), async ({ model, mode }) => {
    const socket = await openSocket();
    const response = await modes[mode]({ model: `unsteady-${model}`, input: `cut once, ${model}, ${mode}` }, { socket });
    socket.close();
    assert.equal(response.status, 'completed');
    const events = await get(`/v1/responses/${response.id}?stream=true`);
    const done = events.filter(event => event.type === 'response.output_item.done').map(event => event.item.status);
    assert.deepEqual(done, ['incomplete', 'completed'], `${model}, ${mode}`);
    assert.ok(events.at(-1).sequence_number >= 2 ** 20);
  }, 6);
});

await scenario('cancelled, over every wire', async () => {
  await each(wires, async model => {
    const created = valid('ResponseResource', await post('/v1/responses', { model, input: 'slow', background: true }));
    const following = get(`/v1/responses/${created.id}?stream=true`);
    const cancelled = valid('ResponseResource', await post(`/v1/responses/${created.id}/cancel`, {}));
    assert.equal(cancelled.status, 'cancelled');
    assert.deepEqual(checkStream(await following), cancelled);
    assert.deepEqual(valid('ResponseResource', await post(`/v1/responses/${created.id}/cancel`, {})), cancelled);
  }, wires.length);
});

await scenario('counted, compacted, listed and deleted, over every wire', async () => {
  await each(wires, async model => {
    const first = await post('/v1/responses', { model, ...cases.image.ask });
    for (const item of (await get(`/v1/responses/${first.id}/input_items?limit=1&order=asc`)).data) valid('ItemField', item);
    assert.ok((await post('/v1/responses/input_tokens', { model, input: 'hello', previous_response_id: first.id })).input_tokens > 0);
    const compacted = valid('CompactResource', await post('/v1/responses/compact', { model, previous_response_id: first.id }));
    valid('ResponseResource', await post('/v1/responses', { model, input: [...compacted.output, { role: 'user', content: 'go on' }] }));
    await send('DELETE', `/v1/responses/${first.id}`);
    await get(`/v1/responses/${first.id}`, 404);
  }, wires.length);
});

await scenario('lanes and errors of a WebSocket', async () => {
  const socket = await openSocket();
  for (const lane of ['a', 'b']) socket.say({ type: 'response.create', model: 'default', input: `hello ${lane}`, stream_id: lane });
  const lanes = { a: [], b: [] };
  for (let ended = 0; ended < 2;) {
    const { stream_id: lane, ...event } = await socket.next();
    lanes[lane].push(event);
    if (event.type === 'response.completed') ended++;
  }

  checkStream(lanes.a);
  checkStream(lanes.b);
  for (const wrong of ['{', '[]', { type: 'nothing' }, { type: 'response.create', input: 'x', model: 'nope' }, { type: 'response.create', input: 7 }, { type: 'response.create', input: 'x', background: true }, { type: 'response.create', input: 'x', previous_response_id: 'resp_none' }, { type: 'response.create', input: 'x', conversation: 'conv_none' }, { type: 'response.create', input: 'x', stream_id: '' }]) {
    socket.say(wrong);
    const error = valid('WebSocketErrorEvent', await socket.next());
    assert.ok(error.status >= 400 && error.error.code, JSON.stringify(wrong));
  }

  socket.close();
});

await scenario('a request that is written over many lines', async () => {
  checkStream(await post('/v1/responses', JSON.stringify({ model: 'default', input: 'weather?', tools: [tool], stream: true }, null, 2)));
});

await scenario('checks that can fail', async () => {
  const body = await post('/v1/responses', { model: 'default', input: 'hello' });
  for (const change of [
    copy => { delete copy.usage; }, copy => { copy.created_at = 'now'; }, copy => { copy.output[0].status = 'done'; },
    copy => { copy.output[0].content[0].type = 'text_out'; }, copy => { copy.tool_choice = 'maybe'; }, copy => { copy.truncation = null; },
  ]) {
    const copy = structuredClone(body);
    change(copy);
    assert.ok(!check('ResponseResource')(copy), change.toString());
  }

  const events = await post('/v1/responses', { model: 'default', input: 'think', stream: true });
  checkStream(events);
  const at = type => events.findIndex(event => event.type === type);
  for (const change of [
    copy => { copy.splice(at('response.output_item.done'), 1); }, copy => { copy.splice(at('response.content_part.added'), 1); },
    copy => { copy.splice(at('response.content_part.done'), 1); }, copy => { copy.splice(at('response.output_text.done'), 1); },
    copy => { copy.splice(at('response.output_text.delta'), 1); }, copy => { copy.push({ ...copy.at(-1), sequence_number: 10_000 }); }, copy => { copy.pop(); },
    copy => { copy[4].sequence_number = copy[3].sequence_number; }, copy => { copy[at('response.output_item.added')].output_index = 1; },
    copy => { copy.at(-1).response.output.reverse(); }, copy => { copy.at(-1).response.output.pop(); }, copy => { copy.splice(at('response.in_progress'), 1); },
  ]) {
    const copy = structuredClone(events);
    change(copy);
    assert.throws(() => checkStream(copy), undefined, change.toString());
  }
});
