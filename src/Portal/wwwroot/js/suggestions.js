// Products that fit what is being typed, under the field: a combobox with a list that is only a help. What was typed stays as it is
// until a product is chosen.

const askAfter = 150;
const fewestLetters = 2;

export class Suggestions {
  #popup;
  #list;
  #note;
  #texts;
  #find;
  #chosen;
  #closed;
  #announce;
  #input = null;
  #items = [];
  #active = -1;
  #timer = 0;
  #question = 0;

  constructor(root, texts, { find, chosen, closed, announce }) {
    this.#popup = root.querySelector('[data-popup]');
    this.#list = this.#popup.querySelector('[role="listbox"]');
    this.#note = this.#popup.querySelector('[data-popup-note]');
    this.#texts = texts;
    this.#find = find;
    this.#chosen = chosen;
    this.#closed = closed;
    this.#announce = announce;
    // The field keeps the focus while the list is used with a mouse.
    this.#popup.addEventListener('mousedown', event => event.preventDefault());
    this.#popup.addEventListener('click', event => {
      const option = event.target.closest('[role="option"]');
      if (option) {
        this.#choose([...this.#list.children].indexOf(option));
      }
    });
    root.addEventListener('focusout', event => event.target === this.#input && this.close());
  }

  ask(input) {
    clearTimeout(this.#timer);
    const text = input.value.trim();
    const question = ++this.#question;
    // What was marked was marked for other letters: until it is marked anew, Enter takes what is typed.
    this.#mark(-1);
    if (text.length < fewestLetters) {
      this.close();
      return;
    }
    this.#timer = setTimeout(async () => {
      let answer;
      try {
        answer = await this.#find(text);
      } catch {
        return;
      }
      if (question === this.#question && input === document.activeElement && input.value.trim() === text) {
        this.#open(input, answer);
      }
    }, askAfter);
  }

  // True when the key was for the list.
  key(event) {
    if (this.#input !== event.target) {
      if (event.key === 'ArrowDown' && event.altKey && event.target.dataset.field === 'code') {
        event.preventDefault();
        this.ask(event.target);
        return true;
      }
      return false;
    }
    const last = this.#items.length - 1;
    switch (event.key) {
      case 'ArrowDown':
        this.#mark(this.#active < last ? this.#active + 1 : 0);
        break;
      case 'ArrowUp':
        this.#mark(this.#active > 0 ? this.#active - 1 : last);
        break;
      case 'Enter':
        if (this.#active < 0 || event.ctrlKey || event.metaKey) {
          this.close();
          return false;
        }
        this.#choose(this.#active);
        break;
      case 'Escape':
        this.close();
        event.stopPropagation();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  close() {
    clearTimeout(this.#timer);
    this.#question++;
    this.#popup.hidden = true;
    if (this.#input) {
      this.#input.setAttribute('aria-expanded', 'false');
      this.#input.removeAttribute('aria-activedescendant');
      this.#input = null;
      this.#closed();
    }
  }

  isOpenIn(row) {
    return this.#input !== null && row?.contains(this.#input) === true;
  }

  #open(input, answer) {
    this.#input = input;
    this.#items = answer.items ?? [];
    this.#active = -1;
    const pattern = this.#popup.querySelector('template');
    this.#list.replaceChildren(...this.#items.map((item, at) => {
      const option = (pattern.content.firstElementChild ?? pattern.firstElementChild).cloneNode(true);
      option.id = `${this.#list.id}-${at}`;
      for (const name of ['sku', 'name', 'part']) {
        const place = option.querySelector(`[data-${name}]`);
        place.textContent = item[name] ?? '';
        place.toggleAttribute('hidden', !item[name]);
      }
      return option;
    }));
    this.#list.hidden = this.#items.length === 0;
    this.#note.textContent = answer.note ?? '';
    this.#note.hidden = !answer.note;
    input.closest('[data-code-cell]').append(this.#popup);
    this.#popup.hidden = this.#items.length === 0 && !answer.note;
    input.setAttribute('aria-expanded', String(this.#items.length > 0));
    input.removeAttribute('aria-activedescendant');
    if (this.#items.length > 0) {
      this.#announce(this.#texts.suggestions.replace('{0}', this.#items.length));
    }
  }

  #mark(at) {
    this.#active = at;
    this.#input?.removeAttribute('aria-activedescendant');
    [...this.#list.children].forEach((option, index) => {
      option.setAttribute('aria-selected', String(index === at));
      if (index === at) {
        option.scrollIntoView({ block: 'nearest' });
        this.#input.setAttribute('aria-activedescendant', option.id);
      }
    });
  }

  #choose(at) {
    const [input, item] = [this.#input, this.#items[at]];
    this.close();
    if (item) {
      this.#chosen(input, item);
    }
  }
}
