const kinds = {
  latency: 'Slow answers', error: 'Error answers', outage: 'Outage', hang: 'Hangs', rateLimit: 'Too many calls',
  dropAnswer: 'Does it, loses the answer', lateCommit: 'Does it late, no answer', truncate: 'Answer cut off', malformed: 'Broken JSON',
  html: 'HTML with 200', nonsense: 'Impossible values', webhookLate: 'Webhooks late', webhookTwice: 'Webhooks twice',
  webhookReorder: 'Webhooks out of order', webhookSuppress: 'No webhooks',
};
const modes = {
  outage: ['reset', 'unavailable', 'refuse'], dropAnswer: ['drop', 'hang'], lateCommit: ['drop', 'hang'],
  nonsense: ['null', 'negative', 'unknownEnum'],
};
const steps = ['accept', 'ship', 'invoice', 'hold', 'release', 'cancel'];
const byId = id => document.getElementById(id);
let isErp = false;

async function call(method, path, body) {
  const response = await fetch('/control' + path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail ?? `${method} ${path}: ${response.status}`);
  }
  return response.status === 204 ? null : response.json();
}

async function act(work) {
  try {
    await work();
    byId('message').textContent = '';
  } catch (error) {
    byId('message').textContent = error.message;
  }
  await refresh();
}

function cell(text, className = '') {
  const td = document.createElement('td');
  td.textContent = text ?? '';
  td.className = className;
  return td;
}

function button(text, run) {
  const b = document.createElement('button');
  b.type = 'button';
  b.textContent = text;
  b.addEventListener('click', () => act(run));
  return b;
}

function fill(id, rows, columns, empty) {
  const body = byId(id);
  body.replaceChildren(...rows);
  if (rows.length === 0) {
    const td = cell(empty, 'empty');
    td.colSpan = columns;
    const tr = document.createElement('tr');
    tr.append(td);
    body.append(tr);
  }
}

function row(...cells) {
  const tr = document.createElement('tr');
  tr.append(...cells);
  return tr;
}

const time = at => new Date(at).toLocaleTimeString();

function details(f) {
  const known = ['milliseconds', 'jitterMilliseconds', 'seconds', 'status', 'retryAfterSeconds', 'mode', 'field', 'lane', 'copies', 'skip', 'count'];
  const parts = known.filter(k => f[k]).map(k => `${k} ${f[k]}`);
  if (f.rate < 1) parts.push(`rate ${f.rate}`);
  return parts.join(', ');
}

async function refresh() {
  if (document.hidden) return;
  const [faults, calls, webhooks] = await Promise.all([call('GET', '/faults'), call('GET', '/calls?limit=40'), call('GET', '/webhooks')]);
  fill('faults', faults.items.map(f => {
    const last = cell('');
    last.append(button('Clear', () => call('DELETE', '/faults/' + f.id)));
    return row(cell(kinds[f.kind] ?? f.kind), cell(f.operation), cell(details(f)), cell(f.hits, 'number'), last);
  }), 5, 'No faults: everything works.');
  fill('calls', calls.items.reverse().map(c => row(
    cell(time(c.at)), cell(c.operation), cell(`${c.method} ${c.path}`, 'path'), cell(c.lane),
    cell(c.status || 'none', c.status >= 400 || c.status === 0 ? 'number bad' : 'number'), cell(c.milliseconds.toFixed(1), 'number'), cell(c.fault))), 7, 'No calls yet.');
  byId('subscriptions').replaceChildren(...webhooks.subscriptions.map(s => {
    const li = document.createElement('li');
    li.textContent = `${s.url} (${s.status}): ${s.events.join(', ')}`;
    return li;
  }));
  fill('deliveries', webhooks.deliveries.slice(-20).reverse().map(d => row(
    cell(time(d.at)), cell(d.type), cell(d.key), cell(d.attempts, 'number'), cell(d.lastStatus || '', d.done ? 'number' : 'number bad'), cell(d.fault))), 6, 'Nothing was sent.');
  if (isErp) {
    const orders = await call('GET', '/erp/orders?limit=12');
    fill('orders', orders.items.map(o => {
      const last = cell('');
      last.append(...steps.map(s => button(s, () => call('POST', `/erp/orders/${encodeURIComponent(o.number)}/${s}`))));
      return row(cell(o.number), cell(o.customerNumber), cell(o.externalReference), cell(o.poNumber), cell(o.status), cell(`${o.total.toFixed(2)} ${o.currency}`, 'number'), last);
    }), 7, 'No orders.');
  }
}

function showFields() {
  const kind = byId('fault').kind.value;
  for (const label of document.querySelectorAll('[data-for]')) {
    label.hidden = !label.dataset.for.split(' ').includes(kind);
  }
  byId('fault').mode.replaceChildren(...(modes[kind] ?? []).map(m => new Option(m, m)));
}

function readFault() {
  const rule = {};
  for (const field of byId('fault').elements) {
    if (!field.name || field.value === '' || field.closest('[hidden]')) continue;
    rule[field.name] = field.type === 'number' ? Number(field.value) : field.value;
  }
  return rule;
}

async function start() {
  const about = await call('GET', '/about');
  isErp = about.name === 'erp';
  byId('name').textContent = about.name;
  byId('about').textContent = `${location.host}${about.basePath}`;
  byId('fault').kind.replaceChildren(...Object.entries(kinds).map(([value, text]) => new Option(text, value)));
  byId('fault').operation.replaceChildren(new Option('every operation', '*'), ...about.operations.map(o => new Option(o, o)));
  byId('fault').kind.addEventListener('change', showFields);
  showFields();
  byId('fault').addEventListener('submit', e => { e.preventDefault(); act(() => call('POST', '/faults', readFault())); });
  byId('clear-faults').addEventListener('click', () => act(() => call('DELETE', '/faults')));
  byId('clear-calls').addEventListener('click', () => act(() => call('DELETE', '/calls')));
  byId('reset').addEventListener('click', () => { if (confirm('Make all data anew and clear faults, calls and subscriptions?')) act(() => call('POST', '/reset')); });
  if (isErp) {
    byId('orders-section').hidden = false;
    byId('simulation-section').hidden = false;
    const form = byId('simulation');
    const now = await call('GET', '/simulation');
    form.running.checked = now.running;
    form.speed.value = now.speed;
    form.addEventListener('submit', e => { e.preventDefault(); act(() => call('PUT', '/simulation', { running: form.running.checked, speed: Number(form.speed.value) })); });
    byId('step').addEventListener('click', () => act(() => call('POST', '/simulation/step')));
  }
  await refresh();
  setInterval(() => refresh().catch(error => { byId('message').textContent = error.message; }), 2000);
}

start().catch(error => { byId('message').textContent = error.message; });
