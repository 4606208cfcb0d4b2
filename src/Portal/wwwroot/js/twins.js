// The same product on more than one line of the pad. It may be meant so: it is told, and made one only when the buyer says so. Lines for two
// days, addresses or promise dates were divided on purpose, and are not told.

const plain = /^\d{1,9}(?:[.,]\d{1,6})?$/;
// One separator before three digits is a thousand to some and a fraction to others: nobody adds that up.
const ambiguous = /^[1-9]\d{0,2}[.,]\d{3}$/;

// By the id of each later line, the first one with the same product and unit, that is wanted on the same day and goes the same way.
export function find(lines) {
  const first = new Map();
  const twins = new Map();
  for (const line of lines) {
    if (!line.sku) {
      continue;
    }
    const key = [line.sku, line.unit, line.on, line.to, line.wave].map(said => said ?? '').join('\n');
    if (first.has(key)) {
      twins.set(line.id, first.get(key));
    } else {
      first.set(key, line);
    }
  }
  return twins;
}

// Both quantities in one, as it would be typed; null where one of them is not plainly a number.
export function together(one, other) {
  const numbers = [one, other].map(text => String(text ?? '').trim());
  if (numbers.some(text => !plain.test(text) || ambiguous.test(text))) {
    return null;
  }
  const decimals = Math.max(...numbers.map(text => /[.,](\d+)$/.exec(text)?.[1].length ?? 0));
  const digits = numbers.map(text => {
    const [whole, rest = ''] = text.split(/[.,]/);
    return BigInt(whole + rest.padEnd(decimals, '0'));
  });
  const sum = (digits[0] + digits[1]).toString().padStart(decimals + 1, '0');
  const mark = numbers.some(text => text.includes(',')) ? ',' : '.';
  const text = decimals === 0 ? sum : `${sum.slice(0, -decimals)}${mark}${sum.slice(-decimals)}`;
  return ambiguous.test(text) ? `${text}0` : text;
}
