// Half-typed forms, kept in the customer's own browser (the basket and the orders on their way are in basket.js). Every change is written to
// localStorage at once, under the person and the account of the page that it was made on, and told to the other tabs.

const frame = () => document.getElementById("portal");

/** Whose drafts these are (PortalSession.BrowserKey), or null while nobody is signed in or no account is chosen. */
export function owner() {
  return frame()?.dataset.owner || null;
}

const storageKey = (kind, of = owner()) => `portal/${kind}/${of}`;
const memory = new Map(); // What could not be stored (a full or forbidden store) at least lives as long as the page.
const watchers = new Map(); // storage key -> Set of functions

function read(kind, empty) {
  if (owner() === null) {
    return empty;
  }

  const key = storageKey(kind);
  if (memory.has(key)) {
    return structuredClone(memory.get(key));
  }

  try {
    const text = localStorage.getItem(key);
    return text === null ? empty : JSON.parse(text);
  } catch {
    return empty;
  }
}

function write(kind, value, isEmpty) {
  if (owner() === null) {
    return;
  }

  const key = storageKey(kind);
  try {
    if (isEmpty) {
      localStorage.removeItem(key);
    } else {
      localStorage.setItem(key, JSON.stringify(value));
    }

    memory.delete(key);
  } catch (error) {
    memory.set(key, structuredClone(value));
    document.dispatchEvent(new CustomEvent("portal:not-stored", { detail: String(error) }));
  }

  tell(key);
}

function tell(key) {
  for (const changed of [...(watchers.get(key) ?? [])]) {
    changed();
  }
}

function watch(kind, changed) {
  const key = storageKey(kind);
  const set = watchers.get(key) ?? new Set();
  watchers.set(key, set.add(changed));
  return () => set.delete(changed);
}

// The browser tells every other tab of the same origin.
addEventListener("storage", event => {
  if (event.key === null) {
    [...watchers.keys()].forEach(tell);
  } else {
    memory.delete(event.key);
    tell(event.key);
  }
});

/** Half-typed forms, by a key of the page's own. */
export const draft = {
  read: key => read(`draft/${key}`, null),
  write: (key, value) => write(`draft/${key}`, value, value === null || value === undefined),
  clear: key => draft.write(key, null),
  subscribe: (key, changed) => watch(`draft/${key}`, changed),

  /**
   * Keeps every named field of the form: fills in what was typed before, writes on every input. Fields marked data-draft="off" are left
   * alone. Filled fields fire input and change, so that a component in a circuit hears of them. Answers a function that ends it.
   */
  bind(form, key) {
    const fields = () => [...form.elements].filter(field =>
      field.name && field.dataset.draft !== "off" && !["hidden", "submit", "button", "file", "password"].includes(field.type));
    const kept = draft.read(key) ?? {};
    for (const field of fields()) {
      if (!(field.name in kept)) {
        continue;
      }

      const value = kept[field.name];
      if (field.type === "checkbox") {
        if (field.checked !== value) {
          field.checked = value;
          fire(field);
        }
      } else if (field.type === "radio") {
        if (field.value === value && !field.checked) {
          field.checked = true;
          fire(field);
        }
      } else if (field.value !== value) {
        field.value = value;
        fire(field);
      }
    }

    const save = () => {
      const values = { ...draft.read(key) };
      for (const field of fields()) {
        if (field.type === "checkbox") {
          values[field.name] = field.checked;
        } else if (field.type !== "radio" || field.checked) {
          values[field.name] = field.value;
        }
      }

      draft.write(key, values);
    };
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    return () => {
      form.removeEventListener("input", save);
      form.removeEventListener("change", save);
    };
  },
};

function fire(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** As draft.bind, by the form's id, for a component in a circuit. */
export function bindDraft(formId, key) {
  const form = document.getElementById(formId);
  const end = form === null ? () => {} : draft.bind(form, key);
  return { dispose: () => end() };
}

// Circuits reach functions of a module by a flat name.
export const draftRead = key => draft.read(key);
export const draftWrite = (key, value) => draft.write(key, value);
export const draftClear = key => draft.clear(key);
