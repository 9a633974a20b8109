-- Queues of which something has been said. No row: its tasks are handed out.
CREATE TABLE queue (
  name VARCHAR(100) NOT NULL,
  paused_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CONSTRAINT queue_pk PRIMARY KEY (name)
);

UPDATE store SET version = 5;
