// Bodies of every other route held to the document that the server serves, and that document's routes to what was answered.
import assert from 'node:assert/strict';
import { scenario, weatherSchema } from './common.mjs';
import { checkAnswered, each, get, post, send, valid } from './checks.mjs';

const wires = ['default', 'responses', 'azure', 'anthropic', 'gemini', 'ollama'];
const user = text => [{ role: 'user', content: text }];
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: weatherSchema } }];
const cases = {
  text: { messages: [{ role: 'system', content: 'Be kind.' }, ...user('hello')] },
  'function call': { messages: user('weather?'), tools },
  'parallel calls': { messages: user('weather in both?'), tools },
  'calls answered': { messages: [...user('weather?'), { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } }] }, { role: 'tool', tool_call_id: 'call_1', content: 'SUNNY-22' }], tools },
  format: { messages: user('json please'), response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: { type: 'object', properties: { name: { type: 'string' } } } } } },
  refusal: { messages: user('refuse this') },
  length: { messages: user('long story'), max_completion_tokens: 64 },
  image: { messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }] },
  choices: { messages: user('hello'), n: 2 },
};
const endings = { 'function call': 'tool_calls', 'parallel calls': 'tool_calls', length: 'length' };

/** Puts the choices of a stream together. */
function join(chunks, choices) {
  const made = Array.from({ length: choices }, () => ({ content: '', refusal: '', calls: [], ending: null }));
  for (const chunk of chunks) {
    assert.equal(chunk.id, chunks[0].id);
    for (const { index, delta, finish_reason: ending } of chunk.choices) {
      const choice = made[index];
      assert.equal(choice.ending, null, 'nothing comes after the end');
      choice.content += delta.content ?? '';
      choice.refusal += delta.refusal ?? '';
      for (const call of delta.tool_calls ?? []) {
        if (call.id) assert.equal(call.index, choice.calls.length);
        choice.calls[call.index] ??= { id: call.id, name: call.function.name, arguments: '' };
        choice.calls[call.index].arguments += call.function.arguments;
      }

      choice.ending = ending;
    }
  }

  return made;
}

await scenario('chat completions: every case over every wire, whole and in chunks', async () => {
  await each(wires.flatMap(model => Object.keys(cases).map(name => ({ model, name }))), async ({ model, name }) => {
    const where = `${model}, ${name}`;
    const request = { model, ...cases[name] };
    const whole = await post('/v1/chat/completions', request);
    const chunks = await post('/v1/chat/completions', { ...request, stream: true, stream_options: { include_usage: true } });
    const choices = join(chunks, request.n ?? 1);
    assert.equal(whole.choices.length, choices.length);
    for (const [i, choice] of choices.entries()) {
      const { message, finish_reason: ending } = whole.choices[i];
      assert.deepEqual([choice.content, choice.refusal, choice.ending], [message.content ?? '', message.refusal ?? '', ending], where);
      assert.deepEqual(choice.calls.map(call => [call.name, call.arguments]), (message.tool_calls ?? []).map(call => [call.function.name, call.function.arguments]), where);
      assert.equal(ending, endings[name] ?? (name === 'refusal' && model === 'gemini' ? 'content_filter' : 'stop'), where);
    }

    assert.ok(chunks.at(-1).usage.total_tokens > 0 && chunks.at(-1).choices.length === 0, where);
    assert.ok(chunks.slice(0, -1).every(chunk => chunk.usage === null), where);
    assert.ok((await post('/v1/chat/completions', { ...request, stream: true })).every(chunk => !('usage' in chunk)), where);
  });
});

await scenario('stored chat completions', async () => {
  const { id } = await post('/v1/chat/completions', { model: 'default', messages: user('keep'), store: true, metadata: { kind: 'test' } });
  await get(`/v1/chat/completions/${id}`);
  await get('/v1/chat/completions?limit=1&order=desc');
  await get(`/v1/chat/completions/${id}/messages`);
  await post(`/v1/chat/completions/${id}`, { metadata: { kind: 'other' } });
  await send('DELETE', `/v1/chat/completions/${id}`);
  await get(`/v1/chat/completions/${id}`, 404);
  await get(`/v1/chat/completions/${id}/messages`, 404);
  await post(`/v1/chat/completions/${id}`, { metadata: {} }, 404);
  await send('DELETE', `/v1/chat/completions/${id}`, undefined, 404);
  await get('/v1/chat/completions?limit=0', 400);
  await post('/v1/chat/completions', { model: 'nope', messages: user('x') }, 404);
  await post('/v1/chat/completions', { model: 'default', messages: user('fail now') }, 502);
});

await scenario('conversations', async () => {
  const items = [
    { type: 'message', role: 'user', content: 'one' }, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'two' }] },
    { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' }, { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'x' }] },
  ];
  const { id } = await post('/v1/conversations', { metadata: { a: 'b' }, items });
  await get(`/v1/conversations/${id}`);
  await post(`/v1/conversations/${id}`, { metadata: { c: 'd' } });
  await post(`/v1/conversations/${id}/items`, { items: [{ role: 'user', content: 'more' }] });
  const list = await get(`/v1/conversations/${id}/items?limit=100`);
  assert.equal(list.data.length, items.length + 1);
  for (const item of list.data) valid('ItemField', valid('ItemField', await get(`/v1/conversations/${id}/items/${item.id}`)));
  await get(`/v1/conversations/${id}/items?limit=0`, 400);
  await post(`/v1/conversations/${id}/items`, { items: [] }, 400);
  await post(`/v1/conversations/${id}`, {}, 400);
  await post('/v1/conversations', { nonsense: 1 }, 400);
  await send('DELETE', `/v1/conversations/${id}/items/${list.data[0].id}`);
  await get(`/v1/conversations/${id}/items/${list.data[0].id}`, 404);
  await send('DELETE', `/v1/conversations/${id}/items/${list.data[0].id}`, undefined, 404);
  await send('DELETE', `/v1/conversations/${id}`);
  await get(`/v1/conversations/${id}`, 404);
  await send('DELETE', `/v1/conversations/${id}`, undefined, 404);
});

await scenario('vector stores', async () => {
  const form = new FormData();
  form.append('purpose', 'assistants');
  form.append('file', new Blob(['# Vendors\n\nA vendor is added with a section of its own.']), 'vendors.md');
  const file = (await send('POST', '/v1/files', form)).id;
  const stores = '/v1/vector_stores';
  const { id } = await post(stores, { name: 'docs', expires_after: { anchor: 'last_active_at', days: 2 }, metadata: { a: 'b' } });
  const own = `${stores}/${id}`;
  await get(`${stores}?limit=1&order=asc`);
  await get(own);
  await post(own, { name: 'other', expires_after: null, embedding_model: 'default' });
  const batch = await post(`${own}/file_batches`, { files: [{ file_id: file, attributes: { kind: 'text', size: 1.5, isNew: true }, chunking_strategy: { type: 'auto' } }] });
  await get(`${own}/file_batches/${batch.id}`);
  await get(`${own}/file_batches/${batch.id}/files?filter=completed&limit=1`);
  while ((await get(`${own}/files/${file}`)).status === 'in_progress') await new Promise(resolve => setTimeout(resolve, 50));
  await post(`${own}/file_batches/${batch.id}/cancel`, {});
  const told = await get(`${own}/events`);
  assert.deepEqual([told[0].type, told.at(-1).type], ['vector_store.ingestion.started', 'vector_store.ingestion.completed']);
  assert.deepEqual(await get(`${own}/events?starting_after=${told.at(-2).sequence_number}`), [told.at(-1)]);
  assert.equal((await get(`${own}/files?order=asc`)).data[0].status, 'completed');
  assert.match((await get(`${own}/files/${file}/content`)).data.map(part => part.text).join(''), /section of its own/);
  const found = await post(`${own}/search`, { query: 'How is a vendor added?', filters: { type: 'eq', key: 'kind', value: 'text' } });
  assert.deepEqual([found.data[0].file_id, found.partial, found.data[0].attributes.size], [file, false, 1.5]);
  const changed = await post(`${own}/files/${file}`, { attributes: { kind: 'other' } });
  assert.ok(changed.version > found.version);
  const again = await post(`${own}/search`, { query: ['vendor', 'section'], min_version: changed.version, filters: { type: 'eq', key: 'kind', value: 'text' } });
  assert.deepEqual([again.data.length, again.version], [0, changed.version]);
  const before = await post(`${own}/search`, { query: 'vendor', at_version: found.version, filters: { type: 'eq', key: 'kind', value: 'text' } });
  assert.equal(before.data.length, 1);
  await post(`${own}/search`, { query: 'vendor', min_version: changed.version + 1_000 }, 409);
  await post(`${own}/search`, { query: 'vendor', rewrite_query: true }, 400);
  await send('DELETE', `${own}/files/${file}`);
  await send('DELETE', `${own}/files/${file}`, undefined, 404);
  await get(`${own}/files/${file}`, 404);
  await get(`${own}/files/${file}/content`, 404);
  await post(`${own}/files/${file}`, { attributes: {} }, 404);
  await post(`${own}/files`, { file_id: file, chunking_strategy: { type: 'static', static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } } });
  await post(`${own}/files`, { file_id: 'file-none' }, 404);
  await post(`${own}/file_batches`, {}, 400);
  await get(`${own}/file_batches/vsfb_none`, 404);
  await get(`${own}/file_batches/vsfb_none/files`, 404);
  await post(`${own}/file_batches/vsfb_none/cancel`, {}, 404);
  await get(`${own}/files?filter=done`, 400);
  await get(`${own}/events?starting_after=x`, 400);
  await get(`${stores}?before=%20`, 400);
  await post(stores, { description: 'x' }, 400);
  await post(stores, { file_ids: ['file-none'] }, 404);
  await send('DELETE', own);
  await get(own, 404);
  await post(own, { name: 'x' }, 404);
  await send('DELETE', own, undefined, 404);
  await send('DELETE', `/v1/files/${file}`);
});

await scenario('models, errors and health', async () => {
  for (const { id } of (await get('/v1/models')).data) await get(`/v1/models/${id}`);
  await get('/v1/models/nope', 404);
  await get('/health/ready');
  await get('/v1/responses', 426);
  const bad = { authorization: 'Bearer oai_sk_00000000_nothing' };
  for (const path of ['/v1/models', '/api/runs', '/api/keys', '/v1/responses/x']) await send('GET', path, undefined, 401, bad);
  await post('/v1/responses', { input: 'x' }, 401, bad);
  await post('/v1/responses', '{', 400);
  await post('/v1/responses', { input: 'x', temperature: 3 }, 400);
  await post('/v1/responses', { input: 'x', model: 'nope' }, 404);
  await post('/v1/responses', { input: 'x', previous_response_id: 'resp_none' }, 404);
  await post('/v1/responses', 'x', 415, { 'content-type': 'text/plain' });
  await post('/v1/responses/compact', { input: 7 }, 400);
  await post('/v1/responses/input_tokens', { input: 7 }, 400);
  await get('/v1/responses/resp_none', 404);
  await send('DELETE', '/v1/responses/resp_none', undefined, 404);
  await get('/v1/responses/resp_none/input_items', 404);
  await post('/v1/responses/resp_none/cancel', {}, 404);
  const once = { 'Idempotency-Key': `once ${Date.now()}` };
  const first = await post('/v1/responses', { model: 'default', input: 'one' }, 200, once);
  assert.equal((await post('/v1/responses', { model: 'default', input: 'one' }, 200, once)).id, first.id);
  await post('/v1/responses', { model: 'default', input: 'two' }, 409, once);
});

await scenario('management', async () => {
  const runs = await get('/api/runs?limit=200');
  assert.ok(runs.data.length > 0);
  await get(`/api/runs?limit=1&cursor=${runs.data[0].id}`);
  await each(runs.data, run => get(`/api/runs/${run.id}`));
  await get('/api/runs?nonsense=1', 400);
  await get('/api/runs/resp_none', 404);
  await post('/api/runs/resp_none/replay', {}, 404);
  await get('/api/runs/resp_none/steps/0', 404);
  await get('/api/runs/resp_none/explain', 404);
  await get('/api/runs/resp_none/diff/resp_none', 404);
  await get('/api/conversations/conv_none/export', 404);
  const talks = await get('/api/conversations?limit=1');
  if (talks.next_cursor) await get(`/api/conversations?limit=200&cursor=${talks.next_cursor}`);
  await get('/api/conversations?limit=0', 400);
  await post('/api/conversations/import', {}, 415);
  for (const { name } of (await get('/api/vendors')).data) await get(`/api/vendors/${name}`);
  await get('/api/vendors/nobody', 404);
  await get('/api/alerts');
  const project = await post('/api/projects', { name: `project-${Date.now()}`, limits: { requests_per_minute: 60 } });
  await get('/api/projects');
  await post('/api/projects', { nonsense: 1 }, 400);
  const { id, key } = await post('/api/keys', { role: 'app', project: project.id, name: 'an app', limits: { concurrent_runs: 2 } });
  await get('/api/keys');
  await post('/api/keys', { role: 'king' }, 400);
  for (const path of ['/api/runs', '/api/vendors', '/api/alerts', '/api/audit', '/api/projects', '/api/keys']) await send('GET', path, undefined, 403, { authorization: `Bearer ${key}` });
  await post(`/api/keys/${id}/revoke`, {});
  await post('/api/keys/none/revoke', {}, 404);
  await get('/api/audit?limit=200');
  await get('/api/audit?limit=0', 400);
});

await scenario('every route of the document was answered', async () => {
  const first = await post('/v1/responses', { model: 'default', input: 'one' });
  await get(`/v1/responses/${first.id}`);
  await get(`/v1/responses/${first.id}/input_items`);
  assert.equal((await post(`/api/runs/${first.id}/replay`, {})).identical, true);
  await each([0, 1, 2, 3], step => get(`/api/runs/${first.id}/steps/${step}`));
  await get(`/api/runs/${first.id}/steps/4`, 404);
  const forks = await post(`/api/runs/${first.id}/fork`, { count: 2, overrides: { instructions: 'be brief', temperature: 1 }, tools: { default: 'deny' } });
  assert.equal(forks.data.length, 2);
  assert.equal((await get(`/api/runs?forkedFrom=${first.id}`)).data.length, 2);
  await get(`/api/runs/${forks.data[0].id}`);
  await post(`/api/runs/${first.id}/fork`, { nonsense: 1 }, 400);
  await post('/api/runs/resp_none/fork', {}, 404);
  await post('/api/runs/resp_none/promote', {}, 404);
  await post(`/api/runs/${first.id}/promote`, {}, 409);
  const talk = await post('/v1/conversations', {});
  const asked = await post('/v1/responses', { model: 'default', input: 'one', conversation: talk.id });
  const better = (await post(`/api/runs/${asked.id}/fork`, { overrides: { outputs: { 2: { text: 'two' } } } })).data[0].id;
  while (!(await get(`/api/runs/${better}`)).completed_at) await new Promise(next => setTimeout(next, 50));
  assert.equal((await post(`/api/runs/${better}/promote`, {})).replaces, asked.id);
  assert.equal((await get(`/api/runs/${better}`)).promoted_to.conversation, talk.id);
  assert.equal((await get(`/api/runs/${asked.id}`)).replaced_by, better);
  await get(`/api/runs/${first.id}/explain`, 409);
  const flagged = await post('/v1/responses', { model: 'default', input: 'the same words come again and again. '.repeat(60) });
  assert.deepEqual((await get(`/api/runs/${flagged.id}/explain`)).symptoms, ['repetition_loop']);
  assert.equal((await get(`/api/runs/${first.id}/diff/${first.id}`)).first_divergence, null);
  await post(`/v1/responses/${first.id}/cancel`, {});
  await post('/v1/responses/input_tokens', { input: 'hello' });
  await post('/v1/responses/compact', { model: 'default', previous_response_id: first.id });
  await send('DELETE', `/v1/responses/${first.id}`);
  await post('/v1/embeddings', { input: 'hello' });
  await post('/v1/embeddings', { input: [] }, 400);
  const form = new FormData();
  form.append('purpose', 'user_data');
  form.append('file', new Blob(['a text']), 'a.txt');
  const file = await send('POST', '/v1/files', form);
  await send('POST', '/v1/files', new FormData(), 400);
  await get('/v1/files?limit=1');
  await get('/v1/files?limit=0', 400);
  await get(`/v1/files/${file.id}`);
  await send('DELETE', `/v1/files/${file.id}`);
  await get(`/v1/files/${file.id}`, 404);
  await get(`/v1/files/${file.id}/content`, 404);
  await send('DELETE', `/v1/files/${file.id}`, undefined, 404);

  const kept = await post('/v1/conversations', {});
  await post('/v1/responses', { conversation: kept.id, input: 'hello' });
  const archive = await get(`/api/conversations/${kept.id}/export`);
  await post('/api/conversations/import', archive, 200, { 'content-type': 'application/x-ndjson' });

  // A WebSocket has no body, health is answered as text where it is only asked for life, and a file's content is anything.
  checkAnswered('GET /v1/responses well', 'GET /health/live well', 'GET /v1/files/{id}/content well');
});
