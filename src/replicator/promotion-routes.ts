import { z } from 'zod';
import { RequestError, readJson, replyJson } from '../ops/http/reply.ts';
import type { Route } from '../ops/http/routes.ts';
import type { PromotionRequest } from '../promote/types.ts';
import type { Promotions } from './promotions.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The body of POST /v1/promote. */
const body = z.strictObject({
  dry_run: z.boolean().default(false),
  accept_loss: z.boolean().default(false),
  check: z.boolean().default(false),
  /** Absent: the revision is left as it is. */
  bump_margin: count.optional(),
  bump_limit: count.default(60),
  lease_grace: count.default(0),
});

/** POST /v1/promote begins a promotion, or joins the one under way; how far it is stands in /status. */
export function promotionRoutes(promotions: Pick<Promotions, 'begin'>): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/promote',
      access: 'operator',
      handle: async (request, response) => {
        const parsed = body.safeParse(await readJson(request));
        if (!parsed.success) throw new RequestError(400, z.prettifyError(parsed.error));
        const { dry_run, accept_loss, check, bump_margin, bump_limit, lease_grace } = parsed.data;
        const promotion = promotions.begin({
          dryRun: dry_run,
          acceptLoss: accept_loss,
          check,
          bumpMargin: bump_margin,
          bumpLimit: bump_limit,
          leaseGrace: lease_grace,
        });
        replyJson(response, promotion ?? {}, 202);
      },
    },
  ];
}

/** What that route takes. */
export function promotionBody(request: PromotionRequest): z.input<typeof body> {
  return {
    dry_run: request.dryRun,
    accept_loss: request.acceptLoss,
    check: request.check,
    ...(request.bumpMargin === undefined ? {} : { bump_margin: request.bumpMargin }),
    bump_limit: request.bumpLimit,
    lease_grace: request.leaseGrace,
  };
}
