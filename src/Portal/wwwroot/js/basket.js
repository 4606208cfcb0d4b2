// The basket of one person for one account: it lives in this browser and nowhere else. A line is a code, a quantity and a unit as
// they were typed; there is never a price in it. An order on its way is kept here whole until the ERP's number is known, so that
// it can be placed again under the same id should the portal have forgotten it.
//
//   line   { id, code, sku, qty, unit, on, to, wave, sent }
//            sku: what the code turned out to be; on: the day it is wanted on; to: the address it goes to, where that is not the checkout's; wave: the
//            promise date whose order it goes with; sent: id of the order that it went out with
//   order  { id, part, checkout, lines, … }    on its way; part: which of the orders of one checkout, '' for the only one; checkout: the same in all of them

import { load, save } from './browser-store.js';

const changed = 'portal:basket';

export function openBasket(owner) {
  return new Basket(owner);
}

// 32 hexadecimal digits: a version 4 UUID without its dashes. randomUUID is not offered on plain http.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

function parse(text) {
  let state = null;
  try {
    state = JSON.parse(text);
  } catch (error) {
    console.warn('The basket in this browser cannot be read.', error);
  }
  return { lines: state?.lines ?? [], sent: state?.sent ?? [], submission: state?.submission ?? null, parts: state?.parts ?? {} };
}

// The id that the lines of this part go out under next.
function named(state, part) {
  return (part ? state.parts[part] : state.submission) ?? null;
}

function name(state, part, id) {
  if (!part) {
    state.submission = id;
  } else if (id === null) {
    delete state.parts[part];
  } else {
    state.parts[part] = id;
  }
}

// Its lines are to be ordered still, as ones of its checkout. Answers the order; undefined when it is not kept here any more.
function release(state, id) {
  const order = state.sent.find(candidate => candidate.id === id);
  state.sent = state.sent.filter(candidate => candidate !== order);
  state.lines.filter(line => line.sent === id).forEach(line => {
    delete line.sent;
    if (order?.checkout) {
      line.of = order.checkout;
    }
  });
  return order;
}

class Basket {
  #key;
  #parsed = null;

  constructor(owner) {
    this.#key = `portal/basket/${owner}`;
  }

  // What is still to be ordered, in the buyer's order.
  lines() {
    return this.#read().lines.filter(line => !line.sent);
  }

  // Lines that say something; the empty one at the end of a pad does not count.
  count() {
    return this.lines().filter(line => line.code).length;
  }

  // Adds lines, or changes those with the same ids.
  put(...lines) {
    this.#change(state => {
      const places = new Map(state.lines.map((line, at) => [line.id, at]));
      for (const line of lines) {
        const at = places.get(line.id);
        if (at === undefined) {
          state.lines.push(line);
        } else {
          state.lines[at] = { ...state.lines[at], ...line };
        }
      }
    });
  }

  // Changes what is said of lines that are still to be ordered, by their ids; null takes it away. A line that is gone stays gone.
  mark(marks) {
    this.#change(state => {
      for (const line of state.lines.filter(candidate => !candidate.sent && marks[candidate.id])) {
        Object.assign(line, marks[line.id]);
        Object.keys(marks[line.id]).filter(name => line[name] === null).forEach(name => { delete line[name]; });
      }
    });
  }

  // A part of what was typed in one line becomes a line of its own behind it. Answers its id; null when the line is another one by now.
  split(id, before, rest, off) {
    const fresh = newId();
    let done = null;
    this.#change(state => {
      const at = state.lines.findIndex(line => line.id === id && !line.sent && line.qty === before);
      if (at >= 0) {
        const { off: _, ...line } = state.lines[at];
        state.lines.splice(at, 1, { ...line, qty: rest }, { ...line, id: fresh, qty: off });
        done = fresh;
      }
    });
    return done;
  }

  // Behind the line with the id `after`; null: at the beginning, an id that is not there: at the end.
  insert(lines, after) {
    this.#change(state => {
      const at = after === null ? 0 : state.lines.findIndex(line => line.id === after) + 1;
      state.lines.splice(at === 0 && after !== null ? state.lines.length : at, 0, ...lines);
    });
  }

  // More of the same product becomes a line of its own: adding up what was typed is the buyer's business.
  add(code, qty, unit) {
    const line = { id: newId(), code, sku: code, qty: String(qty), unit: unit || null };
    this.#change(state => state.lines.push(line));
    return line;
  }

  remove(ids) {
    const gone = new Set(ids);
    this.#change(state => { state.lines = state.lines.filter(line => !gone.has(line.id)); });
  }

  // The id of the next order. Made once, when checkout opens, and the same in every tab until the order goes out.
  submission() {
    return this.submissions([''])[''];
  }

  // As many of them as there are orders in one checkout: by part.
  submissions(parts) {
    if (parts.some(part => named(this.#read(), part) === null)) {
      this.#change(state => parts.filter(part => named(state, part) === null).forEach(part => name(state, part, newId())));
    }
    return Object.fromEntries(parts.map(part => [part, named(this.#read(), part)]));
  }

  // Orders on their way, oldest first.
  sent() {
    return this.#read().sent;
  }

  // Before the portal is asked to place it: whatever happens next, this browser knows of it. "known" when it went out already; "refused"
  // when the basket is another one by now, so that no line goes out under two ids.
  send(order) {
    return this.sendAll([order])[0];
  }

  // All orders of one checkout, in one go: when one is refused, none of them is kept anew.
  sendAll(orders) {
    let answers = [];
    this.#change(state => {
      const free = order => {
        const ids = new Set(order.lines.map(line => line.lineId));
        const lines = state.lines.filter(line => ids.has(line.id) && !line.sent);
        return lines.length === ids.size ? lines : null;
      };
      answers = orders.map(order => {
        if (state.sent.some(candidate => candidate.id === order.id)) {
          return 'known';
        }
        return named(state, order.part) === order.id && free(order) ? 'kept' : 'refused';
      });
      if (answers.includes('refused')) {
        answers = answers.map(answer => answer === 'kept' ? 'refused' : answer);
        return;
      }
      for (const order of orders.filter((_, at) => answers[at] === 'kept')) {
        free(order).forEach(line => {
          line.sent = order.id;
          delete line.of;
        });
        state.sent.push(order);
        name(state, order.part, null);
      }
    });
    return answers;
  }

  // It was not handed over after all: as if it had not been sent, id and all.
  unsend(id) {
    if (this.sent().some(order => order.id === id)) {
      this.#change(state => {
        name(state, release(state, id).part, id);
      });
    }
  }

  // The ERP's number is known: these lines are ordered.
  placed(id) {
    this.#change(state => {
      state.sent = state.sent.filter(order => order.id !== id);
      state.lines = state.lines.filter(line => line.sent !== id);
      if (state.lines.length === 0) {
        state.parts = {};
      }
    });
  }

  // It will not be ordered: the lines are back in the basket, and the next try is an order of its own.
  giveBack(id) {
    this.#change(state => release(state, id));
  }

  // Whether another order of the same checkout is on its way still, or came back: then what was filled in for them all is still needed.
  isLastOf(id) {
    const { lines, sent } = this.#read();
    const checkout = sent.find(order => order.id === id)?.checkout;
    return !checkout || !(sent.some(order => order.id !== id && order.checkout === checkout) || lines.some(line => line.of === checkout));
  }

  // Calls back on every change, from this tab or another. Returns what ends it.
  watch(callback) {
    const here = event => event.detail === this.#key && callback();
    const elsewhere = event => (event.key === this.#key || event.key === null) && callback();
    window.addEventListener(changed, here);
    window.addEventListener('storage', elsewhere);
    return () => {
      window.removeEventListener(changed, here);
      window.removeEventListener('storage', elsewhere);
    };
  }

  // As it was parsed last, as long as nobody has written: not to be changed.
  #read() {
    const text = load(this.#key);
    if (this.#parsed?.text !== text) {
      this.#parsed = { text, state: parse(text) };
    }
    return this.#parsed.state;
  }

  // Read, changed and written in one go, so that two tabs do not overwrite each other's lines.
  #change(change) {
    const before = load(this.#key);
    const state = parse(before);
    change(state);
    const text = JSON.stringify(state);
    if (text === before) {
      return;
    }
    save(this.#key, text);
    this.#parsed = { text, state };
    window.dispatchEvent(new CustomEvent(changed, { detail: this.#key }));
  }
}
