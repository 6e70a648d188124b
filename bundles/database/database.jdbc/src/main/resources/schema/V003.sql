-- Schema version 3: the LU status table, redundant LUs, sub-partitions, paging LUs.

-- When something came to be, by the database's own clock: for people, never for a decision. With ownership the LU status
-- table: begin and end of each object's last lock.
CREATE TABLE moment (
    -- lock OBJECT, unlock OBJECT, redundancy LU
    id VARCHAR(160) PRIMARY KEY,
    node VARCHAR(36),
    epoch BIGINT NOT NULL,
    operation VARCHAR(255) NOT NULL,
    at VARCHAR(64) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE redundancy (
    lu VARCHAR(36) PRIMARY KEY REFERENCES lu (id),
    copy VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id),
    -- where it is written which regions may differ, one beside each side
    intent VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id),
    copy_intent VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id),
    region_bytes BIGINT NOT NULL,
    -- synchronous, copy_behind, primary_behind
    state VARCHAR(16) NOT NULL,
    reason VARCHAR(255) NOT NULL,
    behind_bytes BIGINT NOT NULL
);

CREATE TABLE lu_part (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL REFERENCES lu (id),
    name VARCHAR(64) NOT NULL,
    -- paging, hibernation, data
    purpose VARCHAR(16) NOT NULL,
    -- OFFSET+LENGTH of each piece, in the order of the sub-partition's own offsets, separated by blanks
    pieces TEXT NOT NULL,
    UNIQUE (lu, name)
);

-- A paging LU that is given to a partition.
CREATE TABLE paging (
    lu VARCHAR(36) PRIMARY KEY REFERENCES lu (id),
    lpar VARCHAR(36) NOT NULL UNIQUE
);
