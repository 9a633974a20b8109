package io.leek.worker;

import io.leek.client.Connection;
import io.leek.task.RecurringTask;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says again and again which recurring tasks this process has: the server forgets those that nobody has. */
final class Declaration {

    private static final Logger log = LoggerFactory.getLogger(Declaration.class);

    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final Connection connection;
    private final List<RecurringTask> recurring;

    Declaration(Connection connection, List<RecurringTask> recurring) {
        this.connection = connection;
        this.recurring = recurring;
    }

    void start(ScheduledExecutorService timer) {
        if (!recurring.isEmpty()) {
            timer.scheduleAtFixedRate(this::declareOnceConnected, 0, INTERVAL.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void declareOnceConnected() {
        connection
                .whenConnected()
                .thenRun(() -> connection.send(new Command.Declare(recurring)).whenComplete(Declaration::answered));
    }

    private static void answered(@Nullable Reply reply, @Nullable Throwable error) {
        if (error == null && !Reply.OK.equals(reply)) {
            log.error("The server does not take this application's recurring tasks, so they don't run: {}", reply);
        }
    }
}
