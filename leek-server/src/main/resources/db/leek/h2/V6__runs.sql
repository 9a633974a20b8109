-- Tasks that were cancelled while they ran, until their runs have ended. Put back into its queue, a task has another seq.
CREATE TABLE cancellation (
  seq BIGINT NOT NULL,
  CONSTRAINT cancellation_pk PRIMARY KEY (seq)
);

-- What runs have told of themselves, the latest of each. No foreign key: what is purged is swept.
CREATE TABLE report (
  jid VARCHAR(64) NOT NULL,
  done BIGINT,
  total BIGINT,
  message VARCHAR(1000),
  told_at TIMESTAMP(6) WITH TIME ZONE,
  log TEXT NOT NULL,
  CONSTRAINT report_pk PRIMARY KEY (jid)
);

UPDATE store SET version = 6;
