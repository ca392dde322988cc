// Numbers as Python writes them, and as people type them.

/**
 * The first digits of a positive number, rounded exactly, ties to even (`toFixed` and
 * `toPrecision` round them up), and the power of ten of the first digit.
 */
function leadingDigits(number, count) {
  const [mantissa, power] = number.toExponential(100).split("e");
  const all = mantissa.replace(".", "");
  if (count < 0) return { digits: "", power: Number(power) };
  const kept = all.slice(0, count), rest = all.slice(count);
  const half = `5${"0".repeat(rest.length - 1)}`;
  const odd = Number(kept.at(-1) ?? 0) % 2 === 1;
  if (rest < half || (rest === half && !odd)) return { digits: kept, power: Number(power) };
  const raised = String(BigInt(kept || "0") + 1n);
  return raised.length > count
    ? { digits: raised, power: Number(power) + 1 }
    : { digits: raised.padStart(count, "0"), power: Number(power) };
}

/** Python's f"{number:.{places}f}". */
export function fixed(number, places) {
  if (!Number.isFinite(number)) return notFinite(number);
  const minus = number < 0 || Object.is(number, -0) ? "-" : "";
  let whole = "0";
  if (Math.abs(number) >= 2 ** 53) {
    whole = BigInt(Math.abs(number)) + "0".repeat(places);
  } else if (number) {
    const before = Number(Math.abs(number).toExponential(100).split("e")[1]);
    whole = leadingDigits(Math.abs(number), before + 1 + places).digits || "0";
  }
  const text = whole.padStart(places + 1, "0");
  return minus + (places ? `${text.slice(0, -places)}.${text.slice(-places)}` : text);
}

/** Python's f"{number:.{count}g}". */
export function general(number, count) {
  if (!Number.isFinite(number)) return notFinite(number);
  const minus = number < 0 || Object.is(number, -0) ? "-" : "";
  if (!number) return `${minus}0`;
  const { digits: long, power } = leadingDigits(Math.abs(number), count);
  const digits = long.slice(0, count);
  const trimmed = digits.replace(/0+$/, "");
  if (power < -4 || power >= count) {
    const mantissa = trimmed.length > 1 ? `${trimmed[0]}.${trimmed.slice(1)}` : trimmed;
    return `${minus}${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  if (power < 0) return `${minus}0.${"0".repeat(-power - 1)}${trimmed}`;
  const after = digits.slice(power + 1).replace(/0+$/, "");
  return minus + digits.slice(0, power + 1) + (after ? `.${after}` : "");
}

const notFinite = (number) => (Number.isNaN(number) ? "nan" : number < 0 ? "-inf" : "inf");

/** Thousands set apart by commas. */
const grouped = (text) => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/** Three significant digits, without an exponent where none is needed. */
export function shortNumber(number) {
  if (Number.isInteger(number) && Math.abs(number) < 1e15) return grouped(String(number || 0));
  const size = Math.abs(number);
  if (size >= 1e-4 && size < 1e6) return grouped(general(Number(general(number, 3)), 10));
  return general(number, 3);
}

/** The sum as NumPy adds it up, to the last bit. */
export function pairwiseSum(values) {
  const n = values.length;
  if (n > 128) {
    const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
    return pairwiseSum(values.slice(0, half)) + pairwiseSum(values.slice(half));
  }
  if (n < 8) return values.reduce((sum, value) => sum + value, 0);
  const sums = values.slice(0, 8);
  let i = 8;
  for (; i < n - (n % 8); i += 8) for (let k = 0; k < 8; k++) sums[k] += values[i + k];
  const [a, b, c, d, e, f, g, h] = sums;
  let total = a + b + (c + d) + (e + f + (g + h));
  for (; i < n; i++) total += values[i];
  return total;
}

export const mean = (values) => pairwiseSum(values) / values.length;

/** What Python takes for white space. */
const TYPED_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
const PYTHON_FLOAT = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;

/**
 * The number that a person typed; null if it is none.
 * @param {string} text also with a decimal comma, thousands, a fraction "1/20", or a percent sign
 * @param {boolean} percent the number is asked for in percent: "5 %" means 5 and not 0.05
 */
export function numberTyped(text, percent = false) {
  if (typeof text === "number") text = String(text);
  if (typeof text !== "string") return null;
  let typed = text.replace(TYPED_SPACE, "").replace(/−/g, "-");
  const scale = typed.endsWith("%") && !percent ? 0.01 : 1;
  typed = typed.replace(/%+$/, "");
  const thousands = /^[+-]?[1-9]\p{Nd}{0,2},\p{Nd}{3}$/u;
  if (/^[^,.]*,\p{Nd}*$/u.test(typed) && !thousands.test(typed)) typed = typed.replace(/,/g, ".");
  typed = asciiDigits(typed).replace(/(\d),(?=\d{3}(?!\d))/g, "$1");
  const slash = typed.indexOf("/");
  const above = floatOf(slash < 0 ? typed : typed.slice(0, slash));
  const below = slash < 0 || slash === typed.length - 1 ? 1 : floatOf(typed.slice(slash + 1));
  const number = below === 0 ? NaN : (scale * above) / below;
  return Math.abs(number) < 1e300 ? number : null;
}

const floatOf = (text) => (PYTHON_FLOAT.test(text) ? Number(text.replace(/_/g, "")) : NaN);

/** Digits of all scripts as 0 to 9. In Unicode each ten stand together, in order. */
function asciiDigits(text) {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0);
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String((code - zero) % 10);
  });
}
