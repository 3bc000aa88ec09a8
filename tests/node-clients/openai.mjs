// The official openai package: responses, conversations, chat completions, models.
import assert from 'node:assert/strict';
import OpenAI, { BadRequestError, NotFoundError, toFile } from 'openai';
import { zodTextFormat, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { scenario, weatherSchema, base, key } from './common.mjs';

const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
const tool = { type: 'function', name: 'get_weather', description: 'The weather of a city.', parameters: weatherSchema, strict: true };
const Person = z.object({ name: z.string(), age: z.number() });

await scenario('responses.create', async () => {
  const response = await client.responses.create({ model: 'default', input: 'hello', metadata: { a: 'b' } });
  assert.equal(response.status, 'completed');
  assert.match(response.output_text, /echo: hello/);
  assert.equal(response.metadata.a, 'b');
  const again = await client.responses.retrieve(response.id);
  assert.deepEqual(again.output, response.output);
});

await scenario('responses.stream', async () => {
  const stream = client.responses.stream({ model: 'default', input: 'tell me more' });
  let text = '';
  const numbers = [];
  for await (const event of stream) {
    numbers.push(event.sequence_number);
    if (event.type === 'response.output_text.delta') text += event.delta;
  }
  const final = await stream.finalResponse();
  assert.equal(final.output_text, text);
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  assert.match(text, /echo: tell me more/);
});

await scenario('responses.stream of function calls', async () => {
  const stream = client.responses.stream({ model: 'default', input: 'weather?', tools: [tool] });
  let args = '';
  stream.on('response.function_call_arguments.delta', event => { args += event.delta; });
  const final = await stream.finalResponse();
  const call = final.output.find(item => item.type === 'function_call');
  assert.equal(call.arguments, args);
  assert.deepEqual(JSON.parse(call.arguments), { city: 'Oslo' });
});

await scenario('functions over turns', async () => {
  const first = await client.responses.create({ model: 'default', input: 'weather?', tools: [tool] });
  const call = first.output.find(item => item.type === 'function_call');
  assert.equal(call.name, 'get_weather');
  const second = await client.responses.create({
    model: 'default', previous_response_id: first.id, tools: [tool],
    input: [{ type: 'function_call_output', call_id: call.call_id, output: 'SUNNY-22' }],
  });
  assert.match(second.output_text, /sunny/i);
  const stateless = await client.responses.create({
    model: 'default', tools: [tool], store: false,
    input: [{ role: 'user', content: 'weather?' }, ...first.output, { type: 'function_call_output', call_id: call.call_id, output: 'SUNNY-22' }],
  });
  assert.match(stateless.output_text, /sunny/i);
  await assert.rejects(client.responses.retrieve(stateless.id), NotFoundError);
});

await scenario('tool_choice and allowed_tools', async () => {
  const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'get_weather' }] };
  const response = await client.responses.create({ model: 'default', input: 'weather?', tools: [tool, { ...tool, name: 'other' }], tool_choice: choice });
  assert.deepEqual(response.tool_choice, choice);
  assert.equal(response.tools.length, 2);
});

await scenario('responses.parse', async () => {
  const response = await client.responses.parse({ model: 'default', input: 'json please', text: { format: zodTextFormat(Person, 'person') } });
  assert.deepEqual(response.output_parsed, { name: 'Ada', age: 36 });
});

await scenario('reasoning', async () => {
  const response = await client.responses.create({
    model: 'responses', input: 'think', reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'],
  });
  assert.deepEqual(response.output.map(item => item.type), ['reasoning', 'message']);
  assert.match(response.output[0].summary[0].text, /thought/);
  const next = await client.responses.create({ model: 'responses', input: [...response.output, { role: 'user', content: 'and now?' }] });
  assert.match(next.output_text, /echo: and now/);
});

await scenario('background, polling, cancel', async () => {
  let response = await client.responses.create({ model: 'default', input: 'later', background: true });
  assert.ok(['queued', 'in_progress', 'completed'].includes(response.status));
  while (['queued', 'in_progress'].includes(response.status)) {
    await new Promise(resolve => setTimeout(resolve, 20));
    response = await client.responses.retrieve(response.id);
  }
  assert.equal(response.status, 'completed');
  const slow = await client.responses.create({ model: 'default', input: 'slow', background: true });
  const cancelled = await client.responses.cancel(slow.id);
  assert.equal(cancelled.status, 'cancelled');
});

await scenario('resumed stream', async () => {
  const response = await client.responses.create({ model: 'default', input: 'again' });
  const stream = await client.responses.retrieve(response.id, { stream: true, starting_after: 2 });
  const events = [];
  for await (const event of stream) events.push(event);
  assert.ok(events.every(event => event.sequence_number > 2));
  assert.equal(events.at(-1).type, 'response.completed');
});

await scenario('input items and delete', async () => {
  const input = ['one', 'two', 'three'].map(text => ({ role: 'user', content: text }));
  const response = await client.responses.create({ model: 'default', input });
  const texts = [];
  for await (const item of client.responses.inputItems.list(response.id, { limit: 1, order: 'asc' })) texts.push(item.content[0].text);
  assert.deepEqual(texts, ['one', 'two', 'three']);
  await client.responses.delete(response.id);
  await assert.rejects(client.responses.retrieve(response.id), NotFoundError);
});

await scenario('input_tokens and compact', async () => {
  const first = await client.responses.create({ model: 'default', input: 'my name is Ada' });
  const counted = await client.responses.inputTokens.count({ model: 'default', input: 'hello there', previous_response_id: first.id });
  assert.ok(counted.input_tokens > 5);
  const compacted = await client.responses.compact({ model: 'default', previous_response_id: first.id });
  assert.equal(compacted.object, 'response.compaction');
  const next = await client.responses.create({ model: 'default', input: [...compacted.output, { role: 'user', content: 'go on' }] });
  assert.match(next.output_text, /echo: go on/);
});

await scenario('fork of an older response', async () => {
  const first = await client.responses.create({ model: 'default', input: 'first' });
  await client.responses.create({ model: 'default', input: 'second', previous_response_id: first.id });
  const fork = await client.responses.create({ model: 'default', input: 'other second', previous_response_id: first.id });
  assert.match(fork.output_text, /echo: other second/);
  assert.equal(fork.previous_response_id, first.id);
});

await scenario('conversations', async () => {
  const conversation = await client.conversations.create({ metadata: { topic: 'x' }, items: [{ type: 'message', role: 'user', content: 'zero' }] });
  await client.conversations.items.create(conversation.id, { items: [{ type: 'message', role: 'user', content: 'one' }, { type: 'message', role: 'user', content: 'two' }] });
  await client.responses.create({ model: 'default', conversation: conversation.id, input: 'three' });
  const texts = [];
  for await (const item of client.conversations.items.list(conversation.id, { limit: 2, order: 'asc' })) texts.push(item.content[0].text);
  assert.deepEqual(texts.slice(0, 4), ['zero', 'one', 'two', 'three']);
  assert.equal(texts.length, 5);
  const page = await client.conversations.items.list(conversation.id, { limit: 1, order: 'asc' });
  await client.conversations.items.delete(page.data[0].id, { conversation_id: conversation.id });
  await assert.rejects(client.conversations.items.retrieve(page.data[0].id, { conversation_id: conversation.id }), NotFoundError);
  const updated = await client.conversations.update(conversation.id, { metadata: { topic: 'y' } });
  assert.equal(updated.metadata.topic, 'y');
  assert.equal((await client.conversations.delete(conversation.id)).deleted, true);
  await assert.rejects(client.conversations.retrieve(conversation.id), NotFoundError);
});

const chatTool = { type: 'function', function: { name: 'get_weather', parameters: weatherSchema } };
const user = text => [{ role: 'user', content: text }];

await scenario('chat.completions', async () => {
  const completion = await client.chat.completions.create({ model: 'default', messages: user('hello'), n: 2, stop: ['STOP'], seed: 1 });
  assert.equal(completion.choices.length, 2);
  assert.match(completion.choices[1].message.content, /echo: hello/);
  const stream = client.chat.completions.stream({ model: 'default', messages: user('weather?'), tools: [chatTool], stream_options: { include_usage: true } });
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices[0].finish_reason, 'tool_calls');
  assert.deepEqual(JSON.parse(final.choices[0].message.tool_calls[0].function.arguments), { city: 'Oslo' });
  assert.ok(final.usage.total_tokens > 0);
});

await scenario('chat.completions.runTools', async () => {
  const runner = client.chat.completions.runTools({
    model: 'default', messages: user('weather?'),
    tools: [{ type: 'function', function: { ...chatTool.function, function: ({ city }) => `SUNNY-22 in ${city}`, parse: JSON.parse, description: 'x' } }],
  });
  assert.match(await runner.finalContent(), /sunny/i);
});

await scenario('chat.completions.parse', async () => {
  const completion = await client.chat.completions.parse({ model: 'default', messages: user('json please'), response_format: zodResponseFormat(Person, 'person') });
  assert.deepEqual(completion.choices[0].message.parsed, { name: 'Ada', age: 36 });
});

await scenario('stored chat completions', async () => {
  const metadata = { run: String(Date.now()) };
  const made = [];
  for (const text of ['a', 'b', 'c']) made.push((await client.chat.completions.create({ model: 'default', messages: user(text), store: true, metadata })).id);
  await client.chat.completions.create({ model: 'default', messages: user('not listed'), metadata });
  const listed = [];
  for await (const completion of client.chat.completions.list({ metadata, limit: 2 })) listed.push(completion.id);
  assert.deepEqual(listed, made);
  const changed = await client.chat.completions.update(made[0], { metadata: { other: 'x' } });
  assert.equal(changed.metadata.other, 'x');
  assert.equal((await client.chat.completions.retrieve(made[0])).metadata.other, 'x');
  const messages = await client.chat.completions.messages.list(made[1]);
  assert.equal(messages.data[0].content, 'b');
  await client.chat.completions.delete(made[0]);
  await assert.rejects(client.chat.completions.retrieve(made[0]), NotFoundError);
});

const norm = vector => vector.reduce((sum, number) => sum + number * number, 0);

// Without a wish the client asks for base64 and decodes it.
await scenario('embeddings', async () => {
  const input = ['the quick brown fox', 'a quick brown fox', 'something else entirely'];
  const decoded = await client.embeddings.create({ model: 'default', input });
  assert.equal(decoded.object, 'list');
  assert.equal(decoded.model, 'lexical-1');
  assert.deepEqual(decoded.data.map(one => [one.object, one.index, one.embedding.length]), [0, 1, 2].map(i => ['embedding', i, 384]));
  assert.ok(decoded.usage.prompt_tokens > 0 && decoded.usage.total_tokens === decoded.usage.prompt_tokens);
  const floats = await client.embeddings.create({ model: 'default', input, encoding_format: 'float' });
  floats.data.forEach((one, i) => {
    assert.ok(Math.abs(norm(one.embedding) - 1) < 1e-4);
    assert.deepEqual(Array.from(Float32Array.from(one.embedding)), Array.from(decoded.data[i].embedding));
  });
  const dot = (a, b) => a.reduce((sum, number, i) => sum + number * b[i], 0);
  const [fox, other, far] = floats.data.map(one => one.embedding);
  assert.ok(dot(fox, other) > dot(fox, far) + 0.3);
  const raw = await client.embeddings.create({ model: 'default', input: input[0], encoding_format: 'base64' });
  assert.equal(Buffer.from(raw.data[0].embedding, 'base64').length, 384 * 4);
});

await scenario('embeddings: dimensions, tokens, limits', async () => {
  const small = await client.embeddings.create({ model: 'default', input: 'hello', dimensions: 64, user: 'someone' });
  assert.equal(small.data[0].embedding.length, 64);
  const text = await client.embeddings.create({ model: 'default', input: 'hello world' });
  const tokens = await client.embeddings.create({ model: 'default', input: [15339, 1917] });
  assert.deepEqual(tokens.data[0].embedding, text.data[0].embedding);
  const lists = await client.embeddings.create({ model: 'default', input: [[15339, 1917], [15339]] });
  assert.deepEqual(lists.data[0].embedding, text.data[0].embedding);
  const refused = (body, code, param) => assert.rejects(
    client.embeddings.create({ model: 'default', ...body }), error => error instanceof BadRequestError && error.code === code && error.param === param);
  await refused({ input: 'x', dimensions: 63 }, 'invalid_request', 'dimensions');
  await refused({ input: Array(2049).fill('x') }, 'too_many_inputs', 'input');
  await refused({ input: 'x'.repeat(65537) }, 'input_too_long', 'input');
  await refused({ input: ['x', ''] }, 'invalid_request', 'input[1]');
  await refused({ input: 'x', pooling: 'mean' }, 'invalid_request', 'pooling');
  await assert.rejects(client.embeddings.create({ model: 'nope', input: 'x' }), error => error instanceof NotFoundError && error.code === 'model_not_found');
});

await scenario('embeddings of every vendor', async () => {
  const input = Array.from({ length: 300 }, (_, i) => `text number ${i}`);
  const all = await Promise.all(['text-embedding-3-small', 'embed-azure', 'embed-gemini', 'embed-ollama']
    .map(model => client.embeddings.create({ model, input, encoding_format: 'float' })));
  for (const one of all) {
    assert.equal(one.model, 'text-embedding-3-small');
    assert.deepEqual(one.data.map(entry => entry.index), input.map((_, i) => i));
    one.data.forEach((entry, i) => entry.embedding.forEach((number, j) => assert.ok(Math.abs(number - all[0].data[i].embedding[j]) < 1e-6)));
  }
  assert.ok((await client.models.list()).data.some(model => model.id === 'embed-azure'));
});

await scenario('files', async () => {
  const text = `Ada likes straße and 東京. ${Date.now()}`;
  const file = await client.files.create({ file: await toFile(Buffer.from(text), 'notes – über.txt', { type: 'text/plain' }), purpose: 'user_data' });
  assert.match(file.id, /^file-/);
  assert.deepEqual([file.object, file.bytes, file.filename, file.purpose], ['file', Buffer.byteLength(text), 'notes – über.txt', 'user_data']);
  assert.deepEqual(await client.files.retrieve(file.id), file);
  const content = await client.files.content(file.id);
  assert.equal(await content.text(), text);
  const expiring = await client.files.create({ file: await toFile(Buffer.from('x'), 'x.txt'), purpose: 'assistants', expires_after: { anchor: 'created_at', seconds: 3600 } });
  assert.equal(expiring.expires_at, expiring.created_at + 3600);
  const made = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) made.push((await client.files.create({ file: await toFile(Buffer.from(name), `${name}.png`), purpose: 'vision' })).id);
  const listed = [];
  for await (const one of client.files.list({ purpose: 'vision', limit: 2, order: 'asc' })) listed.push(one.id);
  assert.deepEqual(listed, made);
  assert.deepEqual((await client.files.list({ purpose: 'vision', limit: 2 })).data.map(one => one.id), made.toReversed().slice(0, 2));
  for (const id of [file.id, expiring.id, ...made]) assert.deepEqual(await client.files.delete(id), { id, object: 'file', deleted: true });
  await assert.rejects(client.files.retrieve(file.id), error => error instanceof NotFoundError && error.code === 'file_not_found');
  await assert.rejects(client.files.content(file.id), NotFoundError);
  assert.equal((await client.files.list()).data.length, 0);
  await assert.rejects(client.files.create({ file: await toFile(Buffer.from('x'), 'x'), purpose: 'fine-tune' }), error => error.param === 'purpose');
});

// 5 MB are several pieces on the way in and out.
await scenario('files: large, streamed', async () => {
  const bytes = Buffer.alloc(5 << 20);
  for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  const file = await client.files.create({ file: await toFile(bytes, 'large.bin'), purpose: 'user_data' });
  const response = await client.files.content(file.id);
  const pieces = [];
  for await (const piece of response.body) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(bytes));
  await client.files.delete(file.id);
  await assert.rejects(client.files.create({ file: await toFile(Buffer.alloc(33 << 20), 'too-large.bin'), purpose: 'user_data' }), error => error.status === 413 || error.cause !== undefined);
});

await scenario('files as input', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const image = await client.files.create({ file: await toFile(png, 'dot.png'), purpose: 'vision' });
  const pdf = await client.files.create({ file: await toFile(Buffer.from('%PDF-1.4 not much of one'), 'paper.pdf'), purpose: 'user_data' });
  const input = [{ role: 'user', content: [{ type: 'input_text', text: 'look' }, { type: 'input_image', file_id: image.id }, { type: 'input_file', file_id: pdf.id }] }];
  for (const model of ['default', 'responses', 'anthropic', 'gemini']) {
    const response = await client.responses.create({ model, input });
    assert.equal(response.status, 'completed');
    const items = await client.responses.inputItems.list(response.id);
    assert.equal(items.data[0].content[1].file_id, image.id);
    assert.deepEqual([items.data[0].content[2].file_id, items.data[0].content[2].filename], [pdf.id, 'paper.pdf']);
  }
  const completion = await client.chat.completions.create({ model: 'default', messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, { type: 'file', file: { file_id: pdf.id } }] }] });
  assert.match(completion.choices[0].message.content, /echo: look/);
  await assert.rejects(client.responses.create({ model: 'default', input: [{ role: 'user', content: [{ type: 'input_image', file_id: pdf.id }] }] }), error => error instanceof BadRequestError && error.param === 'file_id');
  await client.files.delete(image.id);
  await client.files.delete(pdf.id);
  await assert.rejects(client.responses.create({ model: 'default', input }), error => error instanceof NotFoundError && error.code === 'file_not_found');
});

const soon = { pollIntervalMs: 50 };
const text = (name, content) => toFile(Buffer.from(content), name, { type: 'text/markdown' });

await scenario('vector stores: upload, poll, search, update, delete', async () => {
  const store = await client.vectorStores.create({ name: 'Knowledge', metadata: { kind: 'test' }, expires_after: { anchor: 'last_active_at', days: 7 } });
  assert.match(store.id, /^vs_/);
  assert.deepEqual([store.object, store.name, store.status, store.usage_bytes, store.file_counts.total], ['vector_store', 'Knowledge', 'completed', 0, 0]);
  assert.deepEqual([store.metadata, store.expires_after], [{ kind: 'test' }, { anchor: 'last_active_at', days: 7 }]);
  assert.ok(Math.abs(store.expires_at - store.created_at - 7 * 86_400) < 5);
  const cats = await client.vectorStores.files.uploadAndPoll(store.id, await text('cats.md', '# Cats\n\nMimi is a cat who likes straße and fish.'), soon);
  assert.deepEqual([cats.object, cats.status, cats.last_error, cats.vector_store_id], ['vector_store.file', 'completed', null, store.id]);
  assert.equal(cats.chunking_strategy.static.max_chunk_size_tokens, 800);
  const dogs = await client.files.create({ file: await text('dogs.md', '# Dogs\n\nRex is a dog who guards the house.'), purpose: 'assistants' });
  const added = await client.vectorStores.files.createAndPoll(store.id, {
    file_id: dogs.id, attributes: { animal: 'dog', legs: 4, loud: true },
    chunking_strategy: { type: 'static', static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } },
  }, soon);
  assert.deepEqual([added.attributes, added.chunking_strategy.static], [{ animal: 'dog', legs: 4, loud: true }, { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 }]);
  const now = await client.vectorStores.retrieve(store.id);
  assert.deepEqual([now.file_counts.completed, now.file_counts.total], [2, 2]);
  assert.ok(now.usage_bytes > 0 && now.version > store.version);

  const found = [];
  for await (const result of client.vectorStores.search(store.id, { query: 'Who guards the house?', max_num_results: 5 })) found.push(result);
  assert.deepEqual([found[0].file_id, found[0].filename, found[0].content[0].type], [dogs.id, 'dogs.md', 'text']);
  assert.match(found[0].content[0].text, /Rex/);
  assert.ok(found[0].score > 0 && found[0].score <= 1);
  const search = async body => (await client.vectorStores.search(store.id, body)).data.map(one => one.file_id);
  assert.deepEqual(await search({ query: 'animal', filters: { type: 'and', filters: [{ type: 'gte', key: 'legs', value: 4 }, { type: 'eq', key: 'loud', value: true }] } }), [dogs.id]);
  assert.deepEqual(await search({ query: 'animal', filters: { type: 'ne', key: 'animal', value: 'dog' } }), [cats.id]);
  assert.equal((await search({ query: ['cat', 'dog'], ranking_options: { ranker: 'auto', score_threshold: 0 } })).length, 2);

  const { data: updated, response } = await client.vectorStores.files.update(dogs.id, { vector_store_id: store.id, attributes: { animal: 'wolf' } }).withResponse();
  assert.equal(response.headers.get('orleansai-collection-version'), String(updated.version));
  assert.deepEqual(updated.attributes, { animal: 'wolf' });
  assert.deepEqual(await search({ query: 'animal', min_version: updated.version, filters: { type: 'eq', key: 'animal', value: 'wolf' } }), [dogs.id]);
  const content = [];
  for await (const part of client.vectorStores.files.content(dogs.id, { vector_store_id: store.id })) content.push(part.text);
  assert.match(content.join(''), /Rex is a dog/);

  assert.deepEqual({ ...await client.vectorStores.files.delete(dogs.id, { vector_store_id: store.id }), version: 0 }, { id: dogs.id, object: 'vector_store.file.deleted', deleted: true, version: 0 });
  assert.deepEqual(await search({ query: 'Who guards the house?' }), [cats.id]);
  assert.equal((await client.files.retrieve(dogs.id)).id, dogs.id);
  const renamed = await client.vectorStores.update(store.id, { name: 'Cats', metadata: { kind: 'cats' }, expires_after: null });
  assert.deepEqual([renamed.name, renamed.metadata, renamed.expires_at, renamed.expires_after], ['Cats', { kind: 'cats' }, null, undefined]);
  assert.deepEqual(await client.vectorStores.delete(store.id), { id: store.id, object: 'vector_store.deleted', deleted: true });
  await assert.rejects(client.vectorStores.retrieve(store.id), error => error instanceof NotFoundError && error.code === 'vector_store_not_found');
  for (const id of [cats.id, dogs.id]) await client.files.delete(id);
});

await scenario('file search: results, citations, a stream', async () => {
  const store = await client.vectorStores.create({ name: 'Search' });
  const file = await client.vectorStores.files.uploadAndPoll(store.id, await text('moon.md', '# Moons\n\nThe moon Ariel belongs to the planet Uranus.'), soon);
  const ask = { model: 'builtin', input: 'Which planet does the moon Ariel belong to?', tools: [{ type: 'file_search', vector_store_ids: [store.id], max_num_results: 3, ranking_options: { ranker: 'auto', score_threshold: 0 } }] };
  const response = await client.responses.create({ ...ask, include: ['file_search_call.results'] });
  const [search, message] = response.output;
  assert.deepEqual([search.type, search.status, search.queries], ['file_search_call', 'completed', [ask.input]]);
  assert.deepEqual([search.results[0].file_id, search.results[0].filename], [file.id, 'moon.md']);
  assert.match(response.output_text, /Uranus/);
  assert.deepEqual([message.content[0].annotations[0].type, message.content[0].annotations[0].file_id, message.content[0].annotations[0].filename], ['file_citation', file.id, 'moon.md']);
  assert.deepEqual(response.tools[0].vector_store_ids, [store.id]);
  assert.deepEqual((await client.responses.retrieve(response.id)).output, response.output);

  const stream = client.responses.stream({ ...ask, tool_choice: { type: 'file_search' } });
  const types = [];
  for await (const event of stream) types.push(event.type);
  const final = await stream.finalResponse();
  assert.deepEqual(types.filter(type => type.includes('file_search_call')), ['response.file_search_call.in_progress', 'response.file_search_call.searching', 'response.file_search_call.completed']);
  assert.ok(types.includes('response.output_text.annotation.added'));
  assert.equal(final.output_text, response.output_text);
  assert.equal(final.output[0].results, null);

  // Its own output comes back as input.
  const again = await client.responses.create({ model: 'builtin', store: false, input: [{ role: 'user', content: ask.input }, ...response.output, { role: 'user', content: 'And the moon?' }] });
  assert.equal(again.status, 'completed');
  await assert.rejects(client.responses.create({ ...ask, tools: [{ ...ask.tools[0], vector_store_ids: ['vs_none'] }] }), error => error instanceof NotFoundError && error.code === 'vector_store_not_found');
  await client.vectorStores.delete(store.id);
});

await scenario('vector stores: batches, pages, what cannot be read', async () => {
  const store = await client.vectorStores.create({});
  const batch = await client.vectorStores.fileBatches.uploadAndPoll(store.id, { files: await Promise.all(['a', 'b', 'c'].map(name => text(`${name}.md`, `The letter ${name}.`))) }, soon);
  assert.deepEqual([batch.object, batch.status, batch.file_counts.completed, batch.vector_store_id], ['vector_store.files_batch', 'completed', 3, store.id]);
  const listed = [];
  for await (const file of client.vectorStores.fileBatches.listFiles(batch.id, { vector_store_id: store.id, limit: 2, order: 'asc' })) listed.push(file.id);
  assert.deepEqual(listed, [...listed].sort());
  assert.equal(new Set(listed).size, 3);
  const page = await client.vectorStores.files.list(store.id, { limit: 2 });
  assert.deepEqual(page.data.map(file => file.id), listed.toReversed().slice(0, 2));
  assert.ok(page.hasNextPage());
  const back = await client.vectorStores.files.list(store.id, { limit: 2, before: listed[0] });
  assert.deepEqual(back.data.map(file => file.id), listed.toReversed().slice(0, 2));

  const broken = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from([0, 1, 2, 3, 255, 254, 0, 0]), 'data.bin'), soon);
  assert.equal(broken.status, 'failed');
  assert.ok(['unsupported_file', 'invalid_file'].includes(broken.last_error.code), broken.last_error.code);
  assert.deepEqual((await client.vectorStores.files.list(store.id, { filter: 'failed' })).data.map(file => file.id), [broken.id]);
  const cancelled = await client.vectorStores.fileBatches.cancel(batch.id, { vector_store_id: store.id });
  assert.equal(cancelled.file_counts.completed, 3);
  const others = [];
  for (let i = 0; i < 3; i++) others.push((await client.vectorStores.create({ name: `store ${i}`, file_ids: [listed[i]] })).id);
  const stores = [];
  for await (const one of client.vectorStores.list({ limit: 2, order: 'asc' })) stores.push(one.id);
  assert.deepEqual(stores.filter(id => id === store.id || others.includes(id)), [store.id, ...others]);

  const rewritten = await client.vectorStores.search(store.id, { query: 'Please tell me: what is in it?', rewrite_query: true });
  assert.deepEqual(rewritten.body.search_query, ['what is in it']);
  const described = await client.vectorStores.create({ description: 'what it is for' });
  assert.equal(described.description, 'what it is for');
  assert.equal((await client.vectorStores.update(described.id, { name: 'described' })).description, 'what it is for');
  await client.vectorStores.delete(described.id);
  await assert.rejects(client.vectorStores.create({ file_ids: ['file-none'] }), error => error instanceof NotFoundError && error.code === 'file_not_found' && error.param === 'file_ids');
  await assert.rejects(client.vectorStores.create({ embedding_model: 'nope' }), error => error instanceof NotFoundError && error.param === 'embedding_model');
  await assert.rejects(client.vectorStores.search(store.id, { query: 'x', min_version: 1e6 }), error => error.status === 409 && error.code === 'version_not_reached' && error.param === 'min_version');
  for (const id of [store.id, ...others]) await client.vectorStores.delete(id);
  for (const id of [...listed, broken.id]) await client.files.delete(id);
});

await scenario('models and errors', async () => {
  const models = (await client.models.list()).data.map(model => model.id);
  assert.ok(models.includes('default'));
  await assert.rejects(client.responses.create({ model: 'nope', input: 'x' }), error => error instanceof NotFoundError && error.code === 'model_not_found');
  await assert.rejects(client.responses.create({ model: 'default', input: 'x', temperature: 9 }), error => error instanceof BadRequestError && error.param === 'temperature');
});

await scenario('idempotency', async () => {
  const options = { idempotencyKey: `key-${Date.now()}` };
  const body = { model: 'default', input: 'once' };
  const [a, b] = await Promise.all([client.responses.create(body, { headers: { 'Idempotency-Key': options.idempotencyKey } }), client.responses.create(body, { headers: { 'Idempotency-Key': options.idempotencyKey } })]);
  assert.equal(a.id, b.id);
});

await scenario('item_reference', async () => {
  const first = await client.responses.create({ model: 'default', input: 'weather?', tools: [tool] });
  const call = first.output[0];
  const second = await client.responses.create({
    model: 'default', tools: [tool],
    input: [{ role: 'user', content: 'weather?' }, { type: 'item_reference', id: call.id }, { type: 'function_call_output', call_id: call.call_id, output: 'SUNNY-22' }],
  });
  assert.match(second.output_text, /sunny/i);
  await assert.rejects(client.responses.create({ model: 'default', input: [{ type: 'item_reference', id: 'msg_none' }] }), NotFoundError);
});

await scenario('truncation', async () => {
  const conversation = await client.conversations.create({});
  for (let part = 0; part < 3; part++) {
    await client.conversations.items.create(conversation.id, { items: Array.from({ length: 15 }, (_, i) => ({ type: 'message', role: 'user', content: `line ${part}-${i}` })) });
  }

  await assert.rejects(
    client.responses.create({ model: 'default', conversation: conversation.id, input: 'and now?', truncation: 'disabled' }),
    error => error instanceof BadRequestError && error.code === 'context_too_long');
  const response = await client.responses.create({ model: 'default', conversation: conversation.id, input: 'and now?', truncation: 'auto' });
  assert.match(response.output_text, /echo: and now/);
  const fresh = await client.responses.create({ model: 'default', input: 'and now?', truncation: 'disabled' });
  assert.equal(fresh.truncation, 'disabled');
});
