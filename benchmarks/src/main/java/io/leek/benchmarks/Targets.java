package io.leek.benchmarks;

import static io.leek.benchmarks.contender.Contenders.ALONE;
import static io.leek.benchmarks.contender.Contenders.DB_SCHEDULER;
import static io.leek.benchmarks.contender.Contenders.DB_SCHEDULER_DEFAULT;
import static io.leek.benchmarks.contender.Contenders.JDBC;
import static io.leek.benchmarks.contender.Contenders.JOBRUNR;
import static io.leek.benchmarks.contender.Contenders.LEEK;
import static io.leek.benchmarks.contender.Store.H2;
import static io.leek.benchmarks.contender.Store.H2_WRITE_THROUGH;
import static io.leek.benchmarks.contender.Store.POSTGRESQL;
import static io.leek.benchmarks.measure.Measures.BACKLOG_LARGE;
import static io.leek.benchmarks.measure.Measures.BACKLOG_SMALL;
import static io.leek.benchmarks.measure.Measures.BULK;
import static io.leek.benchmarks.measure.Measures.DRAIN_BEST;
import static io.leek.benchmarks.measure.Measures.DRAIN_ONE;
import static io.leek.benchmarks.measure.Measures.ENQUEUE;
import static io.leek.benchmarks.measure.Measures.IDLE;
import static io.leek.benchmarks.measure.Measures.START;
import static io.leek.benchmarks.measure.Measures.TRANSACTION;

import io.leek.benchmarks.Figures.Figure;
import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** What Leek wants to reach beside the others. */
final class Targets {

    static final List<Target> ALL = List.of(
            ratio(
                    "Drain with one worker beside db-scheduler's best with one, PostgreSQL",
                    8,
                    one(POSTGRESQL, LEEK),
                    one(POSTGRESQL, DB_SCHEDULER)),
            ratio(
                    "… beside db-scheduler's best of all, PostgreSQL",
                    3,
                    one(POSTGRESQL, LEEK),
                    Figure.of(DRAIN_BEST, POSTGRESQL, DB_SCHEDULER, "per_s")),
            ratio("Drain with one worker beside db-scheduler on H2's default", 2, one(H2, LEEK), one(H2, DB_SCHEDULER)),
            ratio(
                    "… beside db-scheduler with its own defaults on H2's",
                    2,
                    one(H2, LEEK),
                    one(H2, DB_SCHEDULER_DEFAULT)),
            ratio(
                    "… beside db-scheduler on H2 with `WRITE_DELAY=0`",
                    7,
                    one(H2, LEEK),
                    one(H2_WRITE_THROUGH, DB_SCHEDULER)),
            atMost(
                    "Enqueue, 1 caller, p50: multiple of a plain insert and commit, PostgreSQL",
                    1.5,
                    enqueue(POSTGRESQL, LEEK, "1_p50_us"),
                    enqueue(POSTGRESQL, JDBC, "1_p50_us")),
            atMost(
                    "… H2 (the insert with `CHECKPOINT SYNC`)",
                    1.5,
                    enqueue(H2, LEEK, "1_p50_us"),
                    enqueue(H2, JDBC, "1_p50_us")),
            atMost(
                    "… multiple of db-scheduler, PostgreSQL",
                    1,
                    enqueue(POSTGRESQL, LEEK, "1_p50_us"),
                    enqueue(POSTGRESQL, DB_SCHEDULER, "1_p50_us")),
            ratio(
                    "Enqueue, 8 callers, beside db-scheduler, PostgreSQL",
                    2,
                    enqueue(POSTGRESQL, LEEK, "8_per_s"),
                    enqueue(POSTGRESQL, DB_SCHEDULER, "8_per_s")),
            ratio(
                    "… beside db-scheduler on H2 with `WRITE_DELAY=0`",
                    1.5,
                    enqueue(H2, LEEK, "8_per_s"),
                    enqueue(H2_WRITE_THROUGH, DB_SCHEDULER, "8_per_s")),
            ratio(
                    "… the same with 32 callers",
                    3,
                    enqueue(H2, LEEK, "32_per_s"),
                    enqueue(H2_WRITE_THROUGH, DB_SCHEDULER, "32_per_s")),
            ratio("Bulk of 1,000 beside JobRunr, PostgreSQL", 3, bulk(POSTGRESQL, LEEK), bulk(POSTGRESQL, JOBRUNR)),
            ratio("… H2", 3, bulk(H2, LEEK), bulk(H2, JOBRUNR)),
            ratio(
                    "Bulk of 1,000 beside db-scheduler's, PostgreSQL",
                    0.5,
                    bulk(POSTGRESQL, LEEK),
                    bulk(POSTGRESQL, DB_SCHEDULER)),
            ratio("… H2", 0.5, bulk(H2, LEEK), bulk(H2, DB_SCHEDULER)),
            ratio(
                    "`offloadAll` of 10,000 in a transaction beside db-scheduler's batch, PostgreSQL",
                    1,
                    inTransaction(POSTGRESQL, LEEK),
                    inTransaction(POSTGRESQL, DB_SCHEDULER)),
            ratio("… H2", 1, inTransaction(H2, LEEK), inTransaction(H2, DB_SCHEDULER)),
            aboveCommit("Idle latency p50 above a plain insert and commit, ms, PostgreSQL", POSTGRESQL),
            aboveCommit("… H2 (the insert with `CHECKPOINT SYNC`)", H2),
            ratio(
                    "Drain with 1,000,000 waiting beside 10,000, `-Xmx256m`, PostgreSQL",
                    0.8,
                    Figure.of(BACKLOG_LARGE, POSTGRESQL, LEEK, "per_s"),
                    Figure.of(BACKLOG_SMALL, POSTGRESQL, LEEK, "per_s")),
            ratio(
                    "… H2",
                    0.8,
                    Figure.of(BACKLOG_LARGE, H2, LEEK, "per_s"),
                    Figure.of(BACKLOG_SMALL, H2, LEEK, "per_s")),
            added("Start-up added to the application alone, ms, PostgreSQL", POSTGRESQL),
            added("… H2", H2));

    private static final double MICROS_PER_MILLISECOND = 1_000;

    private Targets() {}

    private static Target ratio(String text, double limit, Figure first, Figure second) {
        return new Target(text, new Bound(limit, true), new Comparison(first, second, (one, other) -> one / other));
    }

    private static Target atMost(String text, double limit, Figure first, Figure second) {
        return new Target(text, new Bound(limit, false), new Comparison(first, second, (one, other) -> one / other));
    }

    private static Target aboveCommit(String text, Store store) {
        Figure commit = Figure.of(IDLE, store, JDBC, "call_p50_us");
        Figure start = Figure.of(IDLE, store, LEEK, "p50_us");
        return new Target(
                text,
                new Bound(1, false),
                new Comparison(start, commit, (one, other) -> (one - other) / MICROS_PER_MILLISECOND));
    }

    private static Target added(String text, Store store) {
        Figure with = Figure.of(START, store, LEEK, "ready_ms");
        Figure without = Figure.of(START, store, ALONE, "ready_ms");
        return new Target(text, new Bound(500, false), new Comparison(with, without, (one, other) -> one - other));
    }

    private static Figure one(Store store, Contenders contender) {
        return Figure.of(DRAIN_ONE, store, contender, "per_s");
    }

    private static Figure enqueue(Store store, Contenders contender, String name) {
        return Figure.of(ENQUEUE, store, contender, name);
    }

    private static Figure bulk(Store store, Contenders contender) {
        return Figure.of(BULK, store, contender, "per_s");
    }

    private static Figure inTransaction(Store store, Contenders contender) {
        return Figure.of(TRANSACTION, store, contender, "bulk_per_s");
    }

    /** What a comparison must give. */
    record Target(String text, Bound bound, Comparison comparison) {}

    /** A limit, at least or at most. */
    record Bound(double limit, boolean isAtLeast) {

        boolean isMet(double value) {
            return isAtLeast ? value >= limit : value <= limit;
        }
    }

    /** Two figures of the same round. */
    record Comparison(Figure first, Figure second, DoubleBinaryOperator operator) {}
}
