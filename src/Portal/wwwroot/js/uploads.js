// Files of lines that were uploaded in this browser, to be taken once more: name, time and lines as they were read. They are kept here and nowhere else, the
// newest few of them.

import { newId } from './basket.js';
import { load, save } from './browser-store.js';

export const most = 10;
// All of them together: a browser keeps five million letters, and the basket goes first.
export const mostLetters = 300_000;

const key = owner => `portal/uploads/${owner}`;
const changed = 'portal:uploads';

// Newest first.
export function list(owner) {
  try {
    const kept = JSON.parse(load(key(owner)) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

// The same file again is only newer. What is too large to be kept leaves the others as they are.
export function keep(owner, name, lines, now = Date.now()) {
  const rows = lines.map(({ code, qty, unit }) => [code, qty, ...unit ? [unit] : []]);
  const same = JSON.stringify(rows);
  const kept = [
    { id: newId(), name, at: now, lines: rows },
    ...list(owner).filter(other => other.name !== name || JSON.stringify(other.lines) !== same),
  ].slice(0, most);
  while (kept.length > 1 && JSON.stringify(kept).length > mostLetters) {
    kept.pop();
  }
  if (JSON.stringify(kept).length <= mostLetters) {
    write(owner, kept);
  }
}

export function forget(owner, id) {
  write(owner, list(owner).filter(upload => upload.id !== id));
}

export function linesOf(upload) {
  return upload.lines.map(([code, qty, unit]) => ({ code, qty, unit: unit ?? null }));
}

// Calls back on every change, from this tab or another. Returns what ends it.
export function watch(owner, callback) {
  const here = event => event.detail === owner && callback();
  const elsewhere = event => (event.key === key(owner) || event.key === null) && callback();
  window.addEventListener(changed, here);
  window.addEventListener('storage', elsewhere);
  return () => {
    window.removeEventListener(changed, here);
    window.removeEventListener('storage', elsewhere);
  };
}

function write(owner, kept) {
  save(key(owner), JSON.stringify(kept));
  window.dispatchEvent(new CustomEvent(changed, { detail: owner }));
}
