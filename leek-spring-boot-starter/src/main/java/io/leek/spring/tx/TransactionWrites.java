package io.leek.spring.tx;

import io.leek.client.TaskGateway.Pushed;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A way for the current transaction to keep tasks itself, so that they commit or roll back with the rest of it. */
public interface TransactionWrites {

    /**
     * Keeps tasks with the current transaction.
     *
     * @return empty where it is not one on the right database, in which case nothing is kept
     */
    Optional<List<Pushed>> write(List<ObjectNode> tasks);
}
