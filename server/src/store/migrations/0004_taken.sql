-- Whether the server took the prompt and has not shown its message: it is not sent again
-- while that is so.
ALTER TABLE prompt ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
