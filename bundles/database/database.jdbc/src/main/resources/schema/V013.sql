-- Schema version 13: commits that can be told apart.

-- Drawn anew for each commit, so that a node sees that a revision is not the one that it knows: in a database that was put
-- back to an earlier state and went on from there. Empty where it was not drawn.
ALTER TABLE change_log ADD COLUMN mark VARCHAR(36);
