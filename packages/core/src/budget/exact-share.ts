/** Shares, compared without rounding: a value at the limit must pass. */

/** The most whole bytes that are at most `share` of `bytes`, the share taken as the decimal number it is written as. */
export function bytesOfShare(share: number, bytes: number): number {
  const { numerator, denominator } = decimal(share);
  return Number((BigInt(bytes) * numerator) / denominator);
}

/** The fewest whole bytes that are at least `share` of `bytes`. */
export function leastBytesOfShare(share: number, bytes: number): number {
  const { numerator, denominator } = decimal(share);
  return Number((BigInt(bytes) * numerator + denominator - 1n) / denominator);
}

/** 0.07 is 7 / 100, not the binary number that is nearest to it. */
function decimal(value: number): { readonly numerator: bigint; readonly denominator: bigint } {
  const [digits = "0", exponent = "0"] = value.toString().split("e");
  const [whole = "0", fraction = ""] = digits.split(".");
  const places = fraction.length - Number(exponent);
  const numerator = BigInt(whole + fraction);
  return places >= 0
    ? { numerator, denominator: 10n ** BigInt(places) }
    : { numerator: numerator * 10n ** BigInt(-places), denominator: 1n };
}
