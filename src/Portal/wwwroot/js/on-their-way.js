// On every page: what became of the orders that this browser keeps. The basket is cleared on the ERP's number, whichever page that
// is learnt on.

import { openBasket } from './basket.js';
import { owner } from './browser-store.js';

const askAgainAfter = 15000;
// OnTheirWayEndpoint answers about no more at once.
const mostAtOnce = 20;
let followed = null;
let unwatch = () => {};
let timer = 0;

const place = () => document.getElementById('on-their-way-notice');

// Checkout shows them itself, in full.
const isCheckout = () => location.pathname === place()?.dataset.checkout;

function follow() {
  const now = owner();
  if (now !== followed) {
    followed = now;
    unwatch();
    const basket = now === null ? null : openBasket(now);
    unwatch = basket?.watch(() => look()) ?? (() => {});
  }
  look();
}

async function look() {
  clearTimeout(timer);
  const notice = place();
  if (!notice || followed === null || isCheckout()) {
    hide(notice);
    return;
  }
  const basket = openBasket(followed);
  const sent = basket.sent();
  if (sent.length === 0) {
    if (!notice.dataset.number) {
      hide(notice);
    }
    return;
  }
  say(notice, sent.length === 1 ? 'one' : 'many', { 0: sent.length });
  const known = await ask(notice, sent.map(order => order.id));
  if (known !== null && followed === owner()) {
    tell(notice, basket, sent, new Map(known.map(order => [order.id, order])));
  }
  if (basket.sent().length > 0) {
    timer = setTimeout(look, askAgainAfter);
  }
}

// Null while nobody can say.
async function ask(notice, ids) {
  const parts = [];
  for (let at = 0; at < ids.length; at += mostAtOnce) {
    parts.push(askPart(notice, ids.slice(at, at + mostAtOnce)));
  }
  const answers = await Promise.all(parts);
  return answers.includes(null) ? null : answers.flat();
}

async function askPart(notice, ids) {
  try {
    const answer = await fetch(`${notice.dataset.ask}?ids=${ids.join(',')}`, { headers: { accept: 'application/json' }, redirect: 'error' });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function tell(notice, basket, sent, known) {
  const states = sent.map(order => known.get(order.id)?.state ?? 'Forgotten');
  const confirmed = sent.map(order => known.get(order.id)).filter(order => ['Confirmed', 'Kept'].includes(order?.state) && order.number);
  if (states.includes('NeedsDecision')) {
    say(notice, 'decision');
  } else if (states.includes('Rejected')) {
    say(notice, 'refused');
  } else if (states.includes('Forgotten')) {
    say(notice, 'forgotten');
  } else if (confirmed.length === sent.length) {
    const last = confirmed.at(-1);
    notice.dataset.number = last.number;
    const kept = last.state === 'Kept';
    say(notice, kept ? 'kept' : 'confirmed', { 0: last.number }, { words: kept ? notice.dataset.toQuote : notice.dataset.toOrder, href: last.link });
  }
  confirmed.forEach(order => basket.placed(order.id));
  sent.filter(order => known.get(order.id)?.state === 'Withdrawn').forEach(order => basket.giveBack(order.id));
}

function say(notice, text, values = {}, link = { words: notice.dataset.see, href: notice.dataset.checkout }) {
  const words = notice.dataset[text].replace(/\{(\d)\}/g, (_, at) => values[at] ?? '');
  const there = notice.querySelector('[data-words]');
  if (there.textContent !== words) {
    there.textContent = words;
  }
  const anchor = notice.querySelector('[data-link]');
  anchor.textContent = link.words;
  anchor.href = link.href;
  notice.classList.toggle('is-warning', ['decision', 'refused', 'forgotten'].includes(text));
  notice.hidden = false;
}

function hide(notice) {
  if (notice) {
    notice.hidden = true;
    delete notice.dataset.number;
  }
}

// A confirmation is read once: the next page does not repeat it.
function pageShown() {
  const notice = place();
  if (notice?.dataset.number) {
    hide(notice);
  }
  follow();
}

globalThis.Blazor?.addEventListener('enhancedload', pageShown);
addEventListener('pageshow', event => event.persisted && pageShown());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && follow());
pageShown();
