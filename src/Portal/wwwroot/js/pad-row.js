// One line of the order pad on the screen. The elements come from PadPatterns.razor; what stands in them, from the owners.

export function field(row, name) {
  return row?.querySelector(`[data-field="${name}"]`);
}

// What the portal learnt about a line.
export function show(row, answer) {
  const name = row.querySelector('.pad-name [data-name]');
  name.textContent = answer.name ?? '';
  name.hidden = !answer.name;
  set(name, 'href', answer.href ?? null);
  const part = row.querySelector('.pad-name [data-part]');
  part.textContent = answer.part ?? '';
  part.hidden = !answer.part;
  setUnits(row, answer.units?.length ? answer.units : null, answer.unit);
  for (const kind of ['price', 'amount', 'stock']) {
    showCell(row.querySelector(`[data-cell="${kind}"]`), answer[kind]);
  }
  showNotes(row, answer.notes ?? []);
}

// What stood there belonged to another product.
export function clear(row) {
  show(row, { units: null });
}

export function setUnits(row, units, unit) {
  const select = field(row, 'unit');
  const wanted = row.dataset.unit || unit || '';
  const offered = [...(units ?? [])];
  if (wanted && !offered.some(candidate => candidate.code === wanted)) {
    offered.push({ code: wanted, name: wanted });
  }
  const same = select.options.length === offered.length
    && offered.every((candidate, at) => select.options[at].value === candidate.code && select.options[at].text === candidate.name);
  if (!same) {
    select.replaceChildren(...offered.map(candidate => new Option(candidate.name, candidate.code)));
  }
  select.value = wanted;
  select.disabled = offered.length < 2;
  row.dataset.unit = wanted;
}

function showCell(cell, value) {
  const [text, detail] = [cell.querySelector('[data-text]'), cell.querySelector('[data-detail]')];
  text.textContent = value?.text ?? '';
  detail.textContent = value?.detail ?? '';
  detail.hidden = !value?.detail;
  cell.dataset.state = value?.state ?? 'none';
}

function showNotes(row, notes) {
  const list = row.querySelector('[data-notes]');
  list.id = `notes-${row.dataset.id}`;
  list.replaceChildren(...notes.map(note => {
    const pattern = document.querySelector(`template[data-note="${note.kind}"]`);
    const item = (pattern.content.firstElementChild ?? pattern.firstElementChild).cloneNode(true);
    item.querySelector('[data-text]').textContent = note.text;
    return item;
  }));
  list.hidden = notes.length === 0;
  const wrong = notes.find(note => note.kind === 'bad');
  for (const name of ['code', 'qty']) {
    const input = field(row, name);
    set(input, 'aria-invalid', wrong?.field === name ? 'true' : null);
    set(input, 'aria-describedby', notes.length > 0 ? list.id : null);
  }
}

function set(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value);
  }
}
