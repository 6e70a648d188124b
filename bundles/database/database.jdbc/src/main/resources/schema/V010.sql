-- Schema version 10: who may write to storage on a node's behalf.

-- As long as a row stands, nothing that this incarnation of the node owns is granted to another one: its neighbour may
-- still be about to write for it.
CREATE TABLE node_delegation (
    id VARCHAR(36) PRIMARY KEY,
    node VARCHAR(36) NOT NULL,
    incarnation VARCHAR(36) NOT NULL,
    -- whose storage is used; the row means nothing any more once that incarnation is over
    neighbour VARCHAR(36) NOT NULL,
    neighbour_incarnation VARCHAR(36) NOT NULL,
    pool VARCHAR(36) NOT NULL,
    pv VARCHAR(36) NOT NULL
);
