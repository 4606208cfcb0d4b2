// The pad's keys: Enter goes on to the next field and line, the arrows move like in a spreadsheet.

import { field as fieldOf } from './pad-row.js';

// Calls `focus(row, field)` or `remove(row)`; keys that mean nothing here are left to the browser.
export function move(event, row, field, focus, remove) {
  const { key } = event;
  if (key === 'Enter' && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (field === 'code' && event.target.value.trim() !== '') {
      focus(row, 'qty');
    } else {
      focus(row.nextElementSibling ?? row, 'code');
    }
  } else if (key === 'Delete' && event.ctrlKey) {
    event.preventDefault();
    remove(row);
  } else if ((key === 'ArrowDown' || key === 'ArrowUp') && field !== 'unit' && !event.altKey) {
    event.preventDefault();
    focus(key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling, field);
  } else if (key === 'ArrowRight' && atEnd(event.target)) {
    sideways(event, row, field, 1, focus);
  } else if (key === 'ArrowLeft' && atStart(event.target)) {
    sideways(event, row, field, -1, focus);
  }
}

function sideways(event, row, field, step, focus) {
  const fields = ['code', 'qty', 'unit'].filter(name => !fieldOf(row, name).disabled);
  const next = fields[fields.indexOf(field) + step];
  if (next) {
    event.preventDefault();
    focus(row, next);
  }
}

function atEnd(input) {
  return input.tagName === 'SELECT' || (input.selectionStart === input.value.length && input.selectionEnd === input.value.length);
}

function atStart(input) {
  return input.tagName === 'SELECT' || (input.selectionStart === 0 && input.selectionEnd === 0);
}
