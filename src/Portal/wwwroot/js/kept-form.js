// A form whose fields live in this browser from the first letter on, and what was sent of it until its end is known.
//
//   { fields: { name: text }, sent: text | null }    sent: as the portal composed it, with its id, so that it can be asked for once more under the same

import { load, owner, remove, save } from './browser-store.js';

export function open(root, name) {
  return new KeptForm(root, `portal/draft/${owner()}/${name}`);
}

class KeptForm {
  #root;
  #key;
  #listeners = new AbortController();
  #appears;

  constructor(root, key) {
    this.#root = root;
    this.#key = key;
    const { signal } = this.#listeners;
    root.addEventListener('input', event => this.#keep(event.target), { signal });
    root.addEventListener('change', event => this.#keep(event.target), { signal });
    window.addEventListener('storage', event => event.key === key && this.fill(), { signal });
    this.#appears = new MutationObserver(() => this.#fill(field => field.dataset.filled !== 'true'));
    this.#appears.observe(root, { childList: true, subtree: true });
    this.fill();
  }

  dispose() {
    this.#listeners.abort();
    this.#appears.disconnect();
  }

  // What stands in the fields now, and what was typed into those that are not there at the moment.
  state() {
    const kept = this.#read();
    const fields = { ...kept.fields };
    for (const field of this.#fields()) {
      fields[field.dataset.draft] = value(field);
    }
    return { fields, sent: kept.sent };
  }

  // Before the portal asks anybody. False: another tab has sent something whose end is not known.
  send(text) {
    const kept = this.#read();
    if (kept.sent && kept.sent !== text) {
      return false;
    }
    this.#write({ ...kept, sent: text });
    return true;
  }

  // More is known of what was sent; its end is not.
  further(text) {
    const kept = this.#read();
    if (kept.sent) {
      this.#write({ ...kept, sent: text });
    }
  }

  unsend() {
    this.#write({ ...this.#read(), sent: null });
  }

  done() {
    remove(this.#key);
    this.#fields().forEach(field => { delete field.dataset.filled; });
  }

  // Once more over what the page has just drawn.
  fill() {
    this.#fill(() => true);
  }

  focus(selector) {
    this.#root.querySelector(selector)?.focus();
  }

  #fields() {
    return [...this.#root.querySelectorAll('[data-draft]')];
  }

  #fill(which) {
    const { fields } = this.#read();
    for (const field of this.#fields().filter(which)) {
      const text = fields[field.dataset.draft];
      field.dataset.filled = 'true';
      if (text === undefined || field === document.activeElement) {
        continue;
      }
      if (field.type === 'checkbox') {
        field.checked = text === 'on';
      } else {
        field.value = text;
      }
    }
  }

  #keep(field) {
    if (field.dataset?.draft) {
      const kept = this.#read();
      this.#write({ ...kept, fields: { ...kept.fields, [field.dataset.draft]: value(field) } });
    }
  }

  #read() {
    try {
      const kept = JSON.parse(load(this.#key));
      return { fields: kept?.fields ?? {}, sent: kept?.sent ?? null };
    } catch {
      return { fields: {}, sent: null };
    }
  }

  #write(kept) {
    save(this.#key, JSON.stringify(kept));
  }
}

function value(field) {
  return field.type === 'checkbox' ? (field.checked ? 'on' : '') : field.value;
}
