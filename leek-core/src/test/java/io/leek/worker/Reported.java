package io.leek.worker;

import io.leek.wire.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** What runs have told, and what they have put off until the test lets time pass. */
final class Reported implements RunReport.Sender {

    static final Function<Assignment, RunReport> NOTHING = task -> {
        throw new AssertionError("task " + task.jid() + " has something to tell");
    };

    final List<Command> sent = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    RunReport of(Assignment task) {
        return new RunReport(task, this, nanos::get);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    int putOff() {
        return later.size();
    }

    @Override
    public void send(Command report) {
        sent.add(report);
    }

    @Override
    public void later(Runnable what, Duration in) {
        later.add(what);
    }
}
