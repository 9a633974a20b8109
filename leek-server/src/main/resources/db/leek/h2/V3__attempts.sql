-- Attempts that did not end in success, also of tasks that did in the end. No foreign key: what is purged is swept.
CREATE TABLE attempt (
  jid VARCHAR(64) NOT NULL,
  seq BIGINT NOT NULL,
  number INTEGER NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  failed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  worker_id VARCHAR(255) NOT NULL,
  reason VARCHAR(40) NOT NULL,
  errtype VARCHAR(100) NOT NULL,
  message VARCHAR(1000) NOT NULL,
  backtrace TEXT NOT NULL,
  CONSTRAINT attempt_pk PRIMARY KEY (jid, seq, number)
);

UPDATE store SET version = 3;
