package io.leek.worker;

import io.leek.task.TaskLog;
import io.leek.wire.Command;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a run tells while it is under way: at once, then once a second at most, and what is left when it ends. */
final class RunReport {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Assignment task;
    private final Sender sender;
    private final LongSupplier nanoTime;
    private @Nullable Progress latest;
    private List<String> lines = List.of();
    private boolean hasSent;
    private long sentAt;
    private boolean isScheduled;
    private boolean hasEnded;

    RunReport(Assignment task, Sender sender, LongSupplier nanoTime) {
        this.task = task;
        this.sender = sender;
        this.nanoTime = nanoTime;
    }

    private record Progress(long done, long of, @Nullable String message) {}

    /** The way to the server. */
    interface Sender {

        void send(Command report);

        void later(Runnable what, Duration in);
    }

    synchronized void progress(long done, long of, @Nullable String message) {
        latest = new Progress(done, of, message);
        tell();
    }

    synchronized void log(String text) {
        lines = TaskLog.last(lines, TaskLog.lines(text));
        tell();
    }

    /** What is left is on its way before the run's answer. */
    synchronized void end() {
        hasEnded = true;
        send();
    }

    private void tell() {
        long left = hasSent ? sentAt + INTERVAL.toNanos() - nanoTime.getAsLong() : 0;
        if (hasEnded || isScheduled) {
            return;
        }
        if (left <= 0) {
            send();
        } else {
            isScheduled = true;
            sender.later(this::tellLater, Duration.ofNanos(left));
        }
    }

    private synchronized void tellLater() {
        isScheduled = false;
        if (!hasEnded) {
            send();
        }
    }

    private void send() {
        if (latest == null && lines.isEmpty()) {
            return;
        }
        sender.send(new Command.Progress(
                task.jid(),
                task.lease(),
                latest == null ? null : latest.done(),
                latest == null ? null : latest.of(),
                latest == null ? null : latest.message(),
                lines.isEmpty() ? null : lines));
        latest = null;
        lines = List.of();
        hasSent = true;
        sentAt = nanoTime.getAsLong();
    }
}
