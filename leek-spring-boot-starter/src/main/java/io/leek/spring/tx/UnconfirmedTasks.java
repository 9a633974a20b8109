package io.leek.spring.tx;

import io.leek.LeekException;
import io.leek.client.TaskGateway;
import io.leek.log.OncePerMinute;
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
import org.springframework.dao.DataAccessException;
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
    private final OncePerMinute said = new OncePerMinute();
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
        try {
            String server = gateway.storeId();
            if (server == null) {
                return;
            }
            List<TaskTables> others = stores.others(server);
            others.forEach(other -> send(other, server));
            done(others);
        } catch (LeekException | DataAccessException e) {
            if (said.isDue("unconfirmed")) {
                log.warn("Rows in the tables of another store could not be sent to the server yet: {}", e.getMessage());
            }
        } catch (RuntimeException e) {
            log.error("Rows in the tables of another store could not be sent to the server", e);
        }
    }

    /** What has been added meanwhile comes with the next round. */
    private synchronized void done(List<TaskTables> others) {
        ids.keySet().retainAll(others);
        ids.values().removeIf(List::isEmpty);
        if (ids.isEmpty() && looking != null) {
            looking.cancel(false);
            looking = null;
        }
    }

    private void send(TaskTables tables, String server) {
        TaskSql sql = tables.find().orElseThrow().sql();
        for (String[] batch = next(tables); batch.length > 0; batch = next(tables)) {
            String[] jids = batch;
            List<ObjectNode> tasks = tables.inOwnTransaction(jdbc -> sql.waiting(jdbc, jids)).stream()
                    .map(payload -> (ObjectNode) TaskJson.MAPPER.readTree(payload))
                    .toList();
            if (!tasks.isEmpty()) {
                gateway.push(tasks);
                tables.inOwnTransaction(jdbc -> sql.delete(jdbc, jids));
                log.warn(
                        "{} tasks were written into the tables in the application's database while the server could not be"
                                + " reached, but the server keeps its tasks in another store ({}); they were sent to it",
                        tasks.size(),
                        server);
            }
            sent(tables, batch.length);
        }
        long left = tables.inOwnTransaction(sql::queued);
        if (left > 0) {
            log.warn(
                    "The application's database has {} queued tasks in tables of a store that this server does not keep; it"
                            + " keeps {}. If no other server does, push them again or delete them",
                    left,
                    server);
        }
    }

    private synchronized String[] next(TaskTables tables) {
        List<String> written = ids.getOrDefault(tables, List.of());
        return written.subList(0, Math.min(BATCH, written.size())).toArray(String[]::new);
    }

    private synchronized void sent(TaskTables tables, int count) {
        ids.getOrDefault(tables, new ArrayList<>()).subList(0, count).clear();
    }

    @Override
    public void close() {
        // Without an interrupt: one inside a statement closes a whole H2 database.
        timer.shutdown();
    }
}
