// SHA-256 of a text, at once and in any page: the browser's own takes a promise, and is missing
// where a school serves the course over plain http. FIPS 180-4, section 6.2.

const SHA_PRIMES = [];
for (let n = 2; SHA_PRIMES.length < 64; n++) {
  if (SHA_PRIMES.every((prime) => n % prime)) SHA_PRIMES.push(n);
}
/** The first 32 bits of a number's fractional part. */
const fractionBits = (number) => ((number % 1) * 2 ** 32) | 0;
const SHA_ROUNDS = SHA_PRIMES.map((prime) => fractionBits(Math.cbrt(prime)));
const SHA_START = SHA_PRIMES.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)));

const turned = (word, by) => (word >>> by) | (word << (32 - by));

/**
 * @param {string} text
 * @returns {string} 64 hex digits
 */
export function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const hash = [...SHA_START];
  const words = new Int32Array(64);
  for (let start = 0; start < padded.length; start += 64) {
    for (let t = 0; t < 64; t++) words[t] = t < 16 ? view.getInt32(start + 4 * t) : nextWord(words, t);
    mixIn(hash, words);
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function nextWord(words, t) {
  const a = words[t - 15], b = words[t - 2];
  const sigma0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
  const sigma1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
  return (words[t - 16] + sigma0 + words[t - 7] + sigma1) | 0;
}

function mixIn(hash, words) {
  let [a, b, c, d, e, f, g, h] = hash;
  for (let t = 0; t < 64; t++) {
    const sum1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + SHA_ROUNDS[t] + words[t]) | 0;
    const sum0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (hash[i] = (hash[i] + word) | 0));
}
