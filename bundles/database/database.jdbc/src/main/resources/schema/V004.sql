-- Schema version 4: what SCSI initiators have registered and reserved of an LU (SPC-4, 5.12). Written by the node that
-- holds the LU's lock, in one transaction with a look at the lock's epoch.

CREATE TABLE scsi_unit (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    -- whether it survives the loss of power
    aptpl BOOLEAN NOT NULL,
    -- the persistent reservation's type and holder, if there is one
    type INTEGER,
    holder_port VARCHAR(255),
    holder_target_port INTEGER
);

CREATE TABLE scsi_registration (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL REFERENCES lu (id) ON DELETE CASCADE,
    initiator_port VARCHAR(255) NOT NULL,
    target_port INTEGER NOT NULL,
    -- the 64 bits of the reservation key as a signed number
    reservation_key BIGINT NOT NULL,
    UNIQUE (lu, initiator_port, target_port)
);

-- The incarnations of nodes that exported an LU: it has power as long as one of them is its node's present one.
CREATE TABLE scsi_power (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL REFERENCES lu (id) ON DELETE CASCADE,
    node VARCHAR(36) NOT NULL,
    incarnation VARCHAR(36) NOT NULL,
    UNIQUE (lu, node)
);
