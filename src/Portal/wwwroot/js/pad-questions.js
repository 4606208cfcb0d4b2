// Which lines the portal has yet to be asked about: many at once, the newest state of each, and again when the line to the portal is back.

const askAfter = 250;
const askAgainAfter = 3000;
// A message to the portal may have 32 KB: that many lines are sent at a time.
const linesPerMessage = 50;

export class Questions {
  #portal;
  #lines;
  #waits;
  #open = new Set();
  #versions = new Map();
  #timer = 0;
  #asking = false;
  #disposed = false;

  // `lines()`: as they are kept; `waits(id)`: somebody is still busy with this one.
  constructor(portal, { lines, waits }) {
    this.#portal = portal;
    this.#lines = lines;
    this.#waits = waits;
  }

  about(ids) {
    for (const id of ids) {
      this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1);
      this.#open.add(id);
    }
    this.soon();
  }

  // An answer to what has been typed over since is none.
  isCurrent(answer) {
    return this.#versions.get(answer.id) === answer.version;
  }

  drop(id) {
    this.#open.delete(id);
  }

  soon(wait = askAfter) {
    if (this.#open.size > 0 && !this.#asking && !this.#disposed) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), wait);
    }
  }

  dispose() {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #ask() {
    const kept = new Map(this.#lines().map(line => [line.id, line]));
    const ids = [...this.#open].filter(id => kept.has(id) && !this.#waits(id));
    if (ids.length === 0) {
      return;
    }
    ids.forEach(id => this.#open.delete(id));
    const lines = ids.map(id => {
      const { code, sku, qty, unit } = kept.get(id);
      return { id, version: this.#versions.get(id), code, sku: sku ?? null, quantity: qty ?? '', unit: unit ?? null };
    });
    let wait = askAfter;
    this.#asking = true;
    try {
      for (let at = 0; at < lines.length; at += linesPerMessage) {
        await this.#portal.invokeMethodAsync('Ask', lines.slice(at, at + linesPerMessage), at + linesPerMessage >= lines.length);
      }
    } catch {
      // The line to the portal is down: what is typed stays here, and is asked when the line is back.
      ids.forEach(id => this.#open.add(id));
      wait = askAgainAfter;
    } finally {
      this.#asking = false;
    }
    this.soon(wait);
  }
}
