/**
 * Everything random in the benchmark images comes from here and from a seed, so that two machines
 * measure the same bytes.
 */

/**
 * @param {number} seed
 * @returns {() => number} uniform in [0, 1)
 */
export function prng(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Mixes two integers into one of 32 bits; the stateless sibling of `prng`.
 * @param {number} a
 * @param {number} b
 */
export function mix(a, b) {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Log-normal: half of the values are below `median`; `sigma` sets how long the tail is.
 * @param {() => number} random
 * @param {number} median
 * @param {number} sigma
 */
export function logNormal(random, median, sigma) {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

const SYLLABLES = (
  "ab ac ar ba be bo ca co cra da de dis do ed el en er ex fa fi fo ge gra ha he hy in io is ja ko la le li lo ma " +
  "me mi mo na ne no nu ob or pa pe pi po pro qua ra re ri ro sa se sh si so sta su ta te ti to tra ul un ur va ve vi wa xi yo ze"
).split(" ");

/** A fixed vocabulary of word-like names, all different. */
export const WORDS = makeWords(1500);

/** @param {number} count */
function makeWords(count) {
  const random = prng(20);
  /** @type {Set<string>} */
  const words = new Set();
  while (words.size < count) {
    let word = "";
    const parts = 2 + Math.floor(random() * 3);
    for (let i = 0; i < parts; i++) word += SYLLABLES[Math.floor(random() * SYLLABLES.length)];
    words.add(word);
  }
  return [...words];
}

/** @param {() => number} random */
export function word(random) {
  return WORDS[Math.floor(random() * WORDS.length)];
}

/**
 * @template T
 * @param {() => number} random
 * @param {readonly T[]} list
 * @returns {T}
 */
export function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}
