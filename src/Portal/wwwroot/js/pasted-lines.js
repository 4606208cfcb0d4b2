// Reads lines that were copied from a spreadsheet, a file or a mail: "code quantity [unit]", with tabs, semicolons, commas or blanks between.

const number = /^\d[\d.,]*$/;
const headings = /^(sku|item|article|artikel|part|product|code|qty|quantity|menge|anzahl|unit|pos|#)/i;

export function parse(text) {
  const rows = text.split(/\r\n|\r|\n/).filter(row => row.trim() !== '');
  const tabbed = rows.some(row => row.includes('\t'));
  const fields = rows.map(row => split(row, tabbed));
  let skipped = 0;
  if (fields.length > 1 && isHeading(fields[0])) {
    fields.shift();
    skipped = 1;
  }
  return { lines: fields.map(toLine), skipped };
}

function isHeading(row) {
  return row.length > 1 && row.every(field => field === '' || !number.test(field)) && row.some(field => headings.test(field));
}

function toLine(row) {
  let [code = '', qty = '', unit = ''] = row;
  if (number.test(code) && qty !== '' && !number.test(qty) && code.length <= 6) {
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
  const counted = /^\s*(\d{1,6})\s*[x×]?\s+(\S+)\s*$/.exec(row);
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
