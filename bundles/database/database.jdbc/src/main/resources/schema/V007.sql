-- Schema version 7: what is kept of a SCSI logical unit beside its reservations.

CREATE TABLE scsi_state (
    id VARCHAR(36) PRIMARY KEY,
    lu VARCHAR(36) NOT NULL UNIQUE REFERENCES lu (id) ON DELETE CASCADE,
    -- whether all of it is being erased, or was not erased to the end
    erasing VARCHAR(32) NOT NULL,
    -- the mode parameters that rule, if somebody has changed them, and those that rule after a loss of power
    modes VARCHAR(255),
    saved_modes VARCHAR(255)
);

-- whether the initiator port is registered at every target port, those of nodes to come included (ALL_TG_PT)
ALTER TABLE scsi_registration ADD COLUMN everywhere BOOLEAN NOT NULL DEFAULT FALSE;
