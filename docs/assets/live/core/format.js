/**
 * How a number becomes the text that people read: macros/units/display.py once more, for the browser.
 * Digits are handled as decimal strings, so that rounding is exact and ties go away from zero.
 */
import { ASKED_SCALES, CLOSE_UP, DIGITS, SCALES, THIN_SPACE } from "../law.js";

/**
 * A number as `digits` × 10^`exponent`; the digits end in no zero, and zero is "0".
 * @typedef {{ digits: string, exponent: number }} Decimal
 */

/** @typedef {[symbol: string, ten: number, two: number]} Scale factor = 10^ten × 2^two */

const CLOSE = new Set(CLOSE_UP);
const COUNTED = new Set(["bytes", "bits", "tokens"]);

/** @type {(digits: string, exponent: number) => Decimal} */
function decimal(digits, exponent) {
  const kept = digits.replace(/0+$/, "");
  return kept ? { digits: kept, exponent: exponent + digits.length - kept.length } : { digits: "0", exponent: 0 };
}

/** The shortest decimal that reads back as the same number. @type {(value: number) => Decimal} */
function decimalOf(value) {
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  return decimal(digits, Number(exponent) - digits.length + 1);
}

/** @type {(number: Decimal, scale: Scale) => Decimal} */
function divide({ digits, exponent }, [, ten, two]) {
  if (!two) return { digits, exponent: digits === "0" ? 0 : exponent - ten };
  // n ÷ 2^k = n × 5^k ÷ 10^k
  return decimal(String(BigInt(digits) * 5n ** BigInt(two)), exponent - ten - two);
}

/** Exact numbers stay as they are; a rounded one keeps all its digits, zeros too. @type {(number: Decimal, digits: number) => Decimal} */
function round(number, digits) {
  const excess = number.digits.length - digits;
  if (excess <= 0) return number;
  const kept = number.digits.slice(0, digits);
  const exponent = number.exponent + excess;
  if (number.digits[digits] < "5") return { digits: kept, exponent };
  const up = String(BigInt(kept) + 1n);
  return up.length > digits ? { digits: up.slice(0, digits), exponent: exponent + 1 } : { digits: up, exponent };
}

/** Plain notation, grouped by commas. @type {(number: Decimal) => string} */
function plain({ digits, exponent }) {
  const point = digits.length + exponent;
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const fraction = exponent < 0 ? digits.slice(Math.max(point, 0)).padStart(-exponent, "0") : "";
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction && `.${fraction}`);
}

/** @type {(number: Decimal, unit: string, digits: number) => Scale} */
function pick(number, unit, digits) {
  const scales = SCALES[unit];
  const rounded = round(number, digits);
  const magnitude = rounded.digits.length + rounded.exponent - 1;
  const fitting = rounded.digits === "0" ? undefined : scales.find(([, ten]) => magnitude >= ten);
  return fitting ?? scales[scales.length - 1];
}

/** @type {(unit: string, symbol: string) => Scale | undefined} */
export function scaleOf(unit, symbol) {
  return [...SCALES[unit], ...(ASKED_SCALES[unit] ?? [])].find(([name]) => name === symbol);
}

/**
 * The text of a value given in an SI unit: `show(0.0421, "s")` is "42.1 ms".
 * @param {number} value
 * @param {string} unit
 * @param {number} [digits] significant digits
 * @param {string} [symbol] the scale to use instead of the one that fits best
 */
export function show(value, unit, digits = DIGITS, symbol = "") {
  if (!Number.isFinite(value)) return "unknown";
  const exact = decimalOf(value);
  const scale = (symbol && scaleOf(unit, symbol)) || pick(exact, unit, digits);
  const text = (value < 0 ? "−" : "") + plain(round(divide(exact, scale), digits));
  const name = text === "1" && COUNTED.has(scale[0]) ? scale[0].slice(0, -1) : scale[0];
  return text + (CLOSE.has(scale[0]) ? "" : THIN_SPACE) + name;
}

/** A float as Python's `repr` writes it, which is how the build fills `value`. @type {(value: number) => string} */
export function pyRepr(value) {
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "inf").toLowerCase();
  const [mantissa, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent > 15) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}
