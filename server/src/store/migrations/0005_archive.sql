-- The sessions that the owner put away on servers that keep no archive of their own.
CREATE TABLE archived (
  server TEXT NOT NULL,
  session TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (server, session)
) STRICT, WITHOUT ROWID;
