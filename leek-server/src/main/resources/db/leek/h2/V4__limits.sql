-- Limits on what runs at once. Tasks without a mutex and queues without a rate never touch these tables.

ALTER TABLE queued_task ADD COLUMN mutex VARCHAR(255);
ALTER TABLE failed_task ADD COLUMN mutex VARCHAR(255);

-- Tasks that wait for a mutex are out of the way of those that look for ready ones.
DROP INDEX queued_task_order;
CREATE INDEX queued_task_order ON queued_task (queue, waits_for, priority DESC, seq);

-- A place in a mutex, taken for as long as the lease of this token is there; an ordered one also while its task waits for
-- a retry. So whatever ends a lease gives its place back, and a row here that is out of date counts for nothing.
CREATE TABLE slot (
  mutex VARCHAR(255) NOT NULL,
  place INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  token VARCHAR(64) NOT NULL,
  ordered BOOLEAN NOT NULL,
  CONSTRAINT slot_pk PRIMARY KEY (mutex, place)
);

-- Queued tasks that found their mutex full and have not run since, in the order in which they get a place.
CREATE TABLE waiter (
  seq BIGINT NOT NULL,
  mutex VARCHAR(255) NOT NULL,
  priority SMALLINT NOT NULL,
  places INTEGER NOT NULL,
  ordered BOOLEAN NOT NULL,
  CONSTRAINT waiter_pk PRIMARY KEY (seq)
);

CREATE INDEX waiter_order ON waiter (mutex, priority DESC, seq);

-- When the tasks of a queue with a rate limit were handed out lately: starts of short spans in milliseconds since 1970,
-- and how many in each.
CREATE TABLE rate (
  queue VARCHAR(100) NOT NULL,
  recent TEXT NOT NULL,
  CONSTRAINT rate_pk PRIMARY KEY (queue)
);

UPDATE store SET version = 4;
