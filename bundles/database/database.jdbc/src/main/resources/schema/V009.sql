-- Schema version 9: bundles that every node of the cluster runs.

CREATE TABLE bundle (
    -- of the jar, in hexadecimal
    sha256 VARCHAR(64) PRIMARY KEY,
    symbolic_name VARCHAR(255) NOT NULL,
    version VARCHAR(64) NOT NULL,
    size_bytes BIGINT NOT NULL,
    parts INTEGER NOT NULL,
    -- deploying, deployed
    state VARCHAR(16) NOT NULL,
    -- at which it was installed
    node VARCHAR(36) NOT NULL
);

CREATE TABLE bundle_part (
    -- SHA256/NUMBER
    id VARCHAR(80) PRIMARY KEY,
    bundle VARCHAR(64) NOT NULL,
    -- base64
    content TEXT NOT NULL
);
