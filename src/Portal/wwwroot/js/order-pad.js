// The order pad: a spreadsheet that belongs to the browser. What is typed is kept on every input, whether or not the portal can
// be reached; the portal is only asked what the owners say about the lines that changed, many at once.

import { newId, openBasket } from './basket.js';
import { parse } from './pasted-lines.js';
import { Suggestions } from './suggestions.js';

const askAfter = 250;
const askAgainAfter = 3000;
// A message to the portal may have 32 KB: that many lines are sent at a time.
const linesPerMessage = 100;

export function open(root, portal, owner, texts) {
  return new OrderPad(root, portal, owner, texts);
}

class OrderPad {
  #root;
  #body;
  #pattern;
  #portal;
  #basket;
  #texts;
  #rows = new Map();
  #changed = new Set();
  #versions = new Map();
  #timer = 0;
  #asking = false;
  #removed = null;
  #listeners = new AbortController();
  #unwatch;
  #suggestions;
  #writing = false;

  constructor(root, portal, owner, texts) {
    this.#root = root;
    this.#body = root.querySelector('[data-lines]');
    const template = root.querySelector('template[data-line]');
    // A script that fills a template puts its children beside its content.
    this.#pattern = template.content.firstElementChild ?? template.firstElementChild;
    this.#portal = portal;
    this.#basket = openBasket(owner);
    this.#texts = texts;
    this.#suggestions = new Suggestions(root, texts, {
      find: text => portal.invokeMethodAsync('Suggest', text),
      chosen: (input, item) => this.#choose(input.closest('[data-id]'), item),
      closed: () => this.#askSoon(askAfter),
      announce: words => { root.querySelector('[data-announce]').textContent = words; },
    });
    const { signal } = this.#listeners;
    this.#body.addEventListener('input', event => this.#typed(event.target), { signal });
    this.#body.addEventListener('change', event => this.#typed(event.target), { signal });
    this.#body.addEventListener('keydown', event => this.#key(event), { signal });
    this.#body.addEventListener('click', event => this.#click(event), { signal });
    root.addEventListener('click', event => this.#pageClick(event), { signal });
    document.addEventListener('paste', event => this.#paste(event), { signal });
    document.addEventListener('keydown', event => this.#pageKey(event), { signal });
    this.#unwatch = this.#basket.watch(() => this.#writing || this.#follow());
    this.#follow();
    this.#askFor([...this.#rows.keys()]);
    this.#focusFirst();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#listeners.abort();
    this.#unwatch();
    this.#suggestions.close();
  }

  // What the portal learnt. An answer to what has been typed over since is dropped.
  answer(answers) {
    const found = [];
    for (const answer of answers) {
      const row = this.#rows.get(answer.id);
      if (!row || this.#versions.get(answer.id) !== answer.version) {
        continue;
      }
      row.classList.toggle('is-asking', answer.asking === true);
      this.#show(row, answer);
      const line = this.#line(answer.id);
      if (line && (line.sku !== answer.sku || (answer.unit && !line.unit))) {
        found.push({ id: line.id, sku: answer.sku, unit: line.unit || answer.unit || null });
      }
    }
    this.#write(() => found.forEach(line => this.#basket.put(line)));
    this.#badge();
  }

  // Lines that an owner did not answer about, to be asked again.
  askAgain(ids) {
    this.#askFor(ids ?? [...this.#rows.keys()]);
  }

  focusLine(id) {
    const row = this.#rows.get(id);
    row?.scrollIntoView({ block: 'center' });
    this.#input(row, 'code')?.focus();
  }

  // ---- lines

  #line(id) {
    return this.#basket.lines().find(line => line.id === id);
  }

  // Brings the rows in step with what is kept, without touching the field that is being typed in.
  #follow() {
    const lines = this.#basket.lines();
    const kept = new Set(lines.map(line => line.id));
    for (const [id, row] of this.#rows) {
      if (!kept.has(id) && this.#hasText(row)) {
        this.#rows.delete(id);
        row.remove();
        this.#tell('Removed', [id]);
      }
    }
    const fresh = [];
    let before = null;
    for (const line of lines) {
      let row = this.#rows.get(line.id);
      if (!row) {
        row = this.#add(line, before ? before.nextSibling : this.#body.firstChild);
        fresh.push(line.id);
      } else if (this.#fill(row, line)) {
        fresh.push(line.id);
      }
      before = row;
    }
    this.#keepOneEmpty();
    this.#number();
    this.#badge();
    this.#askFor(fresh);
  }

  #add(line, before) {
    const row = this.#pattern.cloneNode(true);
    row.dataset.id = line.id;
    this.#rows.set(line.id, row);
    this.#versions.set(line.id, this.#versions.get(line.id) ?? 0);
    this.#body.insertBefore(row, before);
    this.#fill(row, line);
    return row;
  }

  // True when something differed.
  #fill(row, line) {
    let differs = false;
    for (const [name, value] of [['code', line.code], ['qty', line.qty]]) {
      const input = this.#input(row, name);
      if (input.value !== (value ?? '') && input !== document.activeElement) {
        input.value = value ?? '';
        differs = true;
      }
    }
    if ((row.dataset.unit ?? '') !== (line.unit ?? '')) {
      row.dataset.unit = line.unit ?? '';
      this.#setUnits(row, null);
      differs = true;
    }
    return differs;
  }

  #keepOneEmpty() {
    const last = this.#body.lastElementChild;
    if (!last || this.#hasText(last)) {
      this.#add({ id: newId(), code: '', qty: '' }, null);
    }
  }

  #hasText(row) {
    return ['code', 'qty'].some(name => this.#input(row, name).value !== '');
  }

  #number() {
    let number = 0;
    for (const row of this.#body.children) {
      number++;
      row.querySelector('[data-number]').textContent = number;
      for (const labelled of row.querySelectorAll('[data-label]')) {
        labelled.setAttribute('aria-label', `${labelled.dataset.label} ${number}`);
      }
    }
  }

  // ---- typing

  #typed(input) {
    const row = input.closest('[data-id]');
    const field = input.dataset.field;
    if (!row || !field) {
      return;
    }
    const { id } = row.dataset;
    const line = this.#line(id) ?? { id, code: '', qty: '', unit: null, sku: null };
    const value = field === 'unit' ? input.value || null : input.value;
    if ((line[field] ?? '') === (value ?? '')) {
      return;
    }
    const next = { ...line, [field]: value };
    if (field === 'code') {
      next.sku = null;
      next.unit = null;
      row.dataset.unit = '';
      this.#clear(row);
      this.#setUnits(row, null);
      this.#suggestions.ask(input);
    }
    this.#keep(next, row);
    this.#keepOneEmpty();
    this.#number();
    this.#badge();
    this.#askFor([id]);
  }

  // A line that is not the last may have been typed into before it was ever kept: it goes where it stands.
  #keep(line, row) {
    this.#write(() => {
      if (this.#line(line.id)) {
        this.#basket.put(line);
      } else {
        this.#basket.insert([line], row.previousElementSibling?.dataset.id ?? null);
      }
    });
  }

  #write(action) {
    this.#writing = true;
    try {
      action();
    } finally {
      this.#writing = false;
    }
  }

  #choose(row, item) {
    const input = this.#input(row, 'code');
    input.value = item.sku;
    const line = this.#line(row.dataset.id) ?? { id: row.dataset.id, qty: this.#input(row, 'qty').value };
    row.dataset.unit = item.unit ?? '';
    this.#clear(row);
    this.#keep({ ...line, code: item.sku, sku: item.sku, unit: item.unit ?? null }, row);
    this.#keepOneEmpty();
    this.#number();
    this.#badge();
    this.#askFor([row.dataset.id]);
    this.#focus(row, 'qty');
  }

  // ---- keys

  #key(event) {
    const input = event.target;
    const { field } = input.dataset;
    if (!field || event.isComposing || this.#suggestions.key(event)) {
      return;
    }
    const row = input.closest('[data-id]');
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (field === 'code' && input.value.trim() !== '') {
        this.#focus(row, 'qty');
      } else {
        this.#focus(row.nextElementSibling ?? row, 'code');
      }
    } else if (event.key === 'Delete' && event.ctrlKey) {
      event.preventDefault();
      this.#removeRow(row);
    } else if (event.key === 'ArrowDown' && field !== 'unit' && !event.altKey) {
      event.preventDefault();
      this.#focus(row.nextElementSibling, field);
    } else if (event.key === 'ArrowUp' && field !== 'unit' && !event.altKey) {
      event.preventDefault();
      this.#focus(row.previousElementSibling, field);
    } else if (event.key === 'ArrowRight' && atEnd(input)) {
      this.#sideways(event, row, field, 1);
    } else if (event.key === 'ArrowLeft' && atStart(input)) {
      this.#sideways(event, row, field, -1);
    }
  }

  #sideways(event, row, field, step) {
    const fields = ['code', 'qty', 'unit'].filter(name => !this.#input(row, name).disabled);
    const next = fields[fields.indexOf(field) + step];
    if (next) {
      event.preventDefault();
      this.#focus(row, next);
    }
  }

  #pageKey(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#root.querySelector('[data-go-on]')?.click();
    }
  }

  #focus(row, field) {
    const input = row && this.#input(row, field);
    input?.focus();
    input?.select?.();
  }

  #focusFirst() {
    if (document.activeElement === document.body || document.activeElement?.tagName === 'H1') {
      const row = [...this.#body.children].find(candidate => this.#input(candidate, 'code').value === '');
      this.#input(row, 'code')?.focus({ preventScroll: true });
    }
  }

  // ---- paste

  #paste(event) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const target = event.target instanceof Element ? event.target : document.body;
    const here = target.closest('[data-id]');
    const many = /[\r\n\t]/.test(text.trim());
    const elsewhere = target.closest('input, textarea, select, [contenteditable]') && !here;
    if (text.trim() === '' || elsewhere || (here && !many)) {
      return;
    }
    event.preventDefault();
    this.#suggestions.close();
    const { lines, skipped } = parse(text);
    const fresh = lines.map(line => ({ id: newId(), code: line.code, sku: null, qty: line.qty, unit: line.unit || null }));
    const rows = [...this.#body.children];
    const at = here && !this.#hasText(here) ? rows[rows.indexOf(here) - 1] : here ?? rows.findLast(row => this.#hasText(row));
    if (here && !this.#hasText(here)) {
      this.#forget(here);
    }
    this.#basket.insert(fresh, at?.dataset.id ?? null);
    this.#say(skipped ? this.#texts.pastedWithoutHeading : this.#texts.pasted, fresh.length);
    this.#focus(this.#body.lastElementChild, 'code');
  }

  // ---- removing

  #click(event) {
    if (event.target.closest('[data-remove]')) {
      this.#removeRow(event.target.closest('[data-id]'));
    }
  }

  #pageClick(event) {
    const place = event.target.closest('[data-to-line]');
    if (place) {
      event.preventDefault();
      this.focusLine(place.dataset.toLine);
    } else if (event.target.closest('[data-undo]')) {
      this.#undo();
    }
  }

  #removeRow(row) {
    const { id } = row.dataset;
    const line = this.#line(id);
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    if (line) {
      this.#removed = { line, after: row.previousElementSibling?.dataset.id ?? null };
      this.#write(() => this.#basket.remove([id]));
      this.#say(this.#texts.removed, line.code || '');
      this.#root.querySelector('[data-undo]')?.removeAttribute('hidden');
      this.#tell('Removed', [id]);
    }
    this.#forget(row);
    this.#keepOneEmpty();
    this.#number();
    this.#badge();
    this.#focus(neighbour?.isConnected ? neighbour : this.#body.lastElementChild, 'code');
  }

  #forget(row) {
    this.#rows.delete(row.dataset.id);
    this.#changed.delete(row.dataset.id);
    row.remove();
  }

  #undo() {
    if (this.#removed) {
      const { line, after } = this.#removed;
      this.#removed = null;
      this.#basket.insert([line], after);
      this.#root.querySelector('[data-undo]')?.setAttribute('hidden', '');
      this.#say(this.#texts.restored, line.code || '');
      this.focusLine(line.id);
    }
  }

  // ---- asking

  #askFor(ids) {
    for (const id of ids) {
      const line = this.#line(id);
      if (line) {
        this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1);
        this.#changed.add(id);
        this.#rows.get(id)?.classList.toggle('is-asking', line.code.trim() !== '');
      }
    }
    this.#askSoon(askAfter);
  }

  #askSoon(wait) {
    if (this.#changed.size > 0 && !this.#asking && !this.#listeners.signal.aborted) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), wait);
    }
  }

  async #ask() {
    if (this.#asking || this.#changed.size === 0) {
      return;
    }
    this.#asking = true;
    const kept = new Map(this.#basket.lines().map(line => [line.id, line]));
    // Who looks at the list of products is still choosing: his line is asked about when he is done.
    const ids = [...this.#changed].filter(id => kept.has(id) && !this.#suggestions.isOpenIn(this.#rows.get(id)));
    ids.forEach(id => this.#changed.delete(id));
    if (ids.length === 0) {
      this.#asking = false;
      return;
    }
    const lines = ids.map(id => {
      const { code, sku, qty, unit } = kept.get(id);
      return { id, version: this.#versions.get(id), code, sku: sku ?? null, quantity: qty ?? '', unit: unit ?? null };
    });
    let wait = askAfter;
    try {
      for (let at = 0; at < lines.length; at += linesPerMessage) {
        await this.#portal.invokeMethodAsync('Ask', lines.slice(at, at + linesPerMessage), at + linesPerMessage >= lines.length);
      }
    } catch {
      // The line to the portal is down: what is typed stays here, and is asked when the line is back.
      ids.forEach(id => this.#changed.add(id));
      wait = askAgainAfter;
    } finally {
      this.#asking = false;
    }
    this.#askSoon(wait);
  }

  #tell(method, argument) {
    this.#portal.invokeMethodAsync(method, argument).catch(() => { });
  }

  // ---- showing

  #show(row, answer) {
    const name = row.querySelector('.pad-name [data-name]');
    name.textContent = answer.name ?? '';
    name.toggleAttribute('hidden', !answer.name);
    if (answer.href) {
      name.setAttribute('href', answer.href);
    } else {
      name.removeAttribute('href');
    }
    const part = row.querySelector('.pad-name [data-part]');
    part.textContent = answer.part ?? '';
    part.toggleAttribute('hidden', !answer.part);
    this.#setUnits(row, answer.units?.length ? answer.units : null, answer.unit);
    for (const cell of ['price', 'amount', 'stock']) {
      this.#cell(row.querySelector(`[data-cell="${cell}"]`), answer[cell]);
    }
    this.#notes(row, answer.notes ?? []);
  }

  #cell(cell, value) {
    const [text, detail] = [cell.querySelector('[data-text]'), cell.querySelector('[data-detail]')];
    text.textContent = value?.text ?? '';
    detail.textContent = value?.detail ?? '';
    detail.toggleAttribute('hidden', !value?.detail);
    cell.dataset.state = value?.state ?? 'none';
  }

  #notes(row, notes) {
    const list = row.querySelector('[data-notes]');
    list.id = `notes-${row.dataset.id}`;
    list.replaceChildren(...notes.map(note => {
      const pattern = this.#root.querySelector(`template[data-note="${note.kind}"]`);
      const item = (pattern.content.firstElementChild ?? pattern.firstElementChild).cloneNode(true);
      item.querySelector('[data-text]').textContent = note.text;
      return item;
    }));
    list.toggleAttribute('hidden', notes.length === 0);
    const wrong = notes.some(note => note.kind === 'bad');
    row.classList.toggle('is-wrong', wrong);
    const about = notes.find(note => note.field);
    for (const field of ['code', 'qty']) {
      const input = this.#input(row, field);
      set(input, 'aria-invalid', wrong && about?.field === field ? 'true' : null);
      set(input, 'aria-describedby', notes.length > 0 ? list.id : null);
    }
  }

  #setUnits(row, units, unit) {
    const select = this.#input(row, 'unit');
    const wanted = row.dataset.unit || unit || '';
    const offered = units ?? (wanted ? [{ code: wanted, name: wanted }] : []);
    if (wanted && !offered.some(candidate => candidate.code === wanted)) {
      offered.push({ code: wanted, name: wanted });
    }
    const same = select.options.length === offered.length && offered.every((candidate, at) => select.options[at].value === candidate.code && select.options[at].text === candidate.name);
    if (!same) {
      select.replaceChildren(...offered.map(candidate => new Option(candidate.name, candidate.code)));
    }
    select.value = wanted;
    select.disabled = offered.length < 2;
    row.dataset.unit = wanted;
  }

  // What stood there belonged to another product.
  #clear(row) {
    this.#show(row, { units: null });
  }

  #badge() {
    const count = this.#basket.count();
    this.#root.classList.toggle('is-empty', count === 0);
    for (const place of this.#root.querySelectorAll('[data-count]')) {
      place.textContent = count;
    }
  }

  #say(text, argument) {
    const place = this.#root.querySelector('[data-say]');
    place.textContent = text.replace('{0}', argument);
  }

  #input(row, field) {
    return row?.querySelector(`[data-field="${field}"]`);
  }
}

function set(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value);
  }
}

function atEnd(input) {
  return input.tagName === 'SELECT' || (input.selectionStart === input.value.length && input.selectionEnd === input.value.length);
}

function atStart(input) {
  return input.tagName === 'SELECT' || (input.selectionStart === 0 && input.selectionEnd === 0);
}
