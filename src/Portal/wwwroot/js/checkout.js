// The browser's side of checkout: the basket, what is filled in, and the orders on their way live here, whatever becomes of the page.

import { openBasket } from './basket.js';
import { load, save } from './browser-store.js';

let opened = null;

export function open(root, portal, owner) {
  // The portal opens it once more when it never heard the first answer.
  opened?.dispose();
  opened = new Checkout(root, portal, owner);
  return opened;
}

// Which order a line may go out with: that of its address and promise date, or that of the checkout's own address, should the two be the same
// (CheckoutParts).
function partsOf({ to, wave }) {
  return [part(to, wave), part(null, wave)];
}

function part(to, wave) {
  return to || wave ? `${to ?? ''}|${wave ?? ''}` : '';
}

class Checkout {
  #root;
  #portal;
  #basket;
  #draftKey;
  #listeners = new AbortController();
  #unwatch;
  #appears;
  #returns;
  #next = null;
  #silent = false;

  constructor(root, portal, owner) {
    this.#root = root;
    this.#portal = portal;
    this.#basket = openBasket(owner);
    this.#draftKey = `portal/draft/${owner}/checkout`;
    const { signal } = this.#listeners;
    root.addEventListener('input', event => this.#keepDraft(event.target), { signal });
    root.addEventListener('change', event => this.#keepDraft(event.target), { signal });
    document.addEventListener('keydown', event => this.#key(event), { signal });
    window.addEventListener('storage', event => event.key === this.#draftKey && this.#follow(), { signal });
    this.#unwatch = this.#basket.watch(() => {
      this.#fillLines(() => true);
      if (!this.#silent) {
        this.#changed();
      }
    });
    // Fields come when there is something to fill them in for.
    this.#appears = new MutationObserver(() => {
      this.#fill(field => field.dataset.filled !== 'true');
      this.#focusNext();
    });
    this.#appears.observe(root, { childList: true, subtree: true });
    this.#fill(() => true);
    // What the portal said while the line was down is lost: it is to look again.
    const line = document.getElementById('components-reconnect-modal');
    this.#returns = new MutationObserver(() => line.classList.contains('components-reconnect-hide') && this.#changed());
    this.#returns.observe(line, { attributes: true, attributeFilter: ['class'] });
  }

  dispose() {
    this.#listeners.abort();
    this.#unwatch();
    this.#appears.disconnect();
    this.#returns.disconnect();
  }

  // As a stream: a message to the portal may have 32 KB, and 500 lines are more.
  state() {
    return new TextEncoder().encode(JSON.stringify(this.#state()));
  }

  #state() {
    const lines = this.#basket.lines().filter(line => line.code || line.sku);
    return {
      lines: lines.map(({ id, code, sku, qty, unit, on, to, wave }) => ({
        id, code: code ?? '', sku: sku ?? null, quantity: qty ?? '', unit: unit ?? null, on: on ?? null, to: to ?? null, wave: wave ?? null,
      })),
      submissions: lines.length > 0 ? this.#basket.submissions([...new Set(['', ...lines.flatMap(partsOf)])]) : {},
      draft: this.#draft(),
      sent: this.#basket.sent(),
    };
  }

  // Kept before the portal is asked: all of one checkout, or none.
  send(orders) {
    return this.#basket.sendAll(orders);
  }

  mark(marks) {
    this.#basket.mark(marks);
  }

  // What was typed in a line, and how much of it is to go elsewhere.
  typed(id) {
    const line = this.#basket.lines().find(candidate => candidate.id === id);
    return line ? { quantity: line.qty ?? '', off: line.off ?? '' } : null;
  }

  split(id, before, rest, off) {
    const fresh = this.#basket.split(id, before, rest, off);
    if (fresh !== null) {
      const taken = this.#root.querySelector(`[data-line="${id}"][data-line-field="off"]`);
      if (taken) {
        taken.value = '';
      }
      this.#next = `[data-line="${fresh}"][data-line-field="to"]`;
    }
    return fresh !== null;
  }

  unsend(id) {
    this.#basket.unsend(id);
  }

  placed(id) {
    if (this.#basket.sent().some(order => order.id === id)) {
      // Where to and how are likely the same next time; number, day and note belonged to this order.
      if (this.#basket.isLastOf(id)) {
        const { shipTo, billTo, deliveryMethod, partialDelivery } = this.#draft();
        this.#write({ shipTo, billTo, deliveryMethod, partialDelivery });
        this.#fill(() => true);
      }
      this.#basket.placed(id);
    }
  }

  giveBack(id) {
    if (this.#basket.sent().some(order => order.id === id)) {
      this.#basket.giveBack(id);
    }
  }

  focus(selector) {
    this.#root.querySelector(selector)?.focus();
  }

  #draft() {
    try {
      return JSON.parse(load(this.#draftKey)) ?? {};
    } catch {
      return {};
    }
  }

  #write(draft) {
    save(this.#draftKey, JSON.stringify(draft));
  }

  #keepDraft(field) {
    const { draft: name, line, lineField } = field.dataset ?? {};
    if (name) {
      this.#write({ ...this.#draft(), [name]: field.value });
    } else if (line) {
      // How many go elsewhere is asked for when they go: until then the portal need not know.
      this.#silent = lineField === 'off';
      this.#basket.mark({ [line]: { [lineField]: field.value || null } });
      this.#silent = false;
    }
  }

  // What is typed, not what is chosen from a list: that is the circuit's to show.
  #fill(which) {
    const draft = this.#draft();
    for (const field of this.#root.querySelectorAll('input[data-draft]:not([type="radio"]), textarea[data-draft]')) {
      if (which(field) && field !== document.activeElement) {
        field.value = draft[field.dataset.draft] ?? '';
        field.dataset.filled = 'true';
      }
    }
    this.#fillLines(which);
  }

  #fillLines(which) {
    const fields = this.#root.querySelectorAll('[data-line-field]');
    const lines = fields.length > 0 ? new Map(this.#basket.lines().map(line => [line.id, line])) : null;
    for (const field of fields) {
      if (which(field) && field !== document.activeElement) {
        const wanted = lines.get(field.dataset.line)?.[field.dataset.lineField] ?? '';
        // Of five hundred lines one has changed: what stands there already is left alone, or all of them would be laid out anew.
        if (field.value !== wanted) {
          field.value = wanted;
        }
        // A choice that is not offered yet is filled in when it is.
        const filled = field.value === wanted ? 'true' : 'false';
        if (field.dataset.filled !== filled) {
          field.dataset.filled = filled;
        }
      }
    }
  }

  #focusNext() {
    const field = this.#next && this.#root.querySelector(this.#next);
    if (field) {
      this.#next = null;
      field.focus();
    }
  }

  // Another tab has filled something in.
  #follow() {
    this.#fill(() => true);
    this.#changed();
  }

  #changed() {
    // Lost with the line, it is read again when the line is back.
    this.#portal.invokeMethodAsync('Changed').catch(() => { });
  }

  #key(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // What is to be accepted comes before the button that it bars.
      this.#root.querySelector('[data-accept]:not(:checked), [data-go-on]')?.focus();
    } else if (event.key === 'Enter' && event.target.dataset?.lineField === 'off') {
      event.preventDefault();
      event.target.parentElement.parentElement.querySelector('[data-split]')?.click();
    }
  }
}
