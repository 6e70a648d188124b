-- Schema version 2: disk groups, tiers, snapshots, clones, alerts, long work.

ALTER TABLE pool ADD COLUMN checksum VARCHAR(16) NOT NULL DEFAULT 'none';
-- the position of the next PV; none is given twice
ALTER TABLE pool ADD COLUMN next_position INTEGER NOT NULL DEFAULT 0;
-- percentages, a colon, the hysteresis in per cent
ALTER TABLE pool ADD COLUMN thresholds VARCHAR(64) NOT NULL DEFAULT '80,90,95:3';
UPDATE pool SET next_position = (SELECT COALESCE(MAX(position) + 1, 0) FROM pv WHERE pv.pool = pool.id);

-- online, adding, draining, removing
ALTER TABLE pv ADD COLUMN state VARCHAR(16) NOT NULL DEFAULT 'online';

CREATE TABLE disk_group (
    id VARCHAR(36) PRIMARY KEY,
    pool VARCHAR(36) NOT NULL REFERENCES pool (id),
    name VARCHAR(64) NOT NULL,
    -- ids of its PVs, separated by blanks; * is all of the pool, later ones too
    pvs TEXT NOT NULL,
    -- who may open its LUs: ids separated by blanks; empty is everybody. Ids are never used twice, so that one that is
    -- gone keeps the others out all the same
    clients TEXT NOT NULL,
    nodes TEXT NOT NULL,
    UNIQUE (pool, name)
);

CREATE TABLE tier (
    id VARCHAR(36) PRIMARY KEY,
    disk_group VARCHAR(36) NOT NULL REFERENCES disk_group (id),
    name VARCHAR(64) NOT NULL,
    -- as with disk_group; * is all of the disk group
    pvs TEXT NOT NULL,
    thresholds VARCHAR(64) NOT NULL,
    UNIQUE (disk_group, name)
);

CREATE TABLE lu_snapshot (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL REFERENCES lu (id),
    name VARCHAR(64) NOT NULL,
    -- snapshots of one moment share it
    snapshot_set VARCHAR(36) NOT NULL,
    -- by the clock of the node that took it, for people
    taken_ms BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    -- online, creating, deleting
    state VARCHAR(16) NOT NULL,
    UNIQUE (lu, name)
);

ALTER TABLE lu ADD COLUMN tier VARCHAR(36) REFERENCES tier (id);
-- the snapshot that a clone reads, of another LU
ALTER TABLE lu ADD COLUMN origin VARCHAR(36) REFERENCES lu_snapshot (id);
-- whether all of it is on the PVs of its tier; otherwise a move there was cut off
ALTER TABLE lu ADD COLUMN placed BOOLEAN NOT NULL DEFAULT TRUE;
-- the pool that may hold a remnant of it: where a move to another pool goes, or came from
ALTER TABLE lu ADD COLUMN other_pool VARCHAR(36) REFERENCES pool (id);
ALTER TABLE lu ADD COLUMN thresholds VARCHAR(64) NOT NULL DEFAULT ':0';

-- The default disk group and tier of a pool have the pool's id.
INSERT INTO disk_group (id, pool, name, pvs, clients, nodes) SELECT id, id, 'default', '*', '', '' FROM pool;
INSERT INTO tier (id, disk_group, name, pvs, thresholds) SELECT id, id, 'default', '*', '80,90,95:3' FROM pool;
UPDATE lu SET tier = pool;

-- An alert that stands: at most one for a subject.
CREATE TABLE alert (
    -- pool:ID, tier:ID or lu:ID
    id VARCHAR(64) PRIMARY KEY,
    pool VARCHAR(36) NOT NULL,
    threshold_percent INTEGER NOT NULL,
    fill_permille INTEGER NOT NULL,
    since_ms BIGINT NOT NULL,
    node VARCHAR(36) NOT NULL
);

-- Long work under way; what it does, and how it is gone on with, is in the journal under the same token.
CREATE TABLE work (
    token VARCHAR(36) PRIMARY KEY,
    kind VARCHAR(64) NOT NULL,
    object VARCHAR(128) NOT NULL,
    what VARCHAR(255) NOT NULL,
    node VARCHAR(36) NOT NULL,
    incarnation VARCHAR(36) NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    cancelled BOOLEAN NOT NULL
);
