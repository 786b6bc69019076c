-- Times are milliseconds since 1970 UTC. Secrets are stored as SHA-256 (32 bytes) only.

-- The one owner. The check keeps a second row out whatever the code does.
CREATE TABLE owner (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  user_name TEXT NOT NULL,
  -- An argon2id PHC string.
  password TEXT NOT NULL,
  created INTEGER NOT NULL,
  password_changed INTEGER NOT NULL
) STRICT;

-- The link with which the owner is created. One at a time.
CREATE TABLE setup_token (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  hash BLOB NOT NULL,
  made INTEGER NOT NULL
) STRICT;

-- Browsers that the owner has signed in with.
CREATE TABLE device (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
  -- Whether the owner asked to be kept signed in.
  kept INTEGER NOT NULL,
  -- When the owner signed in: the absolute end counts from here.
  signed_in INTEGER NOT NULL,
  -- When this token was made: rotation counts from here.
  made INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  -- The token before the last rotation, good until the parallel requests are through.
  old_hash BLOB UNIQUE,
  old_until INTEGER,
  -- The address and browser of the last use, for the list of devices.
  client TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX session_expires ON session (expires);

-- One counter of failed sign-ins per client: an address, a known device or loopback.
CREATE TABLE attempt (
  client TEXT PRIMARY KEY,
  -- JSON array of the times of failures that still count.
  failures TEXT NOT NULL,
  locked_until INTEGER NOT NULL DEFAULT 0,
  touched INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_touched ON attempt (touched);

-- What happened, appended only.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  client TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
