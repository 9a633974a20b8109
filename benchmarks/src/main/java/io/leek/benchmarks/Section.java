package io.leek.benchmarks;

import static io.leek.benchmarks.Column.Unit.ASIDE;
import static io.leek.benchmarks.Column.Unit.COUNT;
import static io.leek.benchmarks.Column.Unit.KILOBYTES;
import static io.leek.benchmarks.Column.Unit.LATENCY;
import static io.leek.benchmarks.Column.Unit.MEGABYTES;
import static io.leek.benchmarks.Column.Unit.MICROSECONDS;
import static io.leek.benchmarks.Column.Unit.MILLISECONDS;
import static io.leek.benchmarks.Column.Unit.RATE;

import io.leek.benchmarks.measure.Measures;
import java.util.List;

/** A part of the document: one kind of measurement. */
record Section(Measures measure, String title, String explanation, List<Column> columns) {

    static final List<Section> ALL = List.of(
            new Section(
                    Measures.ENQUEUE,
                    "Enqueue",
                    "Callers that enqueue one task after the other, as fast as they are answered. No worker runs.",
                    List.of(
                            new Column("1_p50_us", "1 caller, p50 ms", LATENCY),
                            new Column("1_p99_us", "1 caller, p99 ms", LATENCY),
                            new Column("1_per_s", "1 caller, tasks/s", RATE),
                            new Column("8_p50_us", "8 callers, p50 ms", LATENCY),
                            new Column("8_p99_us", "8 callers, p99 ms", LATENCY),
                            new Column("8_per_s", "8 callers, tasks/s", RATE),
                            new Column("32_p50_us", "32 callers, p50 ms", LATENCY),
                            new Column("32_p99_us", "32 callers, p99 ms", LATENCY),
                            new Column("32_per_s", "32 callers, tasks/s", RATE))),
            new Section(
                    Measures.BULK,
                    "Bulk",
                    "One caller that enqueues 1,000 tasks with one call. No worker runs.",
                    List.of(
                            new Column("p50_us", "1,000 tasks, p50 ms", LATENCY),
                            new Column("per_s", "tasks/s", RATE))),
            new Section(
                    Measures.IDLE,
                    "Idle latency",
                    "One task at a time for one idle worker: from the call to the task's first line. Beside it, how long "
                            + "the call itself took.",
                    List.of(
                            new Column("p50_us", "call to start, p50 ms", LATENCY),
                            new Column("p99_us", "call to start, p99 ms", LATENCY),
                            new Column("call_p50_us", "the call, p50 ms", LATENCY),
                            new Column("samples", "samples a round", COUNT))),
            new Section(
                    Measures.TRANSACTION,
                    "In the application's transaction",
                    "A transaction that inserts a row of the application's and enqueues a task, for one idle worker: from "
                            + "just before the commit to the task's first line; the whole transaction, and beside it the "
                            + "same without a task. Then 10,000 tasks with one call in such a transaction, while no "
                            + "worker runs. On H2 Leek and plain JDBC sync after the commit; without a task nobody does.",
                    List.of(
                            new Column("start_p50_us", "commit to start, p50 ms", LATENCY),
                            new Column("start_p99_us", "commit to start, p99 ms", LATENCY),
                            new Column("with_p50_us", "transaction with a task, p50 ms", LATENCY),
                            new Column("without_p50_us", "without, p50 ms", ASIDE),
                            new Column("bulk_per_s", "10,000 in one, tasks/s", RATE))),
            new Section(
                    Measures.DRAIN_ONE,
                    "Drain with one worker",
                    "A full queue and one worker: tasks a second from the first to the last within the time allowed. "
                            + "Beside it what a task costs the application's process, all threads together; what "
                            + "PostgreSQL itself uses is not in it.",
                    List.of(
                            new Column("per_s", "tasks/s", RATE),
                            new Column("cpu_us", "processor, µs a task", MICROSECONDS),
                            new Column("allocated_bytes", "allocated, KB a task", KILOBYTES),
                            new Column("filled", "tasks waiting", COUNT),
                            new Column("ran", "tasks run", COUNT))),
            new Section(
                    Measures.DRAIN_BEST,
                    "Drain with many workers",
                    "The same with the larger number of workers that stands under settings.",
                    List.of(
                            new Column("per_s", "tasks/s", RATE),
                            new Column("filled", "tasks waiting", COUNT),
                            new Column("ran", "tasks run", COUNT))),
            new Section(
                    Measures.BACKLOG_SMALL,
                    "Small backlog in little memory",
                    "10,000 tasks waiting, one worker, everything in one JVM with `-Xmx256m`.",
                    List.of(new Column("per_s", "tasks/s", RATE), new Column("filled", "tasks waiting", COUNT))),
            new Section(
                    Measures.BACKLOG_LARGE,
                    "Large backlog in little memory",
                    "The same with 1,000,000 tasks waiting. To save time, of the peers only db-scheduler takes part.",
                    List.of(new Column("per_s", "tasks/s", RATE), new Column("filled", "tasks waiting", COUNT))),
            new Section(
                    Measures.START,
                    "Start-up and memory",
                    "A new JVM, from its start until the application is ready and until its first task runs, where it "
                            + "has run before and its tables are there; memory after that and a garbage collection. Peers "
                            + "are configured by their own API without their starters, which spares them some time. "
                            + "What somebody adds is the difference to the last row.",
                    List.of(
                            new Column("ready_ms", "ready, ms", MILLISECONDS),
                            new Column("first_task_ms", "first task, ms", MILLISECONDS),
                            new Column("heap_mb", "heap, MB", MEGABYTES),
                            new Column("non_heap_mb", "outside the heap, MB", MEGABYTES),
                            new Column("resident_mb", "resident, MB", MEGABYTES),
                            new Column("threads", "threads", COUNT))));
}
