package io.leek.spring;

import io.leek.client.ServerAddress;
import io.leek.wire.Command.Written;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is.
 *
 * @param wake tells it of rows that this process has committed, where it runs in this process; null where it does not
 * @param description which way that is and who keeps the tasks, to follow "Leek runs"
 * @param storeId the id of its store, where that can be told without asking the server
 * @param workerId an id for a worker that starts now, another at each call
 */
record ServerLocation(
        Supplier<ServerAddress> address,
        Supplier<@Nullable String> storeId,
        Supplier<String> workerId,
        @Nullable Consumer<List<Written>> wake,
        Supplier<String> description) {

    boolean isHere() {
        return wake != null;
    }
}
