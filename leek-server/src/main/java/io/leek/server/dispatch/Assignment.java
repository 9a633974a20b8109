package io.leek.server.dispatch;

import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;

/** A task on its way to a worker, with the lease it runs under. */
public record Assignment(QueuedTask row, Lease lease) {}
