package io.leek.spring.tx;

import io.leek.client.TaskGateway;
import io.leek.task.TaskJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows that were written before the server had said which store is its own. Should it be another one, nobody would run
 * them there, so they are sent to it.
 */
final class UnconfirmedTasks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UnconfirmedTasks.class);

    /** More are not remembered; the count of what is left tells of them. */
    private static final int MOST = 100_000;

    private static final int BATCH = 500;
    private static final long LOOK_MS = 1_000;

    private final ApplicationStores stores;
    private final TaskGateway gateway;
    private final Map<TaskTables, List<String>> ids = new LinkedHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-unconfirmed");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> looking;

    UnconfirmedTasks(ApplicationStores stores, TaskGateway gateway) {
        this.stores = stores;
        this.gateway = gateway;
    }

    synchronized void add(TaskTables tables, List<String> jids) {
        List<String> known = ids.computeIfAbsent(tables, table -> new ArrayList<>());
        known.addAll(jids.subList(0, Math.min(jids.size(), MOST - Math.min(MOST, known.size()))));
        look();
    }

    /** Looks from now on whether the server has said which store is its own, until it has. */
    synchronized void look() {
        if (looking == null && !timer.isShutdown()) {
            looking = timer.scheduleWithFixedDelay(this::settle, 0, LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void settle() {
        String server = gateway.storeId();
        if (server == null) {
            return;
        }
        try {
            stores.others(server).forEach(other -> send(other, server));
            done();
        } catch (RuntimeException e) {
            // The server or the database is away again; the next round comes in a second.
            log.debug("Rows in another store could not be sent to the server yet", e);
        }
    }

    private synchronized void done() {
        ids.clear();
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
    }

    private void send(TaskTables tables, String server) {
        List<String> written;
        synchronized (this) {
            written = List.copyOf(ids.getOrDefault(tables, List.of()));
        }
        TaskSql sql = tables.find().orElseThrow().sql();
        for (int from = 0; from < written.size(); from += BATCH) {
            String[] batch = written.subList(from, Math.min(from + BATCH, written.size()))
                    .toArray(String[]::new);
            List<ObjectNode> tasks = sql.waiting(tables.jdbc(), batch).stream()
                    .map(payload -> (ObjectNode) TaskJson.MAPPER.readTree(payload))
                    .toList();
            if (!tasks.isEmpty()) {
                gateway.push(tasks);
                sql.delete(tables.jdbc(), batch);
                log.warn(
                        "{} tasks were written into the tables in the application's database while the server could not be"
                                + " reached, but the server keeps its tasks in another store ({}); they were sent to it",
                        tasks.size(),
                        server);
            }
        }
        long left = sql.queued(tables.jdbc());
        if (left > 0) {
            log.warn(
                    "The application's database has {} queued tasks in tables of a store that this server does not keep; it"
                            + " keeps {}. If no other server does, push them again or delete them",
                    left,
                    server);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
