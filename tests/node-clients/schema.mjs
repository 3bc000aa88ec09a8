// Bodies and events against the schemas of Open Responses 2026-04-24 (openresponses.org, Apache-2.0), over every mode and wire.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { scenario, weatherSchema, base } from './common.mjs';

const document = JSON.parse(readFileSync(new URL('./openresponses-2026-04-24.openapi.json', import.meta.url)));
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(document, 'spec');
const check = name => ajv.getSchema(`spec#/components/schemas/${name}`);
const events = new Map();
for (const [name, schema] of Object.entries(document.components.schemas)) {
  const type = schema.properties?.type;
  if (name.endsWith('StreamingEvent')) events.set(type.enum?.[0] ?? type.default, name);
}

function valid(name, body) {
  const validate = check(name);
  assert.ok(validate(body), `${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body, null, 1)}`);
}

async function post(path, body) {
  const answer = await fetch(`${base}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return body.stream ? await readEvents(answer) : await answer.json();
}

async function get(path) {
  const answer = await fetch(`${base}${path}`);
  assert.equal(answer.status, 200, await answer.clone().text());
  return path.includes('stream=true') ? await readEvents(answer) : await answer.json();
}

async function readEvents(answer) {
  const list = [];
  for (const block of (await answer.text()).split('\n\n')) {
    const data = block.split('\n').find(line => line.startsWith('data: '));
    if (data) list.push(JSON.parse(data.slice(6)));
  }
  return list;
}

/** The rules that no schema tells: numbers grow, what begins ends in order, and the end says the same as the pieces. */
function checkStream(list) {
  let last = -1;
  const open = new Map();
  const text = new Map();
  for (const event of list) {
    const name = events.get(event.type);
    assert.ok(name, `unknown event ${event.type}`);
    valid(name, event);
    assert.ok(event.sequence_number > last);
    last = event.sequence_number;
    const part = `${event.item_id}/${event.content_index ?? event.summary_index ?? 'arguments'}`;
    switch (event.type) {
      case 'response.output_item.added':
        assert.ok(!open.has(event.output_index));
        open.set(event.output_index, event.item.id);
        break;
      case 'response.output_item.done':
        assert.equal(open.get(event.output_index), event.item.id);
        break;
      case 'response.output_text.delta': case 'response.refusal.delta': case 'response.function_call_arguments.delta': case 'response.reasoning_summary_text.delta':
        text.set(part, (text.get(part) ?? '') + event.delta);
        break;
      case 'response.output_text.done': case 'response.refusal.done': case 'response.function_call_arguments.done': case 'response.reasoning_summary_text.done':
        assert.equal(event.text ?? event.refusal ?? event.arguments, text.get(part) ?? '');
        break;
    }
  }
  assert.match(list.at(-1).type, /^response\.(completed|incomplete|failed)$/);
  assert.deepEqual([list[0].type, list[1].type], ['response.created', 'response.in_progress']);
  return list.at(-1).response;
}

const tool = { type: 'function', name: 'get_weather', description: 'The weather.', parameters: weatherSchema };
const cases = {
  text: { input: 'hello', expects: ['message'] },
  'function call': { input: 'weather?', tools: [tool], expects: ['function_call'] },
  'allowed tools': { input: 'weather?', tools: [tool], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'get_weather' }] }, expects: ['function_call'] },
  reasoning: { input: 'think', reasoning: { effort: 'low' }, include: ['reasoning.encrypted_content'], expects: ['reasoning', 'message'] },
  structured: { input: 'json please', text: { format: { type: 'json_schema', name: 'person', strict: true, schema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'number' } }, required: ['name', 'age'], additionalProperties: false } } }, expects: ['message'] },
  refusal: { input: 'refuse this', expects: ['message'] },
  incomplete: { input: 'long story', max_output_tokens: 64, expects: ['message'] },
};

for (const model of ['default', 'responses', 'azure', 'anthropic', 'gemini', 'ollama']) {
  await scenario(`schemas over ${model}`, async () => {
    for (const [name, { expects: usual, ...request }] of Object.entries(cases)) {
      // Gemini has no words for a refusal: its filter ends the answer before it begins.
      const isFiltered = model === 'gemini' && name === 'refusal';
      const expects = isFiltered ? [] : usual;
      const where = `${model}, ${name}`;
      const whole = await post('/v1/responses', { model, ...request, metadata: { case: name } });
      valid('ResponseResource', whole);
      assert.deepEqual(whole.output.map(item => item.type), expects, where);
      valid('ResponseResource', await get(`/v1/responses/${whole.id}`));
      const streamed = await post('/v1/responses', { model, ...request, stream: true });
      const response = checkStream(streamed);
      assert.deepEqual(response.output.map(item => item.type), expects, where);
      assert.deepEqual(await get(`/v1/responses/${response.id}?stream=true`), streamed, where);
      assert.equal(response.status, name === 'incomplete' || isFiltered ? 'incomplete' : 'completed', where);
      if (name === 'function call') {
        const next = { model, previous_response_id: response.id, tools: [tool], input: [{ type: 'function_call_output', call_id: response.output[0].call_id, output: 'SUNNY-22' }] };
        valid('ResponseResource', await post('/v1/responses', next));
        checkStream(await post('/v1/responses', { ...next, previous_response_id: whole.id, input: [{ ...next.input[0], call_id: whole.output[0].call_id }], stream: true }));
      }

      if (name === 'reasoning') {
        const next = { model, input: [{ role: 'user', content: 'think' }, ...response.output, { role: 'user', content: 'and now?' }] };
        valid('ResponseResource', await post('/v1/responses', next));
      }
    }
  });
}

await scenario('schemas of the other routes', async () => {
  const first = await post('/v1/responses', { model: 'default', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }, { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' }] }] });
  valid('CompactResource', await post('/v1/responses/compact', { model: 'default', previous_response_id: first.id }));
  const input = await get(`/v1/responses/${first.id}/input_items`);
  for (const item of input.data) valid('ItemField', item);
  const background = await post('/v1/responses', { model: 'default', input: 'later', background: true });
  valid('ResponseResource', background);
  valid('ResponseResource', await post(`/v1/responses/${background.id}/cancel`, {}));
  const conversation = await post('/v1/conversations', { items: [{ type: 'message', role: 'user', content: 'one' }, { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' }, { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'x' }] }] });
  const items = await get(`/v1/conversations/${conversation.id}/items`);
  assert.equal(items.data.length, 3);
  for (const item of items.data) valid('ItemField', item);
});

await scenario('a check that can fail', async () => {
  const body = await post('/v1/responses', { model: 'default', input: 'hello' });
  for (const change of [
    copy => { delete copy.usage; }, copy => { copy.created_at = 'now'; }, copy => { copy.output[0].status = 'done'; },
    copy => { copy.output[0].content[0].type = 'text_out'; }, copy => { copy.tool_choice = 'maybe'; }, copy => { copy.truncation = null; },
  ]) {
    const copy = structuredClone(body);
    change(copy);
    assert.ok(!check('ResponseResource')(copy), change.toString());
  }
});
