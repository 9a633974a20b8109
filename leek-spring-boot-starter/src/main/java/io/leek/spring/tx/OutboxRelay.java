package io.leek.spring.tx;

import io.leek.LeekException;
import io.leek.TaskRefusedException;
import io.leek.client.TaskGateway;
import io.leek.client.TaskGateway.Pushed;
import io.leek.log.OncePerMinute;
import io.leek.spring.tx.Outbox.Kept;
import io.leek.task.TaskJson;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.node.ObjectNode;

/** Sends what has committed in the outbox: after each commit, at the start, and every few seconds as the net below. */
public final class OutboxRelay implements TransactionWrites, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

    private static final long SWEEP_SECONDS = 5;

    private final Outbox outbox;
    private final TaskGateway gateway;
    private final OncePerMinute said = new OncePerMinute();
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-outbox");
        thread.setDaemon(true);
        return thread;
    });

    public OutboxRelay(Outbox outbox, TaskGateway gateway) {
        this.outbox = outbox;
        this.gateway = gateway;
        timer.scheduleWithFixedDelay(this::relay, 1, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Optional<List<Pushed>> write(List<ObjectNode> tasks) {
        if (!outbox.keep(tasks)) {
            return Optional.empty();
        }
        KeptTasks kept = OpenTransaction.current(KeptTasks.class, each -> true, () -> new KeptTasks(this));
        return Optional.of(tasks.stream()
                .map(task -> new Pushed(task.path("jid").asString(), true, kept))
                .toList());
    }

    /** Something has committed. */
    void wake() {
        if (isAsked.compareAndSet(false, true)) {
            try {
                timer.execute(this::relay);
            } catch (RejectedExecutionException e) {
                log.debug("This application stops; the outbox is sent at its next start", e);
            }
        }
    }

    private void relay() {
        isAsked.set(false);
        try {
            for (List<Kept> page = outbox.page(); !page.isEmpty(); page = outbox.page()) {
                send(page);
            }
        } catch (LeekException | DataAccessException e) {
            if (said.isDue("outbox")) {
                log.warn("Tasks wait in leek_outbox, they are sent once that is possible: {}", e.getMessage());
            }
        } catch (RuntimeException e) {
            log.error("Tasks wait in leek_outbox and could not be sent", e);
        }
    }

    private void send(List<Kept> page) {
        try {
            gateway.push(page.stream().map(OutboxRelay::record).toList());
        } catch (TaskRefusedException e) {
            page.forEach(this::sendAlone);
            return;
        }
        outbox.delete(page);
    }

    /** The others have been sent by now or are known; the server takes a task a second time without making two of it. */
    private void sendAlone(Kept task) {
        try {
            gateway.push(List.of(record(task)));
        } catch (TaskRefusedException e) {
            if (!e.code().equals("ERR")) {
                throw e;
            }
            log.error("Task {} stays in leek_outbox, the server does not take it: {}", task.id(), e.getMessage());
            outbox.refused(task, String.valueOf(e.getMessage()));
            return;
        }
        outbox.delete(List.of(task));
    }

    private static ObjectNode record(Kept task) {
        return (ObjectNode) TaskJson.MAPPER.readTree(task.payload());
    }

    /** What is under way is sent to its end; the rest waits for the next start. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(SWEEP_SECONDS, TimeUnit.SECONDS)) {
                log.debug("The outbox is being sent still; what is not confirmed is sent again at the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
