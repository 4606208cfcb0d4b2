// What every page does in the browser: keys, the basket's count, menus, the lost line. Everything hangs on the document, so pages may come
// and go by enhanced navigation.
import { openBasket } from "./basket.js";
import { owner } from "./browser-store.js";
import "./as-typed.js";
import "./moved-mark.js";

const byId = id => document.getElementById(id);

/** Says something to those who do not see it. */
export function announce(words) {
  const region = byId("announce");
  if (region) {
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 50);
  }
}

// --- The basket's count -----------------------------------------------------------------------------------------------------------
let endCount = () => {};
let countedFor;
let basket = null;

function showCount() {
  const place = document.querySelector("[data-basket-count]");
  if (!place) {
    return;
  }

  const count = basket?.count() ?? 0;
  place.textContent = count === 0 ? "" : String(count);
  place.setAttribute("aria-label", count === 0 ? "" : `${count} ${count === 1 ? place.dataset.one : place.dataset.many}`);
  place.toggleAttribute("hidden", count === 0);
}

function followBasket() {
  if (countedFor !== owner()) {
    countedFor = owner();
    endCount();
    basket = countedFor === null ? null : openBasket(countedFor);
    endCount = basket?.watch(showCount) ?? (() => {});
  }

  showCount();
}

// --- Another tab acts for another account -------------------------------------------------------------------------------------------
const actingKey = "portal.acting";

function tellAccount() {
  const data = byId("portal")?.dataset;
  if (data?.person) {
    try {
      const now = `${data.person}|${data.account ?? ""}`;
      if (localStorage.getItem(actingKey) !== now) {
        localStorage.setItem(actingKey, now);
      }

      const note = byId("account-moved");
      if (note) {
        note.hidden = true;
      }
    } catch { /* A page without storage still works. */ }
  } else {
    tellSignedOut();
  }
}

function tellSignedOut() {
  try {
    if (localStorage.getItem(actingKey)) {
      localStorage.setItem(actingKey, "");
    }
  } catch { /* The portal ends the other tabs' circuits by itself. */ }
}

addEventListener("storage", event => {
  const data = byId("portal")?.dataset;
  const note = byId("account-moved");
  if (event.key === actingKey && data?.person && !event.newValue) {
    // Signed out there, and so here: whoever sits down next sees nothing of it.
    location.reload();
  } else if (event.key === actingKey && data?.person && note) {
    note.hidden = event.newValue === `${data.person}|${data.account ?? ""}`;
  }
});

// --- Add to basket ------------------------------------------------------------------------------------------------------------------
document.addEventListener("submit", event => {
  const form = event.target.closest("form[data-basket-add]");
  if (!form || basket === null) {
    return;
  }

  event.preventDefault();
  const quantity = form.elements.quantity;
  if (!form.reportValidity()) {
    return;
  }

  basket.add(form.elements.sku.value, quantity.value, form.elements.unit?.value || null);
  const words = form.dataset.added.replace("{0}", quantity.value).replace("{1}", form.elements.sku.value);
  const said = form.querySelector("[data-basket-said]");
  if (said) {
    said.textContent = words;
    said.hidden = false;
  }

  announce(words);
});

document.addEventListener("change", event => {
  const unit = event.target.closest("select[data-unit-of]");
  const quantity = unit && byId(unit.dataset.unitOf);
  if (quantity) {
    const { least, step } = unit.selectedOptions[0].dataset;
    quantity.min = least;
    quantity.step = step;
  }
});

// --- Menus, dialogs, buttons ----------------------------------------------------------------------------------------------------------
document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }

  if (event.target.closest("[data-reload]")) {
    location.reload();
  } else if (event.target.closest("[data-reconnect]")) {
    reconnect();
  } else if (event.target.closest("[data-open-keys]") && byId("keys")) {
    event.preventDefault();
    openKeys();
  } else if (event.target === byId("keys")) {
    byId("keys").close();
  }
});

function openKeys() {
  document.querySelectorAll("details.menu[open]").forEach(menu => { menu.open = false; });
  byId("keys")?.showModal();
}

// --- Keys -----------------------------------------------------------------------------------------------------------------------------
const types = element => element?.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]");

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.isComposing) {
    return;
  }

  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (document.activeElement?.id === "search") {
      document.activeElement.blur();
    }

    return;
  }

  if (event.ctrlKey || event.metaKey || event.altKey || types(event.target) || document.querySelector("dialog[open]")) {
    return;
  }

  const account = byId("account-menu");
  if (account?.open && /^[1-9]$/.test(event.key)) {
    account.querySelector(`[data-key="${event.key}"]`)?.click();
    event.preventDefault();
    return;
  }

  const action = {
    "/": () => { byId("search")?.focus(); byId("search")?.select(); },
    b: () => document.querySelector("a.basket")?.click(),
    a: () => { if (account) { account.open = true; account.querySelector("button")?.focus(); } },
    "?": openKeys,
  }[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// --- The lost line --------------------------------------------------------------------------------------------------------------------
async function reconnect() {
  try {
    // False: the server is there, and the circuit is gone. Nothing typed is lost, the browser keeps it.
    if (await globalThis.Blazor?.reconnect() === false) {
      location.reload();
    }
  } catch { /* Still no server: the button stays. */ }
}

function watchLine() {
  const modal = byId("components-reconnect-modal");
  if (modal && !modal.dataset.watched) {
    modal.dataset.watched = "true";
    new MutationObserver(() => {
      if (modal.classList.contains("components-reconnect-rejected")) {
        setTimeout(() => location.reload(), 400);
      }
    }).observe(modal, { attributes: true, attributeFilter: ["class"] });
  }
}

addEventListener("online", () => {
  if (byId("components-reconnect-modal")?.classList.contains("components-reconnect-failed")) {
    reconnect();
  }
});

// --- One open page too many -----------------------------------------------------------------------------------------------------------
// A page without room is refused Blazor's initializers: Blazor goes no further and says nothing. Where many are opened at once all of them are past that, and some are
// refused their socket: Blazor then says that something failed. It is asked what it was, and this page goes on as soon as there is room.
let pastInitializers = false;
let failed = false;
let nextLook;

const mayLackRoom = () => failed || !pastInitializers;

async function lookForRoom() {
  clearTimeout(nextLook);
  const note = byId("too-many-pages");
  const answer = note && mayLackRoom() ? await fetch("_blazor/initializers?room", { cache: "no-store" }).catch(() => null) : null;
  if (answer?.status === 429 && mayLackRoom()) {
    note.classList.add("is-shown");
  } else if (!note?.classList.contains("is-shown")) {
    return;
  } else if (answer?.ok && !types(document.activeElement)) {
    location.reload();
  }

  clearTimeout(nextLook);
  nextLook = setTimeout(lookForRoom, 1000 * (Number(answer?.headers.get("Retry-After")) || 10));
}

new PerformanceObserver(list => {
  const asked = list.getEntries().map(entry => entry.name);
  if (pastInitializers) {
    return;
  } else if (asked.some(name => name.includes("/_blazor/negotiate"))) {
    pastInitializers = true;
    byId("too-many-pages")?.classList.remove("is-shown");
  } else if (asked.some(name => name.endsWith("/_blazor/initializers"))) {
    clearTimeout(nextLook);
    nextLook = setTimeout(lookForRoom, 1000);
  }
}).observe({ type: "resource", buffered: true });

function watchFailures() {
  const failure = byId("blazor-error-ui");
  const look = () => {
    if (failure.style.display === "block") {
      failed = true;
      lookForRoom();
    }
  };
  if (failure && !failure.dataset.watched) {
    failure.dataset.watched = "true";
    new MutationObserver(look).observe(failure, { attributes: true, attributeFilter: ["style"] });
    look();
  }
}

// Whoever closes another page and comes back to this one need not wait.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && byId("too-many-pages")?.classList.contains("is-shown")) {
    lookForRoom();
  }
});

// --- Pages come and go ------------------------------------------------------------------------------------------------------------------
function pageShown() {
  followBasket();
  tellAccount();
  watchLine();
  watchFailures();
}

globalThis.Blazor?.addEventListener("enhancedload", () => {
  document.querySelectorAll("details.menu[open]").forEach(menu => { menu.open = false; });
  pageShown();
});
addEventListener("pageshow", pageShown);
pageShown();

/** For whoever drives a browser faster than a script loads: from now on keys are heard. */
globalThis.portalHearsKeys = true;
