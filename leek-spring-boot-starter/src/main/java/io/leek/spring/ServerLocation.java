package io.leek.spring;

import io.leek.client.ServerAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is.
 *
 * @param isHere whether it runs in this process
 * @param description which way that is and who keeps the tasks, to follow "Leek runs"
 * @param storeId the id of its store, where that can be told without asking the server
 * @param workerId an id for a worker that starts now, another at each call
 */
record ServerLocation(
        Supplier<ServerAddress> address,
        Supplier<@Nullable String> storeId,
        Supplier<String> workerId,
        boolean isHere,
        Supplier<String> description) {}
