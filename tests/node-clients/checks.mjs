// What every body and every stream is held to: the schemas of Open Responses 2026-04-24 (openresponses.org, Apache-2.0), the document
// that the server itself serves, and the rules that no schema tells.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import WebSocket from 'ws';
import { base, key } from './common.mjs';

const authorization = { authorization: `Bearer ${key}` };
const spec = JSON.parse(readFileSync(new URL('./openresponses-2026-04-24.openapi.json', import.meta.url)));
const own = await (await fetch(`${base}/openapi/v1.json`)).json();
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(spec, 'spec');
ajv.addSchema(own, 'own');

const eventNames = new Map();
for (const [name, schema] of Object.entries(spec.components.schemas)) {
  const type = schema.properties?.type;
  if (name.endsWith('StreamingEvent')) eventNames.set(type.enum?.[0] ?? type.default, name);
}

const templates = Object.keys(own.paths).map(path => ({ path, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length);
const answered = new Set();

export const check = name => ajv.getSchema(`spec#/components/schemas/${name}`);

/** Holds a body to a schema of the specification. */
export function valid(name, body) {
  hold(check(name), body, name);
  return body;
}

/** Holds the body of an answer to what our own document says of its route. */
function validOwn(method, path, status, type, body) {
  const template = templates.find(one => one.pattern.test(path));
  assert.ok(template, `no route for ${path}`);
  const operation = own.paths[template.path][method.toLowerCase()];
  assert.ok(operation, `${method} ${template.path} is not in the document`);
  const name = [String(status), `${Math.floor(status / 100)}XX`].find(one => operation.responses[one]);
  assert.ok(name, `${method} ${template.path} answers ${status}, which is not in the document`);
  const reference = operation.responses[name].$ref;
  const place = reference ? reference.slice(1) : `/paths/${escape(template.path)}/${method.toLowerCase()}/responses/${name}`;
  hold(ajv.getSchema(`own#${place}/content/${escape(type)}/schema`), body, `${method} ${template.path} ${status}`);
  answered.add(`${method} ${template.path} ${status < 400 ? 'well' : 'badly'}`);
}

/** Every operation of our document was answered well, and badly where it can be. */
export function checkAnswered(...without) {
  const all = Object.entries(own.paths).flatMap(([path, operations]) => Object.entries(operations)
    .filter(([method, operation]) => operation.responses && ['get', 'post', 'delete'].includes(method))
    .flatMap(([method, operation]) => [`${method.toUpperCase()} ${path} well`, ...(operation.responses['4XX'] ? [`${method.toUpperCase()} ${path} badly`] : [])]));
  assert.deepEqual(all.filter(one => !answered.has(one) && !without.includes(one)), []);
}

function hold(validate, body, what) {
  assert.ok(validate, `no schema for ${what}`);
  assert.ok(validate(body), `${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body, null, 1)}`);
}

const escape = text => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Sends a request and holds its answer to our document; gives the body, or the events of a stream. */
export async function send(method, path, body, expected = 200, headers = {}) {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { ...authorization, ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined || body instanceof FormData ? body : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, expected, `${method} ${path}: ${text.slice(0, 2000)}\n${JSON.stringify(body)?.slice(0, 1000)}`);
  const type = answer.headers.get('content-type').split(';')[0];
  const route = path.split('?')[0];
  if (type !== 'text/event-stream') {
    // Lines of JSON are a text to the document.
    const json = type === 'application/x-ndjson' ? text : JSON.parse(text);
    validOwn(method, route, answer.status, type, json);
    return json;
  }

  const data = text.split('\n\n').map(block => block.split('\n').find(line => line.startsWith('data: '))?.slice(6)).filter(Boolean);
  const events = data.filter(one => one !== '[DONE]').map(one => JSON.parse(one));
  if (route.startsWith('/v1/chat/')) {
    for (const chunk of events) validOwn(method, route, 200, type, chunk);
    assert.equal(data.at(-1), '[DONE]');
  } else {
    answered.add(`${method} ${templates.find(one => one.pattern.test(route)).path} well`);
  }

  return events;
}

export const post = (path, body, expected, headers) => send('POST', path, body, expected, headers);
export const get = (path, expected) => send('GET', path, undefined, expected);

/** A WebSocket whose turns are told event by event. */
export async function openSocket() {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/responses`, { headers: authorization });
  const waiting = [];
  const read = [];
  socket.on('message', data => {
    const event = JSON.parse(data);
    const next = waiting.shift();
    if (next) next(event);
    else read.push(event);
  });
  await new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); });
  const next = () => read.length > 0 ? read.shift() : new Promise(resolve => waiting.push(resolve));
  return {
    next,
    say: message => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async turn(message) {
      this.say({ type: 'response.create', ...message });
      const events = [];
      while (true) {
        const event = await next();
        if (event.type === 'error') return valid('WebSocketErrorEvent', event);
        events.push(event);
        if (isTerminal(event)) return events;
      }
    },
    close: () => socket.close(),
  };
}

export const isTerminal = event => ['response.completed', 'response.incomplete', 'response.failed'].includes(event.type);

/** Holds every event to its schema, and their order to the specification; gives the response of the last one. */
export function checkStream(events) {
  let last = -1;
  const items = [];
  const id = events[0].response.id;
  for (const [place, event] of events.entries()) {
    const name = eventNames.get(event.type);
    assert.ok(name, `unknown event ${event.type}`);
    valid(name, event);
    assert.ok(event.sequence_number > last, `${event.type} has the number ${event.sequence_number} after ${last}`);
    last = event.sequence_number;
    assert.equal(isTerminal(event), place === events.length - 1, `${event.type} at ${place} of ${events.length}`);
    if (event.response) assert.equal(event.response.id, id);
    else if (event.type === 'response.output_item.added') begin(items, event);
    else step(items[event.output_index], event);
  }

  assert.deepEqual(events.slice(0, 2).map(event => event.type), ['response.created', 'response.in_progress']);
  for (const item of items) assert.ok(item.done, `${item.id} is never done`);
  const response = events.at(-1).response;
  const counted = items.filter(item => response.output.some(one => one.id === item.id));
  assert.deepEqual(counted.map(item => item.done), response.output);

  // What does not count was cut.
  for (const item of items) assert.ok(counted.includes(item) || item.done.status === 'incomplete', `${item.id} is lost`);
  return response;
}

function begin(items, event) {
  assert.equal(event.output_index, items.length, 'items are added in order');
  assert.ok(!items.some(item => item.id === event.item.id), `${event.item.id} is added twice`);
  if ('status' in event.item) assert.equal(event.item.status, 'in_progress');
  items.push({ id: event.item.id, type: event.item.type, parts: [], arguments: '' });
}

function step(item, event) {
  assert.ok(item, `${event.type} for ${event.output_index}, which was never added`);
  assert.ok(!item.done, `${event.type} after ${item.id} was done`);
  if (event.type === 'response.output_item.done') {
    end(item, event.item);
    return;
  }

  assert.equal(event.item_id, item.id);
  const index = event.content_index ?? event.summary_index;
  const kind = event.type.split('.').at(-1);
  if (event.type.startsWith('response.function_call_arguments.')) {
    assert.ok(!item.argumentsDone);
    if (kind === 'delta') item.arguments += event.delta;
    else assert.equal(event.arguments, item.arguments);
    item.argumentsDone = kind === 'done';
  } else if (event.type.endsWith('_part.added')) {
    assert.equal(index, item.parts.length, 'parts are added in order');
    assert.ok(item.parts.every(part => part.isDone), 'one part at a time');
    item.parts.push({ type: event.part.type, text: '' });
  } else {
    const part = item.parts[index];
    assert.ok(part && !part.isDone, `${event.type} for part ${index}, which is not open`);
    if (kind === 'delta') {
      assert.ok(!part.hasText);
      part.text += event.delta;
    } else if (event.type.endsWith('_part.done')) {
      assert.ok(part.hasText);
      assert.equal(event.part.type, part.type);
      assert.equal(event.part.text ?? event.part.refusal, part.text);
      part.isDone = true;
    } else if (event.type !== 'response.output_text.annotation.added') {
      assert.equal(event.text ?? event.refusal, part.text);
      part.hasText = true;
    }
  }
}

function end(item, done) {
  assert.deepEqual([done.id, done.type], [item.id, item.type]);
  item.done = done;
  if (done.type === 'function_call') {
    assert.equal(done.arguments, item.arguments);
    assert.equal(item.argumentsDone ?? false, done.status !== 'incomplete');
    return;
  }

  const parts = done.type === 'reasoning' ? done.summary : done.content;
  assert.deepEqual(parts.map(part => part.text ?? part.refusal), item.parts.map(part => part.text));
  if (done.status !== 'incomplete') assert.ok(item.parts.every(part => part.isDone), `${item.id} is done before its parts`);
}

/** Runs tasks, some at once. */
export async function each(list, run, atOnce = 8) {
  const rest = [...list];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (rest.length > 0) await run(rest.shift());
  }));
}
