package io.leek.worker;

import io.leek.client.Connection;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears from the server which tasks to cancel and when to give some back, in one long poll after the other on a connection of its own. */
final class Listening implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Listening.class);

    /** The server answers after 20 s if there is nothing to tell. */
    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private static final long AGAIN_MS = 1_000;

    /** News with nothing to do that come sooner may come again and again. */
    private static final long SOONEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Connection connection;
    private final String wid;
    private final Consumer<Replies.News> onNews;
    private final ScheduledExecutorService timer;

    /** @param onNews must not block */
    Listening(Connection connection, String wid, Consumer<Replies.News> onNews, ScheduledExecutorService timer) {
        this.connection = connection;
        this.wid = wid;
        this.onNews = onNews;
        this.timer = timer;
    }

    void start() {
        long askedAt = System.nanoTime();
        connection
                .send(new Command.Listen(wid), TIMEOUT)
                .whenComplete((reply, error) -> heard(reply, error, System.nanoTime() - askedAt));
    }

    private void heard(@Nullable Reply reply, @Nullable Throwable error, long waited) {
        if (error != null) {
            // Not after a close, for then nobody connects any more.
            connection.whenConnected().thenRun(this::startLater);
            return;
        }
        Replies.News news = reply instanceof Reply.Bulk bulk ? read(bulk) : Replies.News.NONE;
        try {
            onNews.accept(news);
        } catch (RuntimeException e) {
            log.error("Tasks could not be cancelled or given back; what comes next still will be", e);
        }
        if (news.leases() == null && news.giveBack() == null && waited < SOONEST_NANOS) {
            startLater();
        } else {
            start();
        }
    }

    private static Replies.News read(Reply.Bulk bulk) {
        try {
            return TaskJson.MAPPER.readValue(bulk.json(), Replies.News.class);
        } catch (RuntimeException e) {
            log.warn("The server's news can't be read", e);
            return Replies.News.NONE;
        }
    }

    private void startLater() {
        try {
            timer.schedule(this::start, AGAIN_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("The worker stops", e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
