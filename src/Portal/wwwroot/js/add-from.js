// Lines from elsewhere for the end of the pad: the basket is told, and the pad follows it as it follows another tab. What stands there already stays.

import { newId, openBasket } from './basket.js';
import { mostLines } from './pad-files.js';
import * as uploads from './uploads.js';

export function open(root, owner, texts) {
  return new AddFrom(root, owner, texts);
}

class AddFrom {
  #root;
  #owner;
  #texts;
  #listeners = new AbortController();
  #unwatch;

  constructor(root, owner, texts) {
    this.#root = root;
    this.#owner = owner;
    this.#texts = texts;
    const { signal } = this.#listeners;
    root.addEventListener('click', event => this.#click(event), { signal });
    root.addEventListener('keydown', event => this.#key(event), { signal });
    this.#unwatch = uploads.watch(owner, () => this.#show());
    this.#show();
    // Whoever asked for an order's lines has nothing else to do here first, unless he has begun to type.
    const next = root.querySelector('[data-add-chosen]');
    if (next && (document.activeElement === document.body || document.activeElement.tagName === 'H1' || document.activeElement.value === '')) {
      next.focus();
    }
  }

  dispose() {
    this.#listeners.abort();
    this.#unwatch();
  }

  // No more than an order can have. Answers in words what was taken.
  add(lines) {
    const basket = openBasket(this.#owner);
    const room = Math.max(0, mostLines - basket.count());
    const taken = lines.slice(0, room);
    basket.insert(taken.map(({ code, qty, unit }) => ({ id: newId(), code, sku: null, qty: String(qty ?? ''), unit: unit || null })), 'end');
    const said = taken.length === 1 ? this.#texts.addedOne : this.#texts.added.replace('{0}', taken.length);
    return taken.length < lines.length ? `${said} ${this.#texts.leftOut.replace('{0}', lines.length - taken.length)}` : said;
  }

  #show() {
    const list = this.#root.querySelector('[data-uploads]');
    const template = this.#root.querySelector('template[data-upload-row]');
    const pattern = template.content.firstElementChild ?? template.firstElementChild;
    const kept = uploads.list(this.#owner);
    // In the page's language, as the reader's own country writes it.
    const { lang } = document.documentElement;
    const time = new Intl.DateTimeFormat(navigator.languages.find(own => own.startsWith(lang)) ?? (lang || undefined), { dateStyle: 'medium', timeStyle: 'short' });
    list.replaceChildren(...kept.map(upload => {
      const row = pattern.cloneNode(true);
      row.dataset.id = upload.id;
      row.querySelector('[data-name]').textContent = upload.name;
      const count = upload.lines.length === 1 ? this.#texts.one : this.#texts.many.replace('{0}', upload.lines.length);
      row.querySelector('[data-about]').textContent = `${count}, ${time.format(upload.at)}`;
      row.querySelector('[data-of]').textContent = ` ${upload.name}`;
      const forget = row.querySelector('[data-forget]');
      forget.setAttribute('aria-label', `${forget.getAttribute('aria-label')} ${upload.name}`);
      return row;
    }));
    this.#root.querySelector('[data-no-uploads]').hidden = kept.length > 0;
    this.#root.querySelector('[data-has-uploads]').hidden = kept.length === 0;
  }

  #click(event) {
    const { id } = event.target.closest('[data-uploads] [data-id]')?.dataset ?? {};
    if (!id) {
      return;
    }
    const upload = uploads.list(this.#owner).find(candidate => candidate.id === id);
    if (event.target.closest('[data-add]') && upload) {
      this.#root.querySelector('[data-said]').textContent = this.add(uploads.linesOf(upload));
    } else if (event.target.closest('[data-forget]')) {
      uploads.forget(this.#owner, id);
      (this.#root.querySelector('[data-uploads] [data-add]') ?? this.#root.querySelector('[aria-expanded="true"]'))?.focus();
    }
  }

  // The arrows go through the choices, like in the pad.
  #key(event) {
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.altKey && event.target.matches('[data-choices] input, #add-from-filter')) {
      const boxes = [...this.#root.querySelectorAll('[data-choices] input')];
      const next = boxes[boxes.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
      if (next) {
        event.preventDefault();
        next.focus();
        next.scrollIntoView({ block: 'nearest' });
      }
    }
  }
}
