-- Schema version 12: a node tells its neighbour by the database, too, that it asks it for nothing any more.

ALTER TABLE node_delegation ADD COLUMN given_up BOOLEAN NOT NULL DEFAULT FALSE;
