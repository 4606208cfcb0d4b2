// Lines as files: a CSV that was saved somewhere becomes lines of the pad, and the pad becomes a CSV. Nothing of it leaves the browser.

import { parse } from './pasted-lines.js';

export const mostBytes = 1024 * 1024;
export const mostLines = 500;

// { lines, skipped, left } as read, or { tooLarge } for what is no list of lines: a file beyond a megabyte.
export async function read(file) {
  if (file.size > mostBytes) {
    return { tooLarge: true };
  }
  return limited(parse(decode(await file.arrayBuffer())));
}

// No more than an order can have; what is beyond is left out, and how much is said.
export function limited({ lines, skipped }) {
  return { lines: lines.slice(0, mostLines).map(line => ({ ...line, code: unguarded(line.code) })), skipped, left: Math.max(0, lines.length - mostLines) };
}

// With a byte order mark and semicolons, which every spreadsheet opens by a double click; a code that a spreadsheet would run as a
// formula gets an apostrophe before it, which `read` takes away again.
export function write(lines) {
  const rows = [['SKU', 'Quantity', 'Unit'], ...lines.map(line => [line.code, line.qty, line.unit ?? ''])];
  return `\uFEFF${rows.map(row => row.map(cell).join(';')).join('\r\n')}\r\n`;
}

export function offer(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// UTF-8, else what spreadsheets in the west save by default.
function decode(buffer) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch {
    return new TextDecoder('windows-1252').decode(buffer);
  }
}

function cell(value) {
  const text = String(value ?? '').replace(/[\r\n]+/g, ' ');
  const guarded = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[";,\t]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function unguarded(code) {
  return /^'[=+\-@\t]/.test(code) ? code.slice(1) : code;
}
