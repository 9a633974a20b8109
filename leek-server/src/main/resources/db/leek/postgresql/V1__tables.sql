-- Unqualified names: the tables go to Leek's own schema, whatever it is called.

CREATE TABLE store (
  id UUID PRIMARY KEY,
  version INTEGER NOT NULL
);

INSERT INTO store (id, version) VALUES (gen_random_uuid(), 1);

-- In blocks, so that a server numbers a whole batch without asking for each row.
CREATE SEQUENCE queued_task_seq START WITH 1 INCREMENT BY 100;

CREATE TABLE queued_task (
  jid VARCHAR(64) NOT NULL,
  seq BIGINT DEFAULT nextval('queued_task_seq') NOT NULL,
  name VARCHAR(255) NOT NULL,
  queue VARCHAR(100) DEFAULT 'default' NOT NULL,
  priority SMALLINT DEFAULT 5 NOT NULL,
  due_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
  enqueued_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
  payload TEXT NOT NULL,
  attempts INTEGER DEFAULT 0 NOT NULL,
  crashes INTEGER DEFAULT 0 NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE,
  worker_id VARCHAR(255),
  unique_key VARCHAR(255),
  waits_for VARCHAR(255),
  failure TEXT,
  CONSTRAINT queued_task_pk PRIMARY KEY (seq),
  CONSTRAINT queued_task_jid UNIQUE (jid),
  CONSTRAINT queued_task_priority CHECK (priority BETWEEN 1 AND 9)
);

CREATE INDEX queued_task_order ON queued_task (queue, priority DESC, seq);
CREATE INDEX queued_task_due ON queued_task (due_at) WHERE due_at > enqueued_at;
CREATE UNIQUE INDEX queued_task_unique_key ON queued_task (unique_key) WHERE unique_key IS NOT NULL;

-- The right to run a queued task: a table of its own, for a change of a queued row would touch all of its indexes.
CREATE TABLE lease (
  seq BIGINT NOT NULL,
  token VARCHAR(64) NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  lease_until TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  worker_id VARCHAR(255) NOT NULL,
  server_id VARCHAR(64) NOT NULL,
  CONSTRAINT lease_pk PRIMARY KEY (seq)
);

CREATE TABLE success_task (
  jid VARCHAR(64) NOT NULL,
  seq BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  queue VARCHAR(100) NOT NULL,
  payload TEXT NOT NULL,
  enqueued_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE,
  finished_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  attempts INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  worker_id VARCHAR(255),
  result TEXT,
  CONSTRAINT success_task_jid PRIMARY KEY (jid)
);

CREATE INDEX success_task_finished ON success_task (finished_at);

CREATE TABLE failed_task (
  jid VARCHAR(64) NOT NULL,
  seq BIGINT NOT NULL,
  name VARCHAR(255) NOT NULL,
  queue VARCHAR(100) NOT NULL,
  payload TEXT NOT NULL,
  enqueued_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE,
  finished_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  attempts INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  worker_id VARCHAR(255),
  reason VARCHAR(40) NOT NULL,
  errtype VARCHAR(100) NOT NULL,
  message VARCHAR(1000) NOT NULL,
  backtrace TEXT NOT NULL,
  CONSTRAINT failed_task_jid PRIMARY KEY (jid)
);

CREATE INDEX failed_task_finished ON failed_task (finished_at);

CREATE TABLE node (
  server_id VARCHAR(64) NOT NULL,
  beat BIGINT NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CONSTRAINT node_server_id PRIMARY KEY (server_id)
);
