// Reads lines that were copied from a spreadsheet, a file or a mail: "code quantity [unit]", with tabs, semicolons, commas or blanks between.

const number = /^\d[\d.,]*$/;
const codes = /^(sku|item|article|artikel|part|product|code)/i;
const headings = /^(sku|item|article|artikel|part|product|code|qty|quantity|menge|anzahl|unit|pos|#)/i;

// Takes the first `most` rows, with a heading one more; the others are only counted.
export function parse(text, most = Infinity) {
  const rows = [];
  let more = 0;
  for (const [row] of text.matchAll(/[^\r\n]+/g)) {
    if (row.trim() === '') {
      continue;
    }
    if (rows.length <= most) {
      rows.push(row);
    } else {
      more++;
    }
  }
  const tabbed = rows.some(row => row.includes('\t'));
  const fields = rows.map(row => split(row, tabbed));
  let skipped = 0;
  let codeFirst = false;
  if (fields.length > 1 && isHeading(fields[0])) {
    codeFirst = codes.test(fields.shift()[0]);
    skipped = 1;
  }
  more += Math.max(0, fields.length - most);
  return { lines: fields.slice(0, most).map(row => toLine(row, codeFirst)), skipped, more };
}

function isHeading(row) {
  return row.length > 1 && row.every(field => field === '' || !number.test(field)) && row.some(field => headings.test(field));
}

// A heading that says where the code is, is believed; without one, a number before something else is the quantity.
function toLine(row, codeFirst) {
  let [code = '', qty = '', unit = ''] = row;
  if (!codeFirst && number.test(code) && qty !== '' && !number.test(qty) && code.length <= 6) {
    [code, qty] = [qty, code];
  }
  return { code, qty, unit };
}

function split(row, tabbed) {
  if (tabbed) {
    return clean(row.split('\t'));
  }
  if (row.includes(';')) {
    return clean(quoted(row, ';'));
  }
  const words = /^\s*(\S+)\s+(\d[\d.,]*)(?:\s+([A-Za-z]{1,8}))?\s*$/.exec(row);
  if (words && !words[1].endsWith(',')) {
    return [words[1], words[2], words[3] ?? ''];
  }
  const counted = /^\s*(\d{1,6})(?:\s*[x×])?\s+(\S+)\s*$/.exec(row);
  if (counted) {
    return [counted[2], counted[1]];
  }
  return row.includes(',') ? clean(quoted(row, ',')) : [row.trim()];
}

function clean(fields) {
  return fields.map(field => field.trim().replace(/^"(.*)"$/s, '$1').replaceAll('""', '"').trim());
}

// A separator inside double quotes belongs to the field.
function quoted(row, separator) {
  const fields = [];
  let field = '';
  let inside = false;
  for (const letter of row) {
    if (letter === '"') {
      inside = !inside;
    }
    if (letter === separator && !inside) {
      fields.push(field);
      field = '';
    } else {
      field += letter;
    }
  }
  fields.push(field);
  return fields;
}
