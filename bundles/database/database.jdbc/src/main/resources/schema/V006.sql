-- Schema version 6: events, their registrations, how nodes stand, neighbours.

CREATE TABLE event (
    -- from counter 'event', without gaps, in the order of commits
    number BIGINT PRIMARY KEY,
    -- lifecycle, alert
    kind VARCHAR(16) NOT NULL,
    subject VARCHAR(16) NOT NULL,
    action VARCHAR(16) NOT NULL,
    -- the subject's id, and its name when it happened
    object VARCHAR(128) NOT NULL,
    name VARCHAR(255) NOT NULL,
    -- the node that it happened to or on; of one that is gone too
    node VARCHAR(36) NOT NULL,
    text VARCHAR(1024) NOT NULL,
    -- by the database's own clock: for people, never for a decision
    at VARCHAR(64) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE event_registration (
    id VARCHAR(36) PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE,
    -- which events; see EventFilter
    filter VARCHAR(1024) NOT NULL,
    -- the number up to which the caller has them
    acknowledged BIGINT NOT NULL
);

-- How a node stands, as itself and the others found out. Decides nothing: events are derived from it.
CREATE TABLE node_status (
    node VARCHAR(36) PRIMARY KEY,
    incarnation VARCHAR(36) NOT NULL,
    -- up, stopped, failed
    state VARCHAR(16) NOT NULL,
    -- why it is no longer up
    reason VARCHAR(255) NOT NULL,
    -- whether it reaches its pools, and the database: ok, lost
    storage VARCHAR(16) NOT NULL,
    database_link VARCHAR(16) NOT NULL
);
INSERT INTO node_status (node, incarnation, state, reason, storage, database_link)
    SELECT id, incarnation, 'up', '', 'ok', 'ok' FROM node;

-- Incarnations of which it is known, other than by their heartbeats, that they are over.
CREATE TABLE node_end (
    incarnation VARCHAR(36) PRIMARY KEY,
    node VARCHAR(36) NOT NULL,
    -- operator, power, processes_gone
    proof VARCHAR(32) NOT NULL,
    explanation VARCHAR(512) NOT NULL,
    -- the node that wrote it down
    told_by VARCHAR(36) NOT NULL
);

-- Which process a node is, for a proof by a neighbour of the same host.
CREATE TABLE node_process (
    node VARCHAR(36) PRIMARY KEY,
    incarnation VARCHAR(36) NOT NULL,
    -- boot id and pid namespace: equal only where pids mean the same
    host VARCHAR(128) NOT NULL,
    pid BIGINT NOT NULL,
    start_ticks BIGINT NOT NULL,
    -- where its watchdog keeps the list of what it guards
    run_folder VARCHAR(1024) NOT NULL
);

-- Which neighbours take a node's I/O when it loses its storage, the first one first.
CREATE TABLE node_neighbour (
    -- NODE/RANK
    id VARCHAR(64) PRIMARY KEY,
    node VARCHAR(36) NOT NULL,
    neighbour_rank INTEGER NOT NULL,
    neighbour VARCHAR(36) NOT NULL
);
