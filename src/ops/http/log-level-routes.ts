import type { Logger } from '../logger.ts';
import { RequestError, readJson, replyJson } from './reply.ts';
import type { Route } from './routes.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

const PATH = '/v1/log-level';
const MAX_BYTES = 1_024;

/** Shows the level of the log, `{level}`, and for operators changes it. It lasts until the process ends. */
export function logLevelRoutes(logger: Logger): readonly Route[] {
  return [
    {
      method: 'GET',
      path: PATH,
      access: 'open',
      handle: (_, response) => replyJson(response, { level: logger.level }),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'operator',
      handle: async (request, response) => {
        const level = levelOf(await readJson(request, MAX_BYTES));
        const before = logger.level;
        logger.level = level;
        logger.warn({ before, level }, 'an operator changed the level of the log');
        replyJson(response, { level });
      },
    },
  ];
}

function levelOf(body: unknown): string {
  const given = typeof body === 'object' && body !== null && 'level' in body ? body.level : '';
  const level = LOG_LEVELS.find(each => each === given);
  if (level !== undefined) return level;
  throw new RequestError(400, `level must be one of ${LOG_LEVELS.join(', ')}`);
}
