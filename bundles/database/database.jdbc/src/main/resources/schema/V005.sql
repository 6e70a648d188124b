-- Schema version 5: an LU is exported by several nodes beside each other; lu_export.node is the preferred one.

ALTER TABLE lu_export ADD COLUMN mutual_user VARCHAR(64);
ALTER TABLE lu_export ADD COLUMN mutual_secret VARCHAR(64);
-- whether initiators that log in at a standby path are sent to the active one
ALTER TABLE lu_export ADD COLUMN redirects BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE lu_export ADD COLUMN gives_back BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE lu_export ADD COLUMN atomic_bytes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE lu_path (
    -- EXPORT/NODE
    id VARCHAR(80) PRIMARY KEY,
    export VARCHAR(36) NOT NULL REFERENCES lu_export (id),
    node VARCHAR(36) NOT NULL REFERENCES node (id),
    UNIQUE (export, node)
);

INSERT INTO lu_path (id, export, node) SELECT id || '/' || node, id, node FROM lu_export;
