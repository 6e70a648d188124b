-- Schema version 8: tokens of the VIOS API, and the requests that changed something.

CREATE TABLE vio_token (
    name VARCHAR(64) PRIMARY KEY,
    -- SHA-256 of the token in hexadecimal: it has 256 random bits, so that there is nothing to guess
    hash VARCHAR(64) NOT NULL UNIQUE,
    -- read, operate, administer
    role VARCHAR(16) NOT NULL,
    -- milliseconds since 1970, by the clock of the node that made it; 0 for no end
    expires_ms BIGINT NOT NULL,
    created VARCHAR(64) NOT NULL
);

-- A request that changes something is written down before it is done, and its answer afterwards: a repeated one gets the
-- same answer, from any node. The oldest ones are deleted.
CREATE TABLE vio_request (
    -- from counter 'vio_request'
    number BIGINT PRIMARY KEY,
    -- CALLER/ID
    request_key VARCHAR(160) NOT NULL UNIQUE,
    id VARCHAR(64) NOT NULL,
    caller VARCHAR(64) NOT NULL,
    -- SHA-256 of the request in hexadecimal
    digest VARCHAR(64) NOT NULL,
    -- for example: start partition web1
    what VARCHAR(255) NOT NULL,
    -- running, done, failed
    state VARCHAR(16) NOT NULL,
    node VARCHAR(36) NOT NULL,
    incarnation VARCHAR(36) NOT NULL,
    progress VARCHAR(255) NOT NULL,
    -- the answer as JSON; empty while it runs
    answer TEXT NOT NULL
);
