-- Schema version 11: heartbeats for pools whose storage has no place for them.

CREATE TABLE lease_slot (
    -- POOL/SLOT
    id VARCHAR(64) PRIMARY KEY,
    pool VARCHAR(36) NOT NULL,
    slot INTEGER NOT NULL,
    -- 512 bytes in base64
    record VARCHAR(1024) NOT NULL
);
