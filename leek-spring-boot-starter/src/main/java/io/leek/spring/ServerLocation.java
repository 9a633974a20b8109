package io.leek.spring;

import io.leek.client.ServerAddress;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is.
 *
 * @param here answers a command without a connection within a time, where the server runs in this process; null where it
 *     does not
 * @param description which way that is and who keeps the tasks, to follow "Leek runs"
 * @param storeId the id of its store, where that can be told without asking the server
 * @param workerId an id for a worker that starts now, another at each call
 */
record ServerLocation(
        Supplier<ServerAddress> address,
        Supplier<@Nullable String> storeId,
        Supplier<String> workerId,
        @Nullable BiFunction<Command, Duration, CompletableFuture<Reply>> here,
        Supplier<String> description) {}
