-- Times are milliseconds since 1970 UTC.

-- When the owner last showed in this session to be the owner: what must not be done with a
-- stolen cookie alone asks for the password where that is too long ago.
ALTER TABLE session ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;

-- Whether the owner knows that this server's password travels unencrypted.
ALTER TABLE server ADD COLUMN in_clear INTEGER NOT NULL DEFAULT 0;
-- How often to ask whether it is well, in seconds.
ALTER TABLE server ADD COLUMN check_seconds INTEGER NOT NULL DEFAULT 30;

-- What happened to the connections, a bounded number for each.
CREATE TABLE connection_event (
  id INTEGER PRIMARY KEY,
  server TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  -- JSON.
  what TEXT NOT NULL
) STRICT;
CREATE INDEX connection_event_server ON connection_event (server, id);
