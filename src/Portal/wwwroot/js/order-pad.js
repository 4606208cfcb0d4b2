// The order pad: a spreadsheet that belongs to the browser. What is typed is kept on every input, whether or not the portal can
// be reached; the portal is only asked what the owners say about the lines that changed, many at once.

import { newId, openBasket } from './basket.js';
import * as files from './pad-files.js';
import { move } from './pad-keys.js';
import { Questions } from './pad-questions.js';
import * as padRow from './pad-row.js';
import { Suggestions } from './suggestions.js';
import * as twins from './twins.js';
import * as uploads from './uploads.js';

let opened = null;

export function open(root, portal, owner, texts) {
  // The portal opens it once more when it never heard the first answer.
  opened?.dispose();
  opened = new OrderPad(root, portal, owner, texts);
  return opened;
}

class OrderPad {
  #root;
  #body;
  #pattern;
  #portal;
  #owner;
  #basket;
  #texts;
  #rows = new Map();
  #questions;
  #removed = [];
  #removedAfter = null;
  #changed = [];
  #twinTimer = 0;
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
    this.#owner = owner;
    this.#basket = openBasket(owner);
    this.#texts = texts;
    this.#suggestions = new Suggestions(root, texts, {
      find: text => portal.invokeMethodAsync('Suggest', text),
      chosen: (input, item) => this.#choose(input.closest('[data-id]'), item),
      closed: () => this.#questions.soon(),
      announce: words => { root.querySelector('[data-announce]').textContent = words; },
    });
    this.#questions = new Questions(portal, {
      lines: () => this.#basket.lines(),
      // Who looks at the list of products is still choosing: his line is asked about when he is done.
      waits: id => this.#suggestions.isOpenIn(this.#rows.get(id)),
    });
    const { signal } = this.#listeners;
    this.#body.addEventListener('input', event => this.#typed(event.target), { signal });
    this.#body.addEventListener('change', event => this.#typed(event.target), { signal });
    this.#body.addEventListener('keydown', event => this.#key(event), { signal });
    this.#body.addEventListener('click', event => this.#click(event), { signal });
    root.addEventListener('click', event => this.#pageClick(event), { signal });
    root.addEventListener('change', event => this.#upload(event.target), { signal });
    root.addEventListener('dragover', event => this.#hasFile(event) && event.preventDefault(), { signal });
    root.addEventListener('drop', event => this.#drop(event), { signal });
    document.addEventListener('paste', event => this.#paste(event), { signal });
    document.addEventListener('keydown', event => this.#pageKey(event), { signal });
    this.#unwatch = this.#basket.watch(() => this.#writing || this.#follow());
    this.#takeFromAddress();
    this.#follow();
    this.#focusFirst();
  }

  dispose() {
    clearTimeout(this.#twinTimer);
    this.#questions.dispose();
    this.#listeners.abort();
    this.#unwatch();
    this.#suggestions.close();
  }

  // What the portal learnt. An answer to what has been typed over since is dropped.
  answer(answers) {
    const found = [];
    const kept = new Map(this.#basket.lines().map(line => [line.id, line]));
    for (const answer of answers) {
      const row = this.#rows.get(answer.id);
      if (!row || !this.#questions.isCurrent(answer)) {
        continue;
      }
      row.classList.toggle('is-asking', answer.asking === true);
      padRow.show(row, answer);
      const line = kept.get(answer.id);
      if (line && (line.sku !== answer.sku || (answer.unit && !line.unit))) {
        found.push({ id: line.id, sku: answer.sku, unit: line.unit || answer.unit || null });
      }
    }
    if (found.length > 0) {
      this.#write(() => this.#basket.put(...found));
    }
    this.#showTwins();
  }

  // Lines that an owner did not answer about, to be asked again.
  askAgain(ids) {
    this.#askFor(ids ?? [...this.#rows.keys()]);
  }

  focusLine(id) {
    const row = this.#rows.get(id);
    row?.scrollIntoView({ block: 'center' });
    padRow.field(row, 'code')?.focus();
  }

  // ---- lines

  #line(id) {
    return this.#basket.lines().find(line => line.id === id);
  }

  // A product's form was sent before the script was there to take it. Once: the address is cleared before anything can load it again.
  #takeFromAddress() {
    const given = new URLSearchParams(location.search);
    if (given.get('sku')) {
      history.replaceState(history.state, '', location.pathname);
      this.#basket.add(given.get('sku'), given.get('quantity') ?? '', given.get('unit'));
    }
  }

  // Brings the rows in step with what is kept, without touching the field that is being typed in.
  #follow() {
    const lines = this.#basket.lines();
    const kept = new Set(lines.map(line => line.id));
    const gone = [...this.#rows].filter(([id, row]) => !kept.has(id) && this.#hasText(row));
    gone.forEach(([, row]) => this.#forget(row));
    if (gone.length > 0) {
      this.#tell('Removed', gone.map(([id]) => id));
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
    this.#showTwins();
    this.#askFor(fresh);
  }

  #add(line, before) {
    const row = this.#pattern.cloneNode(true);
    row.dataset.id = line.id;
    this.#rows.set(line.id, row);
    this.#body.insertBefore(row, before);
    this.#fill(row, line);
    return row;
  }

  // True when something differed.
  #fill(row, line) {
    let differs = false;
    for (const [name, value] of [['code', line.code], ['qty', line.qty]]) {
      const input = padRow.field(row, name);
      if (input.value !== (value ?? '') && input !== document.activeElement) {
        input.value = value ?? '';
        differs = true;
      }
    }
    if ((row.dataset.unit ?? '') !== (line.unit ?? '')) {
      row.dataset.unit = line.unit ?? '';
      padRow.setUnits(row, null);
      differs = true;
    }
    return differs;
  }

  #keepOneEmpty() {
    const last = this.#body.lastElementChild;
    if (!last || this.#hasText(last)) {
      this.#add({ id: newId(), code: '', qty: '' }, null);
      this.#number();
    }
  }

  #hasText(row) {
    return ['code', 'qty'].some(name => padRow.field(row, name).value !== '');
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

  // ---- the same product twice

  // In one go after many changes.
  #showTwins() {
    this.#twinTimer ||= setTimeout(() => {
      this.#twinTimer = 0;
      const lines = new Map(this.#basket.lines().map(line => [line.id, line]));
      const found = twins.find(lines.values());
      const numbers = new Map([...this.#body.children].map((row, at) => [row.dataset.id, at + 1]));
      for (const [id, row] of this.#rows) {
        const first = found.get(id);
        const words = first ? this.#texts.twin.replace('{0}', numbers.get(first.id)) : '';
        if ((row.dataset.twin ?? '') !== words) {
          row.dataset.twin = words;
          const place = row.querySelector('[data-twin-note]');
          place.hidden = !first;
          place.querySelector('[data-text]').textContent = words;
        }
        if (first) {
          row.querySelector('[data-merge]').hidden = twins.together(first.qty, lines.get(id).qty) === null;
        }
      }
    }, 50);
  }

  #merge(row) {
    const lines = this.#basket.lines();
    const line = lines.find(candidate => candidate.id === row.dataset.id);
    const first = line && twins.find(lines).get(line.id);
    const qty = first ? twins.together(first.qty, line.qty) : null;
    if (qty === null) {
      return;
    }
    const after = row.previousElementSibling?.dataset.id ?? null;
    this.#basket.put({ ...first, qty });
    this.#basket.remove([line.id]);
    this.#canUndo([line], after, [first]);
    this.#say(this.#texts.merged.replace('{0}', first.code).replace('{1}', qty));
    this.#focus(this.#rows.get(first.id), 'qty');
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
      padRow.clear(row);
      padRow.setUnits(row, null);
      this.#suggestions.ask(input);
    }
    this.#keep(next, row);
    this.#keepOneEmpty();
    this.#showTwins();
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
    const input = padRow.field(row, 'code');
    input.value = item.sku;
    const line = this.#line(row.dataset.id) ?? { id: row.dataset.id, qty: padRow.field(row, 'qty').value };
    row.dataset.unit = item.unit ?? '';
    padRow.clear(row);
    this.#keep({ ...line, code: item.sku, sku: item.sku, unit: item.unit ?? null }, row);
    this.#keepOneEmpty();
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
    move(event, input.closest('[data-id]'), field, (row, name) => this.#focus(row, name), row => this.#removeRow(row));
  }

  #pageKey(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#root.querySelector('[data-go-on]')?.click();
    }
  }

  #focus(row, field) {
    const input = row && padRow.field(row, field);
    input?.focus();
    input?.select?.();
  }

  #focusFirst() {
    if (document.activeElement === document.body || document.activeElement?.tagName === 'H1') {
      const row = [...this.#body.children].find(candidate => padRow.field(candidate, 'code').value === '');
      padRow.field(row, 'code')?.focus({ preventScroll: true });
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
    const read = files.ofText(text);
    if (read.refused) {
      this.#say(this.#texts[read.refused], this.#texts.clipboard);
      return;
    }
    this.#take(read, here, this.#texts.pasted, this.#texts.pastedWithoutHeading);
  }

  // Lines from elsewhere: behind the line `here`, or behind the last one that says something.
  #take({ lines, skipped, left }, here, words, wordsWithoutHeading) {
    const fresh = lines.map(line => ({ id: newId(), code: line.code, sku: null, qty: line.qty, unit: line.unit || null }));
    const rows = [...this.#body.children];
    const at = here && !this.#hasText(here) ? rows[rows.indexOf(here) - 1] : here ?? rows.findLast(row => this.#hasText(row));
    if (here && !this.#hasText(here)) {
      this.#forget(here);
    }
    this.#basket.insert(fresh, at?.dataset.id ?? null);
    const said = (skipped ? wordsWithoutHeading : words).replace('{0}', fresh.length);
    this.#say(left > 0 ? `${said} ${this.#texts.leftOut.replace('{0}', left)}` : said);
    this.#focus(this.#body.lastElementChild, 'code');
  }

  // ---- files

  async #upload(input) {
    if (input.matches('[data-upload]') && input.files.length > 0) {
      const [file] = input.files;
      await this.#takeFile(file);
      input.value = '';
    }
  }

  #hasFile(event) {
    return [...event.dataTransfer?.types ?? []].includes('Files');
  }

  #drop(event) {
    if (this.#hasFile(event)) {
      event.preventDefault();
      this.#takeFile(event.dataTransfer.files[0]);
    }
  }

  async #takeFile(file) {
    this.#suggestions.close();
    let read;
    try {
      read = await files.read(file);
    } catch {
      this.#say(this.#texts.unreadable, file.name);
      return;
    }
    if (read.refused) {
      this.#say(this.#texts[read.refused], file.name);
    } else if (read.lines.length === 0) {
      this.#say(this.#texts.nothingInFile, file.name);
    } else {
      this.#take(read, null, this.#texts.uploaded, this.#texts.uploadedWithoutHeading);
      uploads.keep(this.#owner, file.name, read.lines);
    }
  }

  #download() {
    const lines = this.#basket.lines().filter(line => line.code || line.qty);
    if (lines.length === 0) {
      this.#say(this.#texts.nothingToSave);
      return;
    }
    files.offer('order-lines.csv', files.write(lines));
    this.#say(this.#texts.downloaded, lines.length);
  }

  // ---- removing

  #click(event) {
    if (event.target.closest('[data-remove]')) {
      this.#removeRow(event.target.closest('[data-id]'));
    } else if (event.target.closest('[data-merge]')) {
      this.#merge(event.target.closest('[data-id]'));
    }
  }

  #pageClick(event) {
    const place = event.target.closest('[data-to-line]');
    if (place) {
      event.preventDefault();
      this.focusLine(place.dataset.toLine);
    } else if (event.target.closest('[data-undo]')) {
      this.#undo();
    } else if (event.target.closest('[data-download]')) {
      this.#download();
    } else if (event.target.closest('[data-empty]')) {
      this.#empty();
    }
  }

  #removeRow(row) {
    const { id } = row.dataset;
    const line = this.#line(id);
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    if (line) {
      this.#write(() => this.#basket.remove([id]));
      this.#canUndo([line], row.previousElementSibling?.dataset.id ?? null);
      this.#say(this.#texts.removed, line.code || '');
      this.#tell('Removed', [id]);
    }
    this.#forget(row);
    this.#keepOneEmpty();
    this.#number();
    this.#showTwins();
    this.#focus(neighbour?.isConnected ? neighbour : this.#body.lastElementChild, 'code');
  }

  #forget(row) {
    this.#rows.delete(row.dataset.id);
    this.#questions.drop(row.dataset.id);
    row.remove();
  }

  #empty() {
    const lines = this.#basket.lines();
    if (lines.length > 0) {
      this.#basket.remove(lines.map(line => line.id));
      this.#canUndo(lines, null);
      this.#say(this.#texts.emptied, lines.length);
    }
    this.#focus(this.#body.lastElementChild, 'code');
  }

  // `changed`: lines as they were before, that are changed and not removed.
  #canUndo(lines, after, changed = []) {
    this.#removed = lines;
    this.#changed = changed;
    this.#removedAfter = after;
    this.#root.querySelector('[data-undo]')?.removeAttribute('hidden');
  }

  #undo() {
    const lines = this.#removed;
    if (lines.length > 0) {
      this.#removed = [];
      this.#basket.insert(lines, this.#removedAfter);
      this.#basket.put(...this.#changed);
      this.#changed = [];
      this.#root.querySelector('[data-undo]')?.setAttribute('hidden', '');
      this.#say(lines.length === 1 ? this.#texts.restored : this.#texts.allRestored, lines.length === 1 ? lines[0].code || '' : lines.length);
      this.focusLine(lines[0].id);
    }
  }

  // ---- asking

  #askFor(ids) {
    const lines = new Map(this.#basket.lines().map(line => [line.id, line]));
    const known = ids.filter(id => lines.has(id));
    known.forEach(id => this.#rows.get(id)?.classList.toggle('is-asking', lines.get(id).code.trim() !== ''));
    this.#questions.about(known);
  }

  #tell(method, argument) {
    this.#portal.invokeMethodAsync(method, argument).catch(() => { });
  }

  // ---- showing

  #say(text, argument) {
    const place = this.#root.querySelector('[data-say]');
    place.textContent = argument === undefined ? text : text.replace('{0}', argument);
  }
}
