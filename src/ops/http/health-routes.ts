import type { Metrics } from '../metrics.ts';
import { replyJson, replyText } from './reply.ts';
import type { Route } from './routes.ts';

export interface HealthSource {
  /** The answer of /status. */
  status(): unknown;
  /** Caught up once and still replicating. */
  ready(): boolean;
}

/** /livez, /readyz, /metrics and /status: open, they only read. */
export function healthRoutes(metrics: Metrics, health: HealthSource): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/livez',
      access: 'open',
      handle: (_, response) => replyText(response, 200, 'ok\n'),
    },
    {
      method: 'GET',
      path: '/readyz',
      access: 'open',
      handle: (_, response) => {
        const ready = health.ready();
        replyText(response, ready ? 200 : 503, ready ? 'ok\n' : 'not caught up\n');
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      access: 'open',
      handle: async (_, response) =>
        replyText(response, 200, await metrics.text(), metrics.contentType),
    },
    {
      method: 'GET',
      path: '/status',
      access: 'open',
      handle: (_, response) => replyJson(response, health.status()),
    },
  ];
}
