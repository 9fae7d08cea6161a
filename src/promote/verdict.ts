import type { PromotionRequest, Remark, Standing, Verdict } from './types.ts';

/**
 * The highest revision that the source may have given out, as far as is known: each entry that was received
 * and is not known committed may have made one. Pure.
 */
export function highestRevision(standing: Standing): number {
  return standing.revision + unapplied(standing);
}

/**
 * Entries received that are not applied: those not known committed, since the source may never have acknowledged
 * them, and those of a source that was written to beyond the end.
 */
export function unapplied({ received, committed, endedAt }: Standing): number {
  return Math.max(0, received - (endedAt ?? committed));
}

/** Whether the destination can be cut over to, and what is to be known before. Pure. */
export function judge(standing: Standing, request: PromotionRequest): Verdict {
  const hindrances = hindrancesOf(standing, request);
  return {
    ready: hindrances.length === 0,
    hindrances,
    warnings: [
      ...startWarnings(standing),
      ...lossWarnings(standing, request),
      ...revisionWarnings(standing, request),
      ...heldWarnings(standing),
    ],
  };
}

function hindrancesOf(standing: Standing, request: PromotionRequest): Remark[] {
  const { isSourceAnswering, lateWrites, isWhole, bumpSeconds, differences } = standing;
  const found: Remark[] = [];
  if (!isWhole) {
    found.push({
      code: 'PROMOTE_INCONSISTENT',
      text: 'the destination stands at no single revision of the source: a snapshot or a large entry is only partly there',
    });
  }
  if (!isSourceAnswering && !request.acceptLoss) {
    found.push({
      code: 'PROMOTE_SOURCE_SILENT',
      text: 'the source does not say where it stands; if it is dead, run this with --accept-loss',
    });
  }
  if (lateWrites > 0 && !request.acceptLoss) {
    found.push({
      code: 'PROMOTE_SOURCE_WRITTEN',
      text: `the source was written to while it was looked at (${lateWrites} writes): stop its clients first`,
    });
  }
  if (differences !== undefined && differences > 0) {
    found.push({
      code: 'PROMOTE_DIFFERENT',
      text: `the comparison found ${differences} differences`,
    });
  }
  if (bumpSeconds !== undefined && bumpSeconds > request.bumpLimit) {
    found.push({
      code: 'PROMOTE_BUMP_TOO_FAR',
      text: `raising the revision would take some ${Math.ceil(bumpSeconds)} s, --bump-limit is ${request.bumpLimit} s`,
    });
  }
  return found;
}

function startWarnings({ isSourceAnswering, isWriting }: Standing): Remark[] {
  if (isWriting || !isSourceAnswering) return [];
  return [{ text: 'nobody replicates at the moment: the seat is taken, and caught up, first' }];
}

function lossWarnings(standing: Standing, { acceptLoss }: PromotionRequest): Remark[] {
  const { isSourceAnswering, lateWrites, silentMs, received, committed, endedAt } = standing;
  if (!acceptLoss) return [];
  const found: Remark[] = [];
  if (!isSourceAnswering) {
    const since =
      silentMs === undefined
        ? ''
        : `; nothing was heard of it for ${Math.round(silentMs / 1_000)} s`;
    found.push({ text: `what the source acknowledged and never sent here is lost${since}` });
  }
  if (lateWrites > 0) {
    found.push({ text: 'the source is still written to: what comes from now on is lost' });
  }
  const count = unapplied(standing);
  if (count > 0) {
    found.push({
      text: `entries ${(endedAt ?? committed) + 1} to ${received} were received and are not applied: nothing tells that the source acknowledged them, or they came after the end`,
    });
  }
  return found;
}

function revisionWarnings(standing: Standing, { bumpMargin }: PromotionRequest): Remark[] {
  const highest = highestRevision(standing);
  if (standing.destinationRevision > highest || bumpMargin !== undefined) return [];
  return [
    {
      text:
        `the destination's revision ${standing.destinationRevision} is not above ${highest}, the highest that the source may have given out: ` +
        'clients that hold revisions (watches, Kubernetes) must begin anew, or use --bump-revision',
    },
  ];
}

function heldWarnings({ held }: Standing): Remark[] {
  return held.map(({ code, what }) => ({ code, text: what }));
}
