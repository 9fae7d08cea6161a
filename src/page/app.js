import { Chart } from './chart.js';
import { ago, bytes, bytesParts, count, exact, seconds, secondsParts } from './format.js';
import { verdictOf } from './verdict.js';

const STATUS_MS = 2_000;
const HISTORY_MS = 5_000;
const TIMEOUT_MS = 5_000;
const HOUR = 3_600;
const SHOWN_ERRORS = 10;

/** @typedef {import('../replicator/status.ts').Status} Status */
/** @typedef {import('../replicator/history.ts').HistoryAnswer} HistoryAnswer */

const perSecond =
  (/** @type {(value: number) => string} */ format) => (/** @type {number} */ value) =>
    `${format(value)}/s`;

const charts = [
  new Chart(byId('chart-lag'), {
    title: 'Lag',
    series: [{ name: 'lag_seconds', label: 'behind' }],
    format: seconds,
    units: [1, 60, 3_600, 86_400],
  }),
  new Chart(byId('chart-entries'), {
    title: 'Entries confirmed',
    series: [{ name: 'entries_per_second', label: 'entries' }],
    format: perSecond(count),
  }),
  new Chart(byId('chart-bytes'), {
    title: 'Bytes',
    series: [
      { name: 'received_bytes_per_second', label: 'received' },
      { name: 'bytes_per_second', label: 'sent on' },
    ],
    format: perSecond(bytes),
    units: [1, 1024, 1024 ** 2, 1024 ** 3, 1024 ** 4],
  }),
];

/** @type {import('./chart.js').Point[]} */
let points = [];
let answeredMs = Date.now();

void repeat(showStatus, STATUS_MS);
void repeat(showHistory, HISTORY_MS);

/**
 * A page that nobody looks at asks nothing.
 * @param {() => Promise<void>} work
 * @param {number} everyMs
 */
async function repeat(work, everyMs) {
  for (;;) {
    if (!document.hidden) await work();
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}

async function showStatus() {
  const notice = byId('unreachable');
  try {
    render(/** @type {Status} */ (await ask('/status')));
    answeredMs = Date.now();
    notice.hidden = true;
  } catch (error) {
    const since = new Date(answeredMs).toLocaleTimeString();
    notice.textContent = `No answer from etcd-syncer since ${since} (${error instanceof Error ? error.message : error}). What is shown is from then.`;
    notice.hidden = false;
  }
}

async function showHistory() {
  try {
    const since = points.at(-1)?.at ?? 0;
    const answer = /** @type {HistoryAnswer} */ (await ask(`/v1/history?since=${since}`));
    const fresh = answer.points;
    const end = Math.max(fresh.at(-1)?.at ?? since, Date.now() / 1_000);
    points = [...points, ...fresh].filter(({ at }) => at > end - HOUR);
    for (const chart of charts) chart.draw(points, end, answer.interval_seconds);
  } catch {
    // The notice of showStatus says that nobody answers.
  }
}

/** @param {string} path */
async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return await response.json();
}

/** @param {Status} status */
function render(status) {
  const { source, destination, lag, positions, throughput } = status;
  const verdict = verdictOf(status);
  byId('verdict').dataset.state = verdict.state;
  put('verdict-text', verdict.text);
  put('verdict-detail', verdict.detail);
  byId('phase').dataset.state = verdict.state;
  put('phase', status.phase);
  put(
    'route',
    source.cluster_id === '0' ? '' : `cluster ${source.cluster_id} → ${destination.endpoint}`,
  );
  document.title = `${verdict.state === 'good' ? '' : '! '}${seconds(lag.seconds)} behind · etcd-syncer`;

  figure('lag-seconds', ...secondsParts(lag.seconds));
  figure('lag-entries', count(lag.entries), 'entries');
  put('lag-bytes', bytes(lag.bytes));
  figure('rate-entries', count(throughput.entries_per_second), 'entries/s');
  const [amount, unit] = bytesParts(throughput.bytes_per_second);
  put('rate-bytes', `${amount} ${unit}/s, over ten seconds`);
  figure('confirmed', exact(positions.confirmed), '');
  put('revision', `source revision ${exact(positions.source_revision)}`);

  renderPositions(status);
  renderSource(status);
  renderDestination(status);
  renderLists(status);
  put('about', `version ${status.version}, up ${seconds(status.uptime_seconds)}`);
}

/** @param {Status} status */
function renderPositions({ positions }) {
  const { received, committed, durable, resolved, confirmed, checkpoint } = positions;
  /** @type {[string, string, number, number][]} name, meaning, index, what it is to reach */
  const rows = [
    ['received', 'read from the source', received, received],
    ['committed', "by the source's quorum", committed, committed],
    ['durable', 'on our disk', durable, received],
    ['resolved', 'outcome known', resolved, committed],
    ['confirmed', 'at destination', confirmed, committed],
    ['checkpoint', 'kept there', checkpoint, 0],
  ];
  byId('positions').replaceChildren(
    ...rows.map(([name, meaning, index, goal]) => {
      const label = node('span', '', name, node('small', '', meaning));
      const behind = goal > index ? node('small', 'behind', `−${count(goal - index)}`) : '';
      return node('li', '', label, node('span', '', exact(index), behind));
    }),
  );
}

/** @param {Status} status */
function renderSource({ source }) {
  list('source', [
    ['cluster', source.cluster_id],
    ['our seat', source.member_id],
    ['leader', source.leader === '0' ? 'none known' : source.leader],
    ['term', exact(source.term)],
  ]);
  byId('peers').replaceChildren(
    ...source.peers.map(peer => {
      const isUp = peer.msgappStream || peer.messageStream;
      const facts = isUp
        ? `${peer.version ?? 'version unknown'}, streams up`
        : `down: ${peer.lastError ?? 'not dialed yet'}`;
      const item = node('li', '', peer.url, node('small', '', `${peer.id}, ${facts}`));
      item.dataset.state = isUp ? 'good' : 'bad';
      return item;
    }),
  );
}

/** @param {Status} status */
function renderDestination({ destination, log_bytes, check, ha, publish }) {
  list('destination', [
    ['endpoint', destination.endpoint || 'none yet'],
    ...writerRows(ha),
    ['leases kept alive', exact(destination.leases)],
    ['transactions', exact(destination.batches)],
    ['operations in them', exact(destination.operations)],
    ['retries', exact(destination.retries)],
    ['guard failures', exact(destination.guard_failures)],
    ['local log', bytes(log_bytes)],
    ...checkRows(check),
    .../** @type {[string, string][]} */ (publish === undefined ? [] : [['name', publish.state]]),
  ]);
}

/**
 * @param {Status['ha']} ha
 * @returns {[string, string][]}
 */
function writerRows(ha) {
  if (ha === undefined) return [];
  const writer = ha.writer?.name ?? 'nobody, as far as is known';
  return [
    ['this replica', `${ha.replica}, ${ha.role}`],
    ['writer', writer],
  ];
}

/**
 * @param {Status['check']} check
 * @returns {[string, string][]}
 */
function checkRows(check) {
  if (check === undefined) return [['last check', 'none yet']];
  const found = check.differences === 0 ? 'nothing' : `${exact(check.differences)} differences`;
  return [
    ['last check', ago((Date.now() - Date.parse(check.at)) / 1_000)],
    ['it found', `${found} in ${count(check.keys)} keys`],
  ];
}

/** @param {Status} status */
function renderLists({ last_errors, auth_held }) {
  const errors = last_errors.slice(-SHOWN_ERRORS).toReversed();
  byId('errors').replaceChildren(
    ...errors.map(error => line(error.at, error.code, error.message, 'bad')),
    ...(errors.length === 0 ? [node('li', 'none', 'None.')] : []),
  );
  byId('held-panel').hidden = auth_held.length === 0;
  byId('held').replaceChildren(
    ...auth_held.map(held =>
      line(held.since, held.code, `${held.subject}: ${held.what}`, 'warning'),
    ),
  );
}

/**
 * @param {string} at
 * @param {string} code
 * @param {string} words
 * @param {string} state
 */
function line(at, code, words, state) {
  const time = /** @type {HTMLTimeElement} */ (node('time', '', new Date(at).toLocaleString()));
  time.dateTime = at;
  const name = node('code', '', code);
  name.title = `etcd-syncer explain ${code}`;
  const item = node('li', '', time, name, node('span', 'text', words));
  item.dataset.state = state;
  return item;
}

/**
 * @param {string} id
 * @param {[string, string][]} rows
 */
function list(id, rows) {
  byId(id).replaceChildren(
    ...rows.flatMap(([name, value]) => [node('dt', '', name), node('dd', '', value)]),
  );
}

/**
 * @param {string} id
 * @param {string} value
 * @param {string} unit
 */
function figure(id, value, unit) {
  byId(id).replaceChildren(value, ...(unit === '' ? [] : [node('small', '', unit)]));
}

/**
 * @param {string} id
 * @param {string} words
 */
function put(id, words) {
  const target = byId(id);
  // What has not changed is not read out again.
  if (target.textContent !== words) target.textContent = words;
}

/**
 * An element. What comes from elsewhere only ever becomes text.
 * @param {string} name
 * @param {string} className
 * @param {...(string | Node)} content
 */
function node(name, className, ...content) {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
