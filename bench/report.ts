import { median } from './measure.ts';
import type { Sample, Scenario } from './types.ts';

/** Median, least and most of one figure over the rounds. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export type Summaries = Readonly<Record<string, Readonly<Record<string, Summary>>>>;

/** By variant and figure. */
export function summarise(samples: readonly Sample[]): Summaries {
  const variants = [...new Set(samples.map(({ variant }) => variant))];
  return Object.fromEntries(
    variants.map(variant => {
      const own = samples.filter(sample => sample.variant === variant);
      const names = [...new Set(own.flatMap(({ figures }) => Object.keys(figures)))];
      return [variant, Object.fromEntries(names.map(name => [name, summary(own, name)]))];
    }),
  );
}

/**
 * The ratio of two variants round by round, since what else runs on the machine hits neighbours alike. Rounds
 * that one of them lacks are left out.
 */
export function pairedRatios(samples: readonly Sample[], figure: string, of: string): Summaries {
  const base = new Map(
    samples.filter(({ variant }) => variant === of).map(sample => [sample.round, sample]),
  );
  const ratios = samples.flatMap(({ variant, round, figures }) => {
    const [own, other] = [figures[figure], base.get(round)?.figures[figure]];
    if (variant === of || own === undefined || other === undefined) return [];
    return [{ variant, round, figures: { [`${figure} / ${of}`]: own / other } }];
  });
  return summarise(ratios);
}

/** A table for people: variants as rows, `median (min-max)` as cells. */
export function table({ name, what, ratio }: Scenario, samples: readonly Sample[]): string {
  const summaries = summarise(samples);
  const ratios = ratio === undefined ? {} : pairedRatios(samples, ratio.figure, ratio.of);
  const variants = Object.keys(summaries);
  const rows = variants.map(variant => ({ ...summaries[variant], ...ratios[variant] }));
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const cells = [
    ['', ...columns],
    ...rows.map((row, i) => [variants[i] ?? '', ...columns.map(column => cell(row[column]))]),
  ];
  const widths = ['', ...columns].map((_, i) =>
    Math.max(...cells.map(line => line[i]?.length ?? 0)),
  );
  const lines = cells.map(line =>
    line
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${name}: ${what}\n${lines.join('\n')}\n`;
}

function summary(samples: readonly Sample[], name: string): Summary {
  const values = samples.flatMap(({ figures }) => figures[name] ?? []);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function cell(value: Summary | undefined): string {
  if (value === undefined) return '-';
  const text = short(value.median);
  return value.min === value.max ? text : `${text} (${short(value.min)}-${short(value.max)})`;
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
