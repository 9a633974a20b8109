-- Recurring tasks as applications have declared them. The next run of each is a queued task like any other.
CREATE TABLE recurring (
  name VARCHAR(255) NOT NULL,
  definition TEXT NOT NULL,
  declared_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  last_tick TIMESTAMP(6) WITH TIME ZONE,
  last_jid VARCHAR(64),
  CONSTRAINT recurring_pk PRIMARY KEY (name)
);

UPDATE store SET version = 2;
