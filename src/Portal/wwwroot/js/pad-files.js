// Lines as files: a CSV that was saved somewhere becomes lines of the pad, and the pad becomes a CSV. Nothing of it leaves the browser.

import { parse } from './pasted-lines.js';

export const mostBytes = 1024 * 1024;
export const mostLines = 500;
// Of a row: a code, a quantity and a unit need no more, and a spreadsheet with a description beside them hardly does.
export const longestRow = 2000;
export const mostFields = 100;

// { lines, skipped, left } as read, or { refused } for what is no list of lines: 'tooLarge' beyond a megabyte, which is not even read; 'unreadable' where it is
// no text; 'notLines' where a row is too long or has too many fields.
export async function read(file) {
  if (file.size > mostBytes) {
    return { refused: 'tooLarge' };
  }
  return ofText(decode(await file.arrayBuffer()));
}

// The same for what was pasted.
export function ofText(text) {
  if (text.length > mostBytes) {
    return { refused: 'tooLarge' };
  }
  if (/[\x00-\x08\x0E-\x1F\uFFFE\uFFFF]/.test(text)) {
    return { refused: 'unreadable' };
  }
  if (!isLines(text)) {
    return { refused: 'notLines' };
  }
  // No more than an order can have; what is beyond is left out, and how much is said.
  const { lines, skipped, more } = parse(text, mostLines);
  return { lines: lines.map(({ code, qty, unit }) => ({ code: unguarded(code), qty: unguarded(qty), unit: unguarded(unit) })), skipped, left: more };
}

// Looked at letter by letter, so that nothing is made of a row that is thrown away.
function isLines(text) {
  let length = 0;
  let fields = 1;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\n' || letter === '\r') {
      length = 0;
      fields = 1;
    } else {
      length++;
      fields += letter === ';' || letter === '\t' || letter === ',' ? 1 : 0;
      if (length > longestRow || fields > mostFields) {
        return false;
      }
    }
  }
  return true;
}

// With a byte order mark and semicolons, which every spreadsheet opens by a double click; what a spreadsheet would run as a
// formula gets an apostrophe before it, which `read` takes away again. A number stays a number.
export function write(lines) {
  const rows = [['SKU', 'Quantity', 'Unit'], ...lines.map(line => [line.code, line.qty, line.unit ?? ''])];
  return `\uFEFF${rows.map(row => row.map(cell).join(';')).join('\r\n')}\r\n`;
}

// A cell that begins so, in half or full width. One that has apostrophes before it already gets another, so that it comes back as it was.
const formula = /^'*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|%]/;
const signed = /^[+-]?\d+([.,]\d+)*$/;

export function offer(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// What the file says that it is, else UTF-8, else what spreadsheets in the west save by default.
function decode(buffer) {
  const [first, second] = new Uint8Array(buffer.slice(0, 2));
  if ((first === 0xFF && second === 0xFE) || (first === 0xFE && second === 0xFF)) {
    return new TextDecoder(first === 0xFF ? 'utf-16le' : 'utf-16be').decode(buffer);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch {
    return new TextDecoder('windows-1252').decode(buffer);
  }
}

function cell(value) {
  const text = String(value ?? '').replace(/[\t\r\n\f\v]+/g, ' ').trim();
  const guarded = formula.test(text) && !signed.test(text) ? `'${text}` : text;
  return /[";,]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function unguarded(text) {
  return text.startsWith("'") && formula.test(text) ? text.slice(1) : text;
}
