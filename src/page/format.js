/** How numbers are written for people. All of it is pure. */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/**
 * Three digits and a unit: [1.23, 'MiB'].
 * @param {number} value
 * @param {number} base
 * @param {readonly string[]} units
 * @returns {[string, string]}
 */
function scaled(value, base, units) {
  let rest = value;
  let unit = 0;
  while (rest >= base * 0.9995 && unit < units.length - 1) {
    rest /= base;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
  return [rest.toFixed(digits), units[unit] ?? ''];
}

/**
 * @param {number} value
 * @returns {[string, string]}
 */
export function bytesParts(value) {
  return scaled(value, 1024, BYTE_UNITS);
}

/** @param {number} value */
export function bytes(value) {
  return bytesParts(value).join(' ');
}

/**
 * Whole below ten thousand, then 12.3k.
 * @param {number} value
 */
export function count(value) {
  if (Math.abs(value) < 9_999.5) {
    return value !== 0 && Math.abs(value) < 9.95 && !Number.isInteger(value)
      ? value.toFixed(1)
      : Math.round(value).toLocaleString('en-US');
  }
  return scaled(value, 1000, COUNT_UNITS).join('');
}

/**
 * All digits, in groups.
 * @param {number} value
 */
export function exact(value) {
  return value.toLocaleString('en-US');
}

/**
 * @param {number} value
 * @returns {[string, string]}
 */
export function secondsParts(value) {
  if (value === 0) return ['0', 's'];
  if (value < 0.9995) return [(value * 1000).toFixed(value < 0.00995 ? 1 : 0), 'ms'];
  if (value < 99.95) return [value.toFixed(value < 9.995 ? 2 : 1), 's'];
  if (value < 5_940) return [(value / 60).toFixed(1), 'min'];
  if (value < 356_400) return [(value / 3_600).toFixed(1), 'h'];
  return [(value / 86_400).toFixed(1), 'days'];
}

/** @param {number} value */
export function seconds(value) {
  return secondsParts(value).join(' ');
}

/**
 * "3 min ago", for a time in the past.
 * @param {number} pastSeconds
 */
export function ago(pastSeconds) {
  if (pastSeconds < 2) return 'just now';
  const [value, unit] = secondsParts(Math.round(pastSeconds));
  return `${Math.round(Number(value))} ${unit} ago`;
}
