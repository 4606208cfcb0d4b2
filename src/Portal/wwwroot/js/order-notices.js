// Says quietly when an order of the account acted for has moved. Only the tab that is looked at asks, and what one tab has said no other says again.

import { load, owner, save } from "./browser-store.js";

const every = 15_000;
const shownFor = 20_000;

let asking = false;
let hide = 0;

const place = () => document.getElementById("order-moved");
const key = () => `portal/moved/${owner()}`;

// Asking would only fail once more, and the page says so already.
const lineIsLost = () => !navigator.onLine || document.getElementById("components-reconnect-modal")?.classList.contains("components-reconnect-show") === true;

function remembered() {
  const since = Number(load(key()));
  // What is older than the portal remembers is not asked for: it would only be a list of the past.
  return Number.isSafeInteger(since) || since > 0 ? load(key()) : null;
}

async function ask() {
  const note = place();
  if (!note || asking || lineIsLost() || document.visibilityState !== "visible" || owner() === null) {
    return;
  }

  asking = true;
  try {
    const since = remembered();
    const answer = await fetch(note.dataset.ask + (since ? `?since=${since}` : ""), { headers: { Accept: "application/json" } });
    if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) {
      return;
    }

    const text = await answer.text();
    // Ticks are larger than a number holds: they go back as they came.
    const now = /"now":(\d+)/.exec(text)?.[1];
    const { count, orders } = JSON.parse(text);
    if (now && now !== "0") {
      save(key(), now);
    }

    show(count, orders.filter(order => order.link !== location.pathname));
  } catch {
    // The line is down, and says so elsewhere.
  } finally {
    asking = false;
  }
}

function show(count, orders) {
  const note = place();
  if (!note || orders.length === 0) {
    return;
  }

  const [first] = orders;
  const link = note.querySelector("[data-link]");
  const words = note.querySelector("[data-words]");
  note.hidden = false;
  if (count === 1) {
    link.href = first.link;
    link.textContent = note.dataset.one.replace("{0}", first.number).replace("{1}", first.status);
    words.textContent = first.words;
  } else {
    link.href = note.dataset.orders;
    link.textContent = note.dataset.see;
    words.textContent = `${note.dataset.many.replace("{0}", String(count))} ${orders.map(order => `${order.number} – ${order.status}`).join(", ")}`;
  }

  leave();
}

function leave() {
  clearTimeout(hide);
  hide = setTimeout(() => {
    const note = place();
    if (note?.matches(":hover, :focus-within")) {
      leave();
    } else if (note) {
      note.hidden = true;
    }
  }, shownFor);
}

document.addEventListener("click", event => {
  if (event.target.closest("#order-moved [data-close]")) {
    place().hidden = true;
  }
});
document.addEventListener("visibilitychange", ask);
setInterval(ask, every);
ask();
