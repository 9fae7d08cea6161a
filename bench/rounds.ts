import type { Figures, ScenarioOptions } from './types.ts';

/** Runs each wanted variant once a round, so that neighbours meet the same machine. */
export async function rounds(
  options: ScenarioOptions,
  variants: Readonly<Record<string, () => Promise<Figures>>>,
): Promise<void> {
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [variant, run] of Object.entries(variants)) {
      if (options.variants?.includes(variant) === false) continue;
      options.progress(`round ${round}: ${variant}`);
      options.record({ variant, round, figures: await run() });
    }
  }
}
