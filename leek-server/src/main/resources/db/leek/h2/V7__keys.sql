-- Keys that are taken for a time, whatever becomes of their tasks. Other tasks never touch this table. No foreign key: a
-- row counts until its time is over, and is swept some time after that.
CREATE TABLE unique_key (
  unique_key VARCHAR(255) NOT NULL,
  jid VARCHAR(64) NOT NULL,
  taken_until TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CONSTRAINT unique_key_pk PRIMARY KEY (unique_key)
);

CREATE INDEX unique_key_until ON unique_key (taken_until);

UPDATE store SET version = 7;
