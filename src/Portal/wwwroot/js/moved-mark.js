// Marks what has moved since this browser last looked: <moved-mark data-key data-state hidden>. It keeps a number for each state it has seen, not the state.
import { load, owner, save } from "./browser-store.js";

const newVisit = 30 * 60 * 1000;
const most = 200;

let seen = null;
let seenBy = null;
let saving = false;

function open() {
  const who = owner();
  if (seen && seenBy === who) {
    return;
  }

  seenBy = who;
  try {
    seen = JSON.parse(load(`portal/seen/${who}`) ?? "null");
  } catch {
    seen = null;
  }

  seen ??= { at: Date.now(), before: {}, now: {} };
  if (Date.now() - seen.at > newVisit) {
    seen.before = { ...seen.before, ...seen.now };
    seen.now = {};
  }
}

function keep() {
  if (saving) {
    return;
  }

  saving = true;
  queueMicrotask(() => {
    saving = false;
    seen.at = Date.now();
    seen.before = Object.fromEntries(Object.entries(seen.before).slice(-most));
    save(`portal/seen/${seenBy}`, JSON.stringify(seen));
  });
}

function numberOf(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) {
    hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  }

  return hash >>> 0;
}

// How many marks stand on the page, in words: <moved-count data-one data-many hidden>.
let counting = false;

function count() {
  if (counting) {
    return;
  }

  counting = true;
  queueMicrotask(() => {
    counting = false;
    const moved = document.querySelectorAll("moved-mark:not([hidden])").length;
    for (const place of document.querySelectorAll("moved-count")) {
      const words = moved === 0 ? "" : moved === 1 ? place.dataset.one : place.dataset.many.replace("{0}", moved);
      if (place.hidden !== (moved === 0)) {
        place.hidden = moved === 0;
      }
      if (place.textContent !== words) {
        place.textContent = words;
      }
    }
  });
}

customElements.define("moved-count", class extends HTMLElement {
  static observedAttributes = ["hidden"];

  connectedCallback() {
    count();
  }

  attributeChangedCallback() {
    count();
  }
});

customElements.define("moved-mark", class extends HTMLElement {
  // A page that is patched into the one before it takes its elements over and hides them as they were sent.
  static observedAttributes = ["data-key", "data-state", "hidden"];

  connectedCallback() {
    this.#look();
  }

  attributeChangedCallback() {
    if (this.isConnected) {
      this.#look();
    }
  }

  #look() {
    if (!owner()) {
      return;
    }

    open();
    const { key, state } = this.dataset;
    const now = numberOf(state);
    // What this browser sees for the first time has not moved.
    const hidden = !(key in seen.before) || seen.before[key] === now;
    if (this.hidden !== hidden) {
      this.hidden = hidden;
    }

    seen.now[key] = now;
    keep();
    count();
  }
});
