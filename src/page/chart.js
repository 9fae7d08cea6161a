import { nearest, runs, ticks } from './scale.js';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 190;
/** Before the page is laid out. */
const FIRST_WIDTH = 360;
const EDGE = { left: 74, right: 10, top: 8, bottom: 22 };
const HOUR = 3_600;
const QUARTER = 900;
/** Points that are missing for longer than this leave a hole. */
const GAP_INTERVALS = 3;

/**
 * @typedef {import('../replicator/history.ts').Point} Point
 * @typedef {{ title: string, series: { name: keyof Point, label: string }[], format: (value: number) => string, units?: readonly number[] }} Options
 */

/** A chart of the last hour. Pointer and arrow keys read it; its label says it in words. */
export class Chart {
  /** @type {Options} */
  #options;
  #figure;
  #svg = element('svg', { height: HEIGHT, role: 'img', tabindex: '0' });
  #width = FIRST_WIDTH;
  /** @type {HTMLElement[]} */
  #readings = [];
  /** @type {Point[]} */
  #points = [];
  #end = 0;
  #max = 1;
  #interval = 5;
  /** @type {number | undefined} Time that is read; undefined = the newest. */
  #cursor;

  /**
   * @param {HTMLElement} figure
   * @param {Options} options
   */
  constructor(figure, options) {
    this.#figure = figure;
    this.#options = options;
    const caption = document.createElement('figcaption');
    const title = document.createElement('h3');
    title.textContent = options.title;
    caption.append(title);
    this.#readings = options.series.map((_, i) => {
      const reading = document.createElement('span');
      reading.className = `now key series-${i}`;
      caption.append(reading);
      return reading;
    });
    this.#figure.append(caption, this.#svg);
    // Drawn in pixels of the page, so that its text has the size of all text.
    new ResizeObserver(([entry]) => {
      this.#width = Math.max(200, entry?.contentRect.width ?? FIRST_WIDTH);
      this.#render();
    }).observe(this.#svg);
    this.#svg.addEventListener('pointermove', event => this.#point(event));
    this.#svg.addEventListener('pointerleave', () => this.#read(undefined));
    this.#svg.addEventListener('blur', () => this.#read(undefined));
    this.#svg.addEventListener('keydown', event => this.#step(event));
  }

  /**
   * @param {readonly Point[]} points oldest first
   * @param {number} end Unix time at the right edge
   * @param {number} interval seconds between two points
   */
  draw(points, end, interval) {
    this.#points = points.filter(({ at }) => at > end - HOUR && at <= end + interval);
    this.#end = end;
    this.#interval = interval;
    this.#render();
  }

  #render() {
    const { series, format, units } = this.#options;
    const values = this.#points.flatMap(point => series.map(({ name }) => point[name] ?? 0));
    const marks = ticks(Math.max(0, ...values), units);
    this.#max = marks.at(-1) ?? 1;
    const parts = marks.flatMap(value => this.#line(value, format(value)));
    for (
      let at = Math.ceil((this.#end - HOUR) / QUARTER) * QUARTER;
      at <= this.#end;
      at += QUARTER
    ) {
      const x = this.#x(at);
      if (x > EDGE.left + 14 && x < this.#width - EDGE.right - 14) {
        parts.push(text(x, HEIGHT - 6, 'middle', clock(at, false)));
      }
    }
    series.forEach(({ name }, i) => {
      parts.push(...this.#curve(name, i));
    });
    this.#svg.replaceChildren(...parts, ...this.#cursorParts());
    this.#tell();
  }

  /**
   * @param {number} value
   * @param {string} label
   */
  #line(value, label) {
    const y = this.#y(value);
    const line = element('line', {
      class: 'grid',
      x1: EDGE.left,
      x2: this.#width - EDGE.right,
      y1: y,
      y2: y,
    });
    return [line, text(EDGE.left - 8, y + 4, 'end', label.replace(/\.0+(?=\D|$)/, ''))];
  }

  /**
   * @param {keyof Point} name
   * @param {number} number
   */
  #curve(name, number) {
    return runs(this.#points, GAP_INTERVALS * this.#interval).flatMap(run => {
      const at = run.map(point => `${this.#x(point.at)},${this.#y(point[name] ?? 0)}`);
      const [first, last] = [run[0], run.at(-1)];
      if (first === undefined || last === undefined) return [];
      const ground = this.#y(0);
      const area = `M${this.#x(first.at)},${ground}L${at.join('L')}L${this.#x(last.at)},${ground}Z`;
      const curve = element('path', { class: `curve series-${number}`, d: `M${at.join('L')}` });
      // Areas that lie over each other could not be told apart.
      if (this.#options.series.length > 1) return [curve];
      return [element('path', { class: `area series-${number}`, d: area }), curve];
    });
  }

  #cursorParts() {
    const point = this.#cursor === undefined ? undefined : nearest(this.#points, this.#cursor);
    if (point === undefined) return [];
    const x = this.#x(point.at);
    const line = { class: 'cursor', x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom };
    const dots = this.#options.series.map(({ name }, i) =>
      element('circle', { class: `dot series-${i}`, cx: x, cy: this.#y(point[name] ?? 0), r: 3.5 }),
    );
    return [element('line', line), ...dots];
  }

  /** Says what is read, in the caption, and the whole in words for who can not see it. */
  #tell() {
    const { series, format, title } = this.#options;
    const read =
      this.#cursor === undefined ? this.#points.at(-1) : nearest(this.#points, this.#cursor);
    const when =
      this.#cursor === undefined || read === undefined ? '' : `, ${clock(read.at, true)}`;
    const words = series.map(({ name, label }, i) => {
      const now = read === undefined ? 'nothing yet' : format(read[name] ?? 0);
      const reading = this.#readings[i];
      if (reading !== undefined) reading.textContent = `${label} ${now}${i === 0 ? when : ''}`;
      const highest = Math.max(0, ...this.#points.map(point => point[name] ?? 0));
      return `${label} ${now}, at most ${format(highest)} in the last hour`;
    });
    this.#svg.setAttribute(
      'aria-label',
      `${title}: ${words.join('; ')}. Arrow keys read single points.`,
    );
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { left, width } = this.#svg.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * this.#width;
    this.#read(
      this.#end - HOUR + ((x - EDGE.left) / (this.#width - EDGE.left - EDGE.right)) * HOUR,
    );
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const last = this.#points.at(-1)?.at ?? this.#end;
    const from = this.#cursor ?? last;
    const far = event.shiftKey ? 12 : 1;
    if (event.key === 'ArrowLeft') this.#read(from - far * this.#interval);
    else if (event.key === 'ArrowRight') this.#read(Math.min(last, from + far * this.#interval));
    else if (event.key === 'Escape') this.#read(undefined);
    else return;
    event.preventDefault();
  }

  /** @param {number | undefined} at */
  #read(at) {
    this.#cursor = at;
    this.#render();
  }

  /** @param {number} at */
  #x(at) {
    const share = 1 - (this.#end - at) / HOUR;
    return round(
      EDGE.left + Math.min(1, Math.max(0, share)) * (this.#width - EDGE.left - EDGE.right),
    );
  }

  /** @param {number} value */
  #y(value) {
    const height = HEIGHT - EDGE.top - EDGE.bottom;
    return round(EDGE.top + (1 - value / this.#max) * height);
  }
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
function element(name, attributes) {
  const made = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} anchor
 * @param {string} content
 */
function text(x, y, anchor, content) {
  const made = element('text', { x, y, 'text-anchor': anchor });
  made.textContent = content;
  return made;
}

/**
 * @param {number} at
 * @param {boolean} withSeconds
 */
function clock(at, withSeconds) {
  return new Date(at * 1_000).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds ? { second: '2-digit' } : {}),
  });
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
