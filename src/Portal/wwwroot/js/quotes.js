// Baskets that the ERP is to keep, and lines that come back from there. What was asked for stays here under its id until it is known what became of
// it, so that a lost line or a portal that restarts asks for it once more, and not for a second one.

import { newId, openBasket } from './basket.js';
import { load, save } from './browser-store.js';

const key = owner => `portal/keep/${owner}`;

const stream = value => new TextEncoder().encode(JSON.stringify(value));

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// What is not known the end of; null, as text too, for nothing: the portal asks for a stream in any case.
export function pending(owner) {
  return stream(read(load(key(owner))));
}

export function begin(owner, kind, label) {
  const lines = openBasket(owner).lines().filter(line => line.code || line.sku)
    .map(({ id, code, sku, qty, unit, on, to }) => ({ id, code: code ?? '', sku: sku ?? null, quantity: qty ?? '', unit: unit ?? null, on: on ?? null, to: to ?? null }));
  const begun = { id: newId(), kind, label, lines, draft: read(load(`portal/draft/${owner}/checkout`)) ?? {} };
  save(key(owner), JSON.stringify(begun));
  return stream(begun);
}

// A basket that was put aside is not in this browser any more.
export function done(owner, id, kept) {
  const begun = read(load(key(owner)));
  if (begun?.id !== id) {
    return;
  }
  save(key(owner), '');
  if (kept && begun.kind === 'Basket') {
    openBasket(owner).remove(begun.lines.map(line => line.id));
  }
}

export function addLines(owner, lines) {
  openBasket(owner).insert(lines.map(line => ({ id: newId(), code: line.sku, sku: line.sku, qty: line.quantity, unit: line.unit || null, ...line.on && { on: line.on } })), 'end');
}
