-- Times are milliseconds since 1970 UTC.

-- The OpenCode servers that are known.
CREATE TABLE server (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  -- What the server wants to hear, if anything; the password is sealed.
  user_name TEXT,
  password BLOB,
  -- Whether a connection is wanted.
  wanted INTEGER NOT NULL DEFAULT 1,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX server_address ON server (address);

-- Prompts that were handed to a server. A prompt that stands here is looked for on the
-- server before it is sent again.
CREATE TABLE prompt (
  server TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Whether the server was seen to have it.
  accepted INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  PRIMARY KEY (server, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prompt_at ON prompt (at);

-- Requests to make a session, and what they made.
CREATE TABLE creation (
  server TEXT NOT NULL,
  request TEXT NOT NULL,
  -- The session, once it is known.
  session TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (server, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX creation_at ON creation (at);
