-- Tasks that were cancelled while they ran, until their runs have ended. Put back into its queue, a task has another seq.
CREATE TABLE cancellation (
  seq BIGINT NOT NULL,
  CONSTRAINT cancellation_pk PRIMARY KEY (seq)
);

UPDATE store SET version = 6;
