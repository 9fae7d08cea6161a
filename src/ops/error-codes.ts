import type { ErrorDescription } from './errors.ts';

/**
 * The catalogue: every error that an operator can meet. `docs/errors.md` and `etcd-syncer explain`
 * are made from it.
 */
export const ERROR_CODES = {
  CONFIG_INVALID: {
    what: 'An option has a value that can not be used.',
    why: 'A flag, an environment variable or the configuration file holds it; the message names which.',
    action: 'Correct the value. `etcd-syncer run --help` lists the options with their forms.',
    effect: 'stops',
  },
  CONFIG_FILE: {
    what: 'The configuration file can not be read.',
    why: 'It is missing, unreadable, or not YAML; the message names the line.',
    action: 'Correct the file named by --config.',
    effect: 'stops',
  },
  DATA_DIR: {
    what: 'The data directory can not be used.',
    why: 'It can not be created, read or written, or holds files that etcd-syncer did not write.',
    action: 'Check owner, mode and free space of --data-dir, or name another directory.',
    effect: 'stops',
  },
  SEAT_MISSING: {
    what: 'The source has no learner with our peer URL.',
    why: 'The seat was never added, or was added with another URL.',
    action:
      'Run the `etcdctl member add ... --learner` command in the message, or start with --join.',
    effect: 'stops',
  },
  SEAT_REMOVED: {
    what: 'Our seat was removed from the source.',
    why: 'Somebody ran `etcdctl member remove` for it, or `etcd-syncer leave`. A removed ID can never come back.',
    action:
      'To go on, add a new learner with the same peer URL and start again: the checkpoint is kept.',
    effect: 'stops',
  },
  SEAT_PROMOTED: {
    what: 'Our seat was promoted to a voting member.',
    why: 'Somebody ran `etcdctl member promote` for it. etcd-syncer is no etcd server; as a voter it lowers the fault tolerance of the source.',
    action:
      'etcd-syncer answers as a safe follower and removes itself. Then add a new learner with the same peer URL and start again.',
    effect: 'stops',
  },
  SEAT_STOLEN: {
    what: 'Another process seems to use our seat.',
    why: 'The streams are replaced again and again, as two processes with one member ID do to each other.',
    action: 'Stop the other process. One seat is for one running etcd-syncer.',
    effect: 'reported',
  },
  SEAT_SLOT_TAKEN: {
    what: 'The source takes no further learner.',
    why: 'etcd up to 3.5 allows one learner, later lines --max-learners.',
    action: 'Promote or remove the other learner, or raise --max-learners on a 3.6+ source.',
    effect: 'stops',
  },
  SOURCE_UNREACHABLE: {
    what: 'No member of the source answers.',
    why: 'The network, TLS or the URLs are wrong, or the source is down.',
    action: 'Check --source-peers or --source-endpoints and the peer certificates.',
    effect: 'retried',
  },
  SOURCE_UNAUTHORISED: {
    what: 'The source refuses our user or password, or wants one.',
    why: 'Its auth is on, and --source-user or its password is missing or wrong.',
    action: 'Correct --source-user and its password, or name the members with --source-peers.',
    effect: 'stops',
  },
  SOURCE_PERMISSION: {
    what: 'Our user at the source may not list or change its members, or read what `check` compares.',
    why: 'Adding and removing members, and reading users and roles, needs the root role.',
    action: 'Grant our user the root role at the source, or add the seat by hand.',
    effect: 'stops',
  },
  SOURCE_REFUSED: {
    what: 'The source refused a request to list or change its members, or to be read.',
    why: 'The message has its own words.',
    action: 'Act on them, or add the seat by hand.',
    effect: 'stops',
  },
  SOURCE_CLUSTER_MISMATCH: {
    what: 'The source is another cluster than the one the data directory belongs to.',
    why: 'The cluster ID differs: the URLs point elsewhere, or the cluster was created anew.',
    action:
      'Correct the URLs. For a new source use an empty --data-dir and seed the destination again.',
    effect: 'stops',
  },
  SOURCE_HISTORY_DIVERGED: {
    what: 'The log of the source contradicts entries that were already committed.',
    why: 'The source was restored from a backup or lost acknowledged data. Two histories must never be merged.',
    action:
      'Decide which history is right. To follow the source again, seed a new destination from it.',
    effect: 'stops',
  },
  SOURCE_UNSUPPORTED_VERSION: {
    what: 'A member of the source runs a release that can not be followed.',
    why: '3.5.0 to 3.5.2 can corrupt members after a crash; lines before 3.4 are not supported.',
    action: 'Upgrade the source.',
    effect: 'stops',
  },
  SOURCE_ENTRY_UNKNOWN: {
    what: 'The log holds an entry that no supported member could apply.',
    why: 'The source runs a newer line than this version knows, or the entry is damaged.',
    action: 'Run `etcd-syncer log dump` for the index in the message and upgrade etcd-syncer.',
    effect: 'stops',
  },
  POISON_TXN: {
    what: 'The log holds a transaction that makes every etcd member crash.',
    why: 'It deletes a range and puts a key of it with ignore_value or ignore_lease in one transaction (an etcd fault).',
    action: 'The source can not advance either. Repair it first; nothing was replayed.',
    effect: 'stops',
  },
  ENTRY_AMBIGUOUS: {
    what: 'Members of the source may disagree on what an entry did.',
    why: 'Up to 3.6 the proposing member checks ranges in a transaction that other members skip; alarms and patch levels differ likewise.',
    action:
      'The reading of a member that did not propose it was taken. Compare the named keys on all members. With --reference-member one member decides such entries from then on.',
    effect: 'reported',
  },
  PUBLISH_REFUSED: {
    what: 'The name of our seat is not published for now.',
    why: '--publish-name proposes an entry that a member of another line would not survive. The message says what does not fit: a member that does not answer, an upgrade, a downgrade or a membership change under way.',
    action:
      'Nothing: it is looked at again every few seconds. Replication does not need it; the seat is shown as unstarted.',
    effect: 'reported',
  },
  PEER_CLUSTER_MISMATCH: {
    what: 'A peer belongs to another cluster.',
    why: 'It answered 412 to our cluster ID, or sent us its own.',
    action: 'Check --source-peers.',
    effect: 'retried',
  },
  PEER_REMOVED: {
    what: 'A member of the source says that our member ID was removed.',
    why: 'It answered 410 to our stream.',
    action: 'See SEAT_REMOVED.',
    effect: 'stops',
  },
  PEER_UNREACHABLE: {
    what: 'A member of the source can not be reached.',
    why: 'Connection refused, timed out, or TLS failed; the message has the cause.',
    action: 'Nothing when the member is down. Otherwise check network and certificates.',
    effect: 'retried',
  },
  PEER_INCOMPATIBLE: {
    what: 'A member of the source refuses our version.',
    why: 'It answered 412 `incompatible version`.',
    action: 'Report it with the versions of all members.',
    effect: 'retried',
  },
  PEER_FORGED: {
    what: 'Messages came in the name of a member, in a term that no member has shown.',
    why: 'They came by POST without mutual TLS: somebody else reaches our peer port and knows the IDs of the source, or a member can reach us while we can not dial it. They were dropped.',
    action: 'Fence the peer ports of the source and ours, best with mutual TLS.',
    effect: 'reported',
  },
  LISTEN_FAILED: {
    what: 'The peer port can not be opened.',
    why: 'The address is in use or not of this host.',
    action: 'Correct --listen-peer-urls.',
    effect: 'stops',
  },
  TLS_FILES: {
    what: 'Certificate files can not be used.',
    why: 'A file is missing, not PEM, or key and certificate do not match. Files that worked before stay in use.',
    action: 'Correct the files; they are read again when they change.',
    effect: 'reported',
  },
  TLS_UNTRUSTED: {
    what: 'A server shows a certificate that our CA file does not vouch for.',
    why: 'Another CA signed it: the CA file is an old one, or the server is not the one that is meant. The message names subject, issuer and file.',
    action: 'Put the CA of the server into the CA file; it is read again when it changes.',
    effect: 'retried',
  },
  TLS_EXPIRED: {
    what: 'A certificate is outside of its time.',
    why: 'It has expired, is not valid yet, or a clock is wrong. The message names its subject and whose it is: our file, or the server.',
    action: 'Renew it. Our own files are read again when they change.',
    effect: 'retried',
  },
  TLS_NAME: {
    what: 'A server shows a certificate for other names.',
    why: 'The host of the URL is not among the names of the certificate.',
    action: 'Use a URL with one of the names in the message, or have the certificate made anew.',
    effect: 'retried',
  },
  TLS_REFUSED: {
    what: 'A server refuses our certificate, or wants one.',
    why: 'It trusts another CA, our certificate has expired or is not for clients, or none is given.',
    action: 'Correct the certificate named in the message, or the CA that the server trusts.',
    effect: 'retried',
  },
  TLS_PEER_REFUSED: {
    what: 'Somebody who dialed the peer port has no certificate of our CA.',
    why: 'A member uses another CA than --peer-trusted-ca-file holds, or it was no member. The message has the reason and the address.',
    action: 'When it is a member: put its CA into --peer-trusted-ca-file.',
    effect: 'reported',
  },
  TLS_MISMATCH: {
    what: 'One side speaks TLS and the other does not.',
    why: 'The URL says http and the server wants https, or the other way round.',
    action: 'Correct the scheme of the URL.',
    effect: 'retried',
  },
  CHECK_DIFFERENT: {
    what: 'The destination is not as the source.',
    why: 'Somebody else writes to the destination, it lost a lease with its keys and has them not back yet, or changes of users and roles are held (AUTH_HELD). Lag is not the cause: both sides were read where they belong together.',
    action:
      'Run `etcd-syncer check` for the list, find who wrote there, and run it with --repair. If nobody did, report it with the list and the versions of all members.',
    effect: 'reported',
  },
  CHECK_NO_CHECKPOINT: {
    what: 'The destination has no checkpoint of this source, so nothing says at which revision to compare.',
    why: 'Nothing was replicated there yet, --checkpoint-prefix is another one, or one of the endpoints is of another cluster.',
    action: 'Correct the endpoints and --checkpoint-prefix, or start `etcd-syncer run` first.',
    effect: 'stops',
  },
  CHECK_NO_PAIR: {
    what: 'There are no revisions of source and destination that belong together.',
    why: 'The destination is being brought to a snapshot or holds a part of an entry, or one side has compacted the revision: the source that of the checkpoint, the destination the one at which it stood at a snapshot. The message says which.',
    action:
      'Let `etcd-syncer run` catch up and check again, or give a longer --wait. While it writes nothing it moves its checkpoint every 1,000 entries, or with the first entry after a minute.',
    effect: 'stops',
  },
  REPAIR_NOT_NOW: {
    what: 'The running etcd-syncer can not repair the destination now.',
    why: 'It does not write (another replica does), follows another source, brings the destination to a snapshot or promotes it, or is at another repair. The message says which.',
    action:
      'Ask the one that writes (`etcd-syncer status` names it; --http-url), and when its phase is `replicating`.',
    effect: 'stops',
  },
  LOG_LOCKED: {
    what: 'The data directory is in use.',
    why: 'Another etcd-syncer process holds its lock.',
    action: 'Stop the other process, or use another --data-dir.',
    effect: 'stops',
  },
  LOG_DAMAGED: {
    what: 'The local raft log is damaged.',
    why: 'A record in the middle fails its checksum: the disk lost or changed data.',
    action:
      'Check the disk. Remove the seat, empty the data directory, add a new learner: the checkpoint at the destination is kept.',
    effect: 'stops',
  },
  LOG_WRITE: {
    what: 'The local raft log can not be written.',
    why: 'The disk is full or failed. Nothing was acknowledged that is not on disk.',
    action: 'Make room or repair the disk, and start again.',
    effect: 'stops',
  },
  LOG_FORMAT: {
    what: 'The local raft log was written by something else.',
    why: 'The file header is not ours, of another format version, or of another cluster.',
    action: 'Use the version that wrote it, or another --data-dir.',
    effect: 'stops',
  },
  LOG_FULL: {
    what: 'The local raft log has reached its configured size.',
    why: 'The destination is behind or down, and entries wait here. New ones are not acknowledged, so the leader handles us as a slow learner.',
    action: 'Bring the destination back, or raise --log-max-size.',
    effect: 'retried',
  },
  LOG_LOST: {
    what: 'The leader believes that we acknowledged more than our log holds.',
    why: 'The local log was lost or lost its end, or the seat was used with another data directory. Leaders up to 3.5 go back, those from 3.6 on never do.',
    action:
      'With --join and --source-endpoints the seat is given up and a new one taken. Otherwise move the leader (`etcdctl move-leader`), or remove the seat (`etcdctl member remove`) and add a new learner with the same peer URL. The checkpoint at the destination is gone on with.',
    effect: 'reported',
  },
  SNAPSHOT_FOREIGN: {
    what: 'A snapshot is not the one that it was said to be.',
    why: 'The database stands at another entry than its message, or is of another cluster than the source.',
    action: 'Name a snapshot of this source. One that the leader sent is refused, and sent again.',
    effect: 'stops',
  },
  WAL_READ: {
    what: "A member's log can not be read.",
    why: 'The directory is missing, holds no .wal files, belongs to somebody else, or the disk failed; the message has the cause.',
    action: "Name a member's data directory, or the folder of its .wal files, with --from-wal.",
    effect: 'stops',
  },
  WAL_DAMAGED: {
    what: "A member's log is damaged.",
    why: 'A record fails its checksum or is none, a file of the row is missing, or entries are; the message names the file and the offset. A torn end of the last file is no damage.',
    action:
      'Check the disk of that member. Its peers hold the same entries: use the log of another one.',
    effect: 'stops',
  },
  SNAPSHOT_READ: {
    what: 'A snapshot file can not be read.',
    why: 'It is missing, belongs to somebody else, or the disk failed; the message has the cause.',
    action: 'Correct the path or the mode of the file.',
    effect: 'stops',
  },
  SNAPSHOT_NOT_BBOLT: {
    what: 'A file is not an etcd database.',
    why: 'It does not begin with the pages of bbolt, the format in which etcd keeps and sends its data.',
    action:
      'Name a file made by `etcdctl snapshot save`, received from a member, or `member/snap/db` of a stopped member.',
    effect: 'stops',
  },
  SNAPSHOT_HASH: {
    what: 'The checksum at the end of a snapshot file is wrong.',
    why: 'The file changed after `etcdctl snapshot save` wrote it, or a part of it is missing.',
    action: 'Copy the file again, or save a new snapshot.',
    effect: 'stops',
  },
  SNAPSHOT_DAMAGED: {
    what: 'A snapshot file is damaged.',
    why: 'It is cut off, or a page of it contradicts itself; the message names the page. The copy or the disk is at fault, or the database of the member that made it.',
    action:
      'Copy or save it again, from another member if it comes out the same. Nothing of it was used.',
    effect: 'stops',
  },
  SNAPSHOT_WRITE: {
    what: 'A snapshot file can not be written.',
    why: 'A file of this name is there already, or the disk is full or failed; the message has the cause.',
    action: 'Name another file, or make room.',
    effect: 'stops',
  },
  STATE_WRITE: {
    what: 'The local state can not be written.',
    why: 'The disk is full or failed.',
    action: 'Make room or repair the disk, and start again.',
    effect: 'stops',
  },
  STATE_DAMAGED: {
    what: 'The local state is damaged.',
    why: 'A record can not be read back.',
    action: 'Remove the seat, empty the data directory, add a new learner.',
    effect: 'stops',
  },
  STATE_FORMAT: {
    what: 'The local state was written by something else.',
    why: 'Its format version or its source cluster differs.',
    action: 'Use the version that wrote it, or another --data-dir.',
    effect: 'stops',
  },
  STATE_BEHIND_CHECKPOINT: {
    what: 'The local state is older than the checkpoint, and the log between them is gone.',
    why: 'The data directory was lost or restored, and the source no longer holds those entries.',
    action: 'Seed a new destination, or restore the data directory.',
    effect: 'stops',
  },
  DEST_UNREACHABLE: {
    what: 'The destination does not answer.',
    why: 'It is down, has no leader, or the network or TLS is wrong.',
    action:
      'Check --dest-endpoints. Entries wait in the local log meanwhile; the source is not slowed.',
    effect: 'retried',
  },
  DEST_UNAUTHORISED: {
    what: 'The destination refuses our user or password.',
    why: 'Authentication failed, or the client certificate is not accepted.',
    action: 'Correct --dest-user and its password.',
    effect: 'stops',
  },
  DEST_PERMISSION: {
    what: 'Our user at the destination may not do what replication needs.',
    why: 'Leases, users and the checkpoint need the root role.',
    action: 'Grant our user the root role at the destination.',
    effect: 'stops',
  },
  DEST_NOSPACE: {
    what: 'The destination is out of space.',
    why: 'Its NOSPACE alarm is raised: the database reached --quota-backend-bytes.',
    action:
      'Compact, defragment and disarm the alarm at the destination, or raise its quota. Replication goes on by itself.',
    effect: 'retried',
  },
  DEST_LIMITS: {
    what: 'The destination accepts less in one request than configured.',
    why: 'Its --max-request-bytes or --max-txn-ops is lower than ours; the message says which.',
    action: 'Lower the flag in the message to what the destination has, or raise it there.',
    effect: 'stops',
  },
  DEST_TOO_LARGE: {
    what: 'A single value is larger than the destination accepts.',
    why: 'The destination has a lower --max-request-bytes than the source; the checkpoint needs some room, too.',
    action:
      'Raise --max-request-bytes at the destination above that of the source, and here likewise.',
    effect: 'stops',
  },
  DEST_NOT_EMPTY: {
    what: 'The destination already holds keys under our prefixes.',
    why: 'It was used before, or is the wrong cluster.',
    action:
      'Empty it, or start with --on-nonempty=merge (keep foreign keys) or prune (delete them).',
    effect: 'stops',
  },
  DEST_CHECKPOINT_FOREIGN: {
    what: 'The checkpoint at the destination belongs to another history of this source.',
    why: 'The entry it names has another term in the log: the source was restored from a backup.',
    action: 'Seed a new destination. Two histories must never be merged.',
    effect: 'stops',
  },
  DEST_CHECKPOINT_OLDER: {
    what: 'The checkpoint at the destination is older than what it had confirmed to us.',
    why: 'The destination was restored from a backup.',
    action: 'Empty the destination and the data directory and start again with a new seat.',
    effect: 'stops',
  },
  DEST_CHECKPOINT_LOST: {
    what: 'The destination has no checkpoint, though it confirmed entries to us.',
    why: 'It was emptied or replaced, or the checkpoint key was deleted.',
    action:
      'Check --dest-endpoints. To fill a new destination, start with an empty data directory and a new seat.',
    effect: 'stops',
  },
  DEST_CHECKPOINT_FORMAT: {
    what: 'The checkpoint at the destination can not be read.',
    why: 'It was changed by hand, or written by a later version.',
    action: 'Use the version that wrote it.',
    effect: 'stops',
  },
  DEST_FENCED: {
    what: 'Another writer has taken over the checkpoint.',
    why: 'A second etcd-syncer replicates this source into this destination. This one wrote nothing since. With --ha it is another replica that leads, and this one stands by.',
    action: 'Leave one of them running, or start all of them with --ha.',
    effect: 'stops',
  },
  SOURCE_UNHEARD: {
    what: 'The replica that wrote did not hear the source, and has left writing to one that reaches it.',
    why: 'The network between this replica and the source is interrupted, or its peer port is not reached.',
    action: 'Mend that network. Nothing was lost: this one stands by, and follows the other.',
    effect: 'reported',
  },
  STANDBY_BEHIND: {
    what: 'A standby lacks entries that the writer does not have any more.',
    why: 'It was away for long, is new, or the source sent the writer a snapshot.',
    action: 'Nothing: it takes a copy of the state of the writer, which must have the room for it.',
    effect: 'retried',
  },
  STANDBY_EARLY: {
    what: 'The writer can not feed a standby just now.',
    why: 'It has just begun to lead and stands behind the standby, is bringing a snapshot to the destination, or ends. Or the replica that was asked does not write.',
    action: 'Nothing, unless it lasts: then look at the `status` of the replica that writes.',
    effect: 'retried',
  },
  STANDBY_STREAM: {
    what: 'What a standby was sent is not what the writer can have sent.',
    why: 'Something between them changes the stream, or the two are of different versions.',
    action: 'Run the same version on all replicas, and look at proxies between them.',
    effect: 'retried',
  },
  DEST_PROMOTED: {
    what: 'The destination was promoted: replication into it has ended for good.',
    why: '`etcd-syncer promote` has cut over to it. Its clients write there now, and a replicator would overwrite what they wrote.',
    action:
      'Stop this etcd-syncer. What `promote` had not done yet is gone on with by the same command, or by `run --after-promote`; the way back is in docs/10-promote.md.',
    effect: 'stops',
  },
  PROMOTE_SOURCE_SILENT: {
    what: 'The destination is not promoted, for the source does not say where it stands.',
    why: 'It is down or has no leader, or the way to it is broken. It may have acknowledged writes that are not here.',
    action:
      'When the source is there, bring the way to it back. When it is dead: `etcd-syncer promote --accept-loss`; --dry-run says first what may be missing.',
    effect: 'stops',
  },
  PROMOTE_SOURCE_WRITTEN: {
    what: 'The destination is not promoted, for the source is still written to.',
    why: 'Its revision moved while it was looked at. What its clients write after the cut-over would be lost.',
    action:
      'Stop the clients of the source and run it again; or accept with --accept-loss that their last writes are lost.',
    effect: 'stops',
  },
  PROMOTE_INCONSISTENT: {
    what: 'The destination is not promoted, for it stands at no single revision of the source.',
    why: 'It is on its way to a snapshot, or holds only a part of a large transaction, and what is missing is not here.',
    action:
      'Let `etcd-syncer run` finish while the source lives. When it is dead, restore the newest snapshot of the source instead, or use the destination as it is, by hand.',
    effect: 'stops',
  },
  PROMOTE_DIFFERENT: {
    what: 'The destination is not promoted, for the comparison of --check found differences.',
    why: 'See CHECK_DIFFERENT.',
    action:
      'Look with `etcd-syncer check`, put right what it lists, and run it again; or leave --check away.',
    effect: 'stops',
  },
  PROMOTE_BUMP_TOO_FAR: {
    what: "The destination is not promoted, for raising its revision above the source's would take too long.",
    why: 'Each revision takes a write of its own; the message has the estimate.',
    action:
      'Raise --bump-limit; or promote without --bump-revision and have the clients begin anew; or move the data: `etcdctl snapshot save` at the promoted destination, then `etcdutl snapshot restore --bump-revision=N --mark-compacted` into a new cluster.',
    effect: 'stops',
  },
  PROMOTE_STANDBY: {
    what: 'This replica does not write, so it can not promote.',
    why: 'With --ha the replica that leads does; the message names it.',
    action: 'Ask that one: `etcd-syncer promote --http-url=...`.',
    effect: 'stops',
  },
  DEST_ENTRY_SPLIT: {
    what: 'One source transaction was too large for one destination transaction.',
    why: 'The destination has lower limits than the source. It was sent in parts; readers may see it half done.',
    action: 'Raise --max-request-bytes and --max-txn-ops at the destination and here.',
    effect: 'reported',
  },
  DEST_LEASE_LOST: {
    what: 'A lease was gone at the destination and was granted again with its keys.',
    why: 'etcd-syncer was away for longer than the lease lives there, or somebody revoked it.',
    action: 'Raise --lease-ttl-floor when outages are longer than it.',
    effect: 'reported',
  },
  DEST_REFUSED: {
    what: 'The destination refused a request.',
    why: 'The message has its own words.',
    action: 'Act on them; the code of a known cause is used where there is one.',
    effect: 'stops',
  },
  AUTH_HELD: {
    what: 'A change of users, roles or auth was not carried to the destination.',
    why: 'It could lock us out there, or can not be copied; the message says which.',
    action:
      'Make the change at the destination by hand, then `etcd-syncer auth settle`; or run with --auth=skip.',
    effect: 'reported',
  },
  AUTH_PASSWORD_UNKNOWN: {
    what: 'A user exists at the destination without a usable password.',
    why: 'The source is a 3.4 cluster, or the destination can not take a password hash.',
    action:
      'Set the password at the destination with `etcdctl user passwd`, then `etcd-syncer auth settle USER`.',
    effect: 'reported',
  },
  AUTH_NOT_HELD: {
    what: 'There is nothing to settle of that user or role.',
    why: 'It was settled before, by hand or by a later change, or the data directory is another one.',
    action: 'Look with `etcd-syncer auth held`.',
    effect: 'stops',
  },
  HTTP_LISTEN: {
    what: 'The HTTP port for health and metrics can not be opened.',
    why: 'The address is in use or not of this host.',
    action: 'Correct --http-listen.',
    effect: 'stops',
  },
  HTTP_TOKEN: {
    what: 'The file of --http-token-file holds no token that can be used.',
    why: 'It can not be read, or has not one line of 16 to 4,096 bytes of printable ASCII.',
    action: 'Write one, for example with `openssl rand -hex 32`, and restrict who may read it.',
    effect: 'stops',
  },
  HTTP_FORBIDDEN: {
    what: 'The HTTP port does what was asked for nobody.',
    why: 'It is for operators, and the running etcd-syncer knows none; or a web page of another origin asked.',
    action: 'Start it with --http-token-file, or with --http-client-ca-file and a certificate.',
    effect: 'stops',
  },
  HTTP_UNAUTHORISED: {
    what: 'The HTTP port does what was asked for operators only.',
    why: 'No token was shown, or not the one of the running etcd-syncer; or no certificate of its CA for clients.',
    action:
      'Give the command the same --http-token-file, or --http-client-cert-file and --http-client-key-file.',
    effect: 'stops',
  },
  HTTP_REQUEST: {
    what: 'The HTTP port can not make sense of a request.',
    why: 'Path, method or body are not what it takes: most likely the two sides are of different versions.',
    action: 'Compare the versions: `etcd-syncer --version` and the one that `status --json` shows.',
    effect: 'stops',
  },
  STATUS_UNREACHABLE: {
    what: 'No running etcd-syncer answers.',
    why: 'It is not running, or serves its HTTP port elsewhere.',
    action: 'Name its address with --http-listen, or --http-url.',
    effect: 'stops',
  },
  SAME_CLUSTER: {
    what: 'Source and destination are one cluster.',
    why: 'The endpoints of both lead to members with one cluster ID.',
    action: 'Correct --source-endpoints or --dest-endpoints.',
    effect: 'reported',
  },
  LIMITS_DIFFER: {
    what: 'The source takes larger requests than the destination.',
    why: "--max-request-bytes of the destination's members is lower than that of the source's: a value of the difference would stop replication (DEST_TOO_LARGE).",
    action: "Raise --max-request-bytes at the destination to the source's, and ours with it.",
    effect: 'reported',
  },
  PEER_NOT_DIALED: {
    what: 'No member of the source has tried to reach our peer URL.',
    why: 'The URL of the seat does not lead here: its name, a firewall, a network policy or --listen-peer-urls.',
    action:
      'Try it from a member: `curl -v` to the URL. Without it we can follow the log, but never take a snapshot.',
    effect: 'reported',
  },
  CLOCK_SKEW: {
    what: 'Our clock and that of a member differ by seconds.',
    why: 'One of the hosts has no time synchronisation. Certificates and times in logs are judged by clocks; replication is not.',
    action: 'Set up NTP on the host that is wrong.',
    effect: 'reported',
  },
  DISK_SPACE: {
    what: 'The disk of the data directory has less room than the log may take.',
    why: '--log-max-size is more than what is free; the state and a snapshot need room beside it.',
    action: 'Give --data-dir more room, or lower --log-max-size.',
    effect: 'reported',
  },
  DISK_SLOW: {
    what: 'fsync on the disk of the data directory is slow.',
    why: 'Entries are acknowledged when they are on the disk: the source counts us as a slow learner.',
    action: 'Use an SSD that others do not write to.',
    effect: 'reported',
  },
  INTERRUPTED: {
    what: 'The command was told to stop before it was done.',
    why: 'It got SIGTERM or SIGINT.',
    action: 'Run it again: it goes on where it stopped.',
    effect: 'stops',
  },
  INTERNAL: {
    what: 'A fault of etcd-syncer itself.',
    why: 'The message and the log have what is known.',
    action: 'Report it. A restart resumes from the checkpoint.',
    effect: 'stops',
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;

export type ErrorCode = keyof typeof ERROR_CODES;
