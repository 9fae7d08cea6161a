import { bytes, count, exact, seconds } from './format.js';

/** A lag that nobody has to look at. */
const FINE_SECONDS = 5;
/** As the alert EtcdSyncerLagging has it. */
const BAD_SECONDS = 30;

/** @typedef {{ state: 'good' | 'warning' | 'bad', text: string, detail: string }} Verdict */
/** @typedef {import('../replicator/status.ts').Status} Status */

/**
 * What somebody who looks for one second has to know. Pure.
 * @param {Status} status
 * @returns {Verdict}
 */
export function verdictOf(status) {
  const { phase, lag, source, destination, auth_held, check, bootstrap } = status;
  if (phase === 'bootstrapping') return bootstrapping(bootstrap);
  if (phase === 'standby') return standby(status);
  if (phase !== 'replicating') {
    const state = phase === 'promoted' ? 'good' : 'warning';
    return { state, text: PHASE_TEXT[phase] ?? phase, detail: lastError(status) };
  }
  if (!source.peers.some(peer => peer.msgappStream)) {
    return {
      state: 'bad',
      text: 'No stream from the source: new entries do not arrive',
      detail: `What is known is ${behind(lag)}. ${lastError(status)}`,
    };
  }
  const isBad = lag.seconds > BAD_SECONDS;
  if (isBad || lag.seconds > FINE_SECONDS) {
    return {
      state: isBad ? 'bad' : 'warning',
      text: `The destination is ${seconds(lag.seconds)} behind the source`,
      detail: `${exact(lag.entries)} entries wait, ${bytes(lag.bytes)}. ${lastError(status)}`,
    };
  }
  const doubts = [
    ...(destination.consistent ? [] : ['a source transaction is only partly there']),
    ...(auth_held.length === 0 ? [] : [`${auth_held.length} changes of users and roles are held`]),
    ...(check === undefined || check.differences === 0
      ? []
      : [`the last check found ${exact(check.differences)} differences`]),
  ];
  return {
    state: doubts.length === 0 ? 'good' : 'warning',
    text:
      doubts.length === 0 ? 'The destination follows the source' : `It follows, but ${doubts[0]}`,
    detail: [`${capital(behind(lag))}.`, ...doubts.slice(1).map(each => `${capital(each)}.`)].join(
      ' ',
    ),
  };
}

/** @type {Record<string, string>} */
const PHASE_TEXT = {
  starting: 'Starting',
  seating: 'Looking for our seat in the source',
  'catching-up': 'Catching up with the source',
  promoting: 'Cutting over to the destination',
  promoted: 'The destination is promoted: replication has ended for good',
  draining: 'Stopping: what is under way is being confirmed',
  stopped: 'Stopped',
};

/**
 * @param {Status['bootstrap']} progress
 * @returns {Verdict}
 */
function bootstrapping(progress) {
  const text = 'A snapshot of the source is being brought to the destination';
  if (progress === undefined) return { state: 'warning', text, detail: '' };
  const { step, done, total, writes } = progress;
  const share = total > 0 ? ` of ${exact(total)} (${Math.floor((100 * done) / total)} %)` : '';
  return {
    state: 'warning',
    text,
    detail: `${capital(step)} ${exact(done)}${share}, ${exact(writes)} writes so far.`,
  };
}

/**
 * @param {Status} status
 * @returns {Verdict}
 */
function standby({ ha }) {
  const writer = ha?.writer;
  return writer === undefined
    ? { state: 'bad', text: 'Nobody writes to the destination', detail: 'This replica tries to.' }
    : {
        state: 'good',
        text: 'This replica stands by',
        detail: `${writer.name} writes: ${writer.url}`,
      };
}

/** @param {Status['lag']} lag */
function behind({ entries, seconds: age }) {
  if (entries === 0) return 'every entry known committed is confirmed';
  return `${count(entries)} ${entries === 1 ? 'entry is' : 'entries are'} on the way, the oldest for ${seconds(age)}`;
}

/** @param {Status} status */
function lastError({ last_errors }) {
  const error = last_errors.at(-1);
  return error === undefined ? '' : `Last error: ${error.code}.`;
}

/** @param {string} words */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
