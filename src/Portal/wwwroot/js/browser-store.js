// What this browser keeps, as text by key, written at once and told to the other tabs. What it cannot store (a full or forbidden store) lives as
// long as the page, and the buyer is told.

const memory = new Map();

// Whose basket and drafts these are (PortalSession.BrowserKey), or null while nobody is signed in or no account is chosen.
export function owner() {
  return document.getElementById('portal')?.dataset.owner || null;
}

export function load(key) {
  if (memory.has(key)) {
    return memory.get(key);
  }
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remove(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch (error) {
    console.warn('This browser forgets nothing.', error);
  }
}

export function save(key, text) {
  try {
    localStorage.setItem(key, text);
    memory.delete(key);
  } catch (error) {
    console.warn('This browser stores nothing more.', error);
    memory.set(key, text);
    document.getElementById('not-stored')?.removeAttribute('hidden');
  }
}
