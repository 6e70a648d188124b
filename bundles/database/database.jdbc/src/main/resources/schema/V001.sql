-- Schema version 1. Plain SQL that SQLite, PostgreSQL and PostgreSQL-compatible databases take alike.
-- Ids are UUIDs as text unless said otherwise; every table has one primary key column, the first.

CREATE TABLE counter (
    name VARCHAR(64) PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO counter (name, value) VALUES ('revision', 0);

-- One line for each row that a commit changed. The revision comes from the counter row 'revision', which every write
-- transaction updates first: so commits run one after the other and revisions have no gaps.
CREATE TABLE change_log (
    revision BIGINT NOT NULL,
    line INTEGER NOT NULL,
    table_name VARCHAR(64) NOT NULL,
    row_key VARCHAR(255) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    PRIMARY KEY (revision, line)
);

CREATE TABLE cluster (
    id VARCHAR(36) PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    renewal_ms BIGINT NOT NULL,
    lease_ms BIGINT NOT NULL,
    margin_ms BIGINT NOT NULL,
    -- shared by the members for the transport's keys; base64
    secret VARCHAR(128) NOT NULL
);

CREATE TABLE node (
    id VARCHAR(36) PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE,
    slot INTEGER NOT NULL UNIQUE,
    incarnation VARCHAR(36) NOT NULL,
    -- a fingerprint of the instance directory: a copied instance has another
    instance VARCHAR(128) NOT NULL,
    cec_serial VARCHAR(64) NOT NULL,
    cec_type VARCHAR(64) NOT NULL,
    cec_model VARCHAR(64) NOT NULL,
    cec_source VARCHAR(16) NOT NULL,
    portal VARCHAR(255) NOT NULL,
    transport_address VARCHAR(255) NOT NULL
);

CREATE TABLE client (
    -- the ClientID, from counter 'client', never used twice
    id BIGINT PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE
);

CREATE TABLE ownership (
    object VARCHAR(128) PRIMARY KEY,
    holder VARCHAR(36) REFERENCES node (id),
    incarnation VARCHAR(36),
    epoch BIGINT NOT NULL,
    operation VARCHAR(255) NOT NULL
);

CREATE TABLE journal (
    token VARCHAR(36) PRIMARY KEY,
    -- from counter 'journal': the order of beginning
    number BIGINT NOT NULL UNIQUE,
    kind VARCHAR(64) NOT NULL,
    object VARCHAR(128) NOT NULL,
    node VARCHAR(36) NOT NULL,
    incarnation VARCHAR(36) NOT NULL,
    step VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    detail TEXT NOT NULL
);

CREATE TABLE pool (
    id VARCHAR(36) PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE,
    driver VARCHAR(64) NOT NULL,
    extent_bytes BIGINT NOT NULL,
    -- online, creating, deleting
    state VARCHAR(16) NOT NULL
);

CREATE TABLE pv (
    id VARCHAR(36) PRIMARY KEY,
    pool VARCHAR(36) NOT NULL REFERENCES pool (id),
    position INTEGER NOT NULL,
    path VARCHAR(1024) NOT NULL UNIQUE,
    size_bytes BIGINT NOT NULL,
    UNIQUE (pool, position)
);

CREATE TABLE lu (
    id VARCHAR(36) PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE,
    pool VARCHAR(36) NOT NULL REFERENCES pool (id),
    client BIGINT NOT NULL REFERENCES client (id),
    kind VARCHAR(16) NOT NULL,
    size_bytes BIGINT NOT NULL,
    thick BOOLEAN NOT NULL,
    -- online, creating, deleting
    state VARCHAR(16) NOT NULL
);

-- An LU exported outside any partition, by lu:export; its node exports it again after a restart.
CREATE TABLE lu_export (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id),
    node VARCHAR(36) NOT NULL REFERENCES node (id),
    target VARCHAR(255) NOT NULL UNIQUE,
    initiator VARCHAR(255),
    chap_user VARCHAR(64),
    chap_secret VARCHAR(64)
);

CREATE TABLE lpar (
    id VARCHAR(36) PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE,
    client BIGINT NOT NULL REFERENCES client (id),
    state VARCHAR(16) NOT NULL,
    -- the node that runs it, or ran it last
    node VARCHAR(36) REFERENCES node (id),
    -- the epoch of the ownership row 'lpar:ID' under which it was last started
    epoch BIGINT NOT NULL,
    hypervisor VARCHAR(64) NOT NULL,
    accelerator VARCHAR(64) NOT NULL,
    memory_bytes BIGINT NOT NULL,
    cpus INTEGER NOT NULL,
    kernel VARCHAR(1024) NOT NULL,
    kernel_sha256 VARCHAR(64) NOT NULL,
    initrd VARCHAR(1024) NOT NULL,
    initrd_sha256 VARCHAR(64) NOT NULL,
    append VARCHAR(1024) NOT NULL
);

CREATE TABLE adapter (
    -- the AdapterID, from counter 'adapter', never used twice
    id BIGINT PRIMARY KEY,
    lpar VARCHAR(36) NOT NULL REFERENCES lpar (id),
    client BIGINT NOT NULL REFERENCES client (id),
    slot INTEGER NOT NULL,
    -- relative to the CEC that runs the partition
    drc_name VARCHAR(128) NOT NULL UNIQUE,
    UNIQUE (lpar, slot)
);

-- A virtual target device: one LU at one LUN of one adapter.
CREATE TABLE mapping (
    -- ADAPTER/LUN
    id VARCHAR(64) PRIMARY KEY,
    adapter BIGINT NOT NULL REFERENCES adapter (id),
    lun INTEGER NOT NULL,
    lu VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id),
    UNIQUE (adapter, lun)
);

-- A hibernation image: at most one for a partition.
CREATE TABLE image (
    lpar VARCHAR(36) PRIMARY KEY REFERENCES lpar (id),
    lu VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id),
    -- the partition's epoch in which it was made; it is void once that has been passed by a run
    epoch BIGINT NOT NULL,
    node VARCHAR(36) NOT NULL REFERENCES node (id),
    state_bytes BIGINT NOT NULL,
    stored_bytes BIGINT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    -- the epochs of the locks of the partition's LUs, by LU, as JSON; it is void once anybody else has opened one of them
    lu_epochs TEXT NOT NULL
);
