package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.contender.Workers;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;

/** The measurements, in the order in which they run. */
public enum Measures {
    START("start"),
    ENQUEUE("enqueue"),
    BULK("bulk"),
    IDLE("idle"),
    TRANSACTION("transaction"),
    DRAIN_ONE("drain-one"),
    DRAIN_BEST("drain-best"),
    BACKLOG_SMALL("backlog-small"),
    BACKLOG_LARGE("backlog-large");

    private static final int SMALL_HEAP_MB = 256;
    private static final int HEAP_MB = 1_024;

    private final String id;

    Measures(String id) {
        this.id = id;
    }

    /** @throws IllegalArgumentException where none has this id */
    public static Measures byId(String id) {
        return Arrays.stream(values())
                .filter(measure -> measure.id.equals(id))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("No measure is called '" + id + "', there are "
                        + Arrays.stream(values()).map(Measures::id).toList()));
    }

    public String id() {
        return id;
    }

    public boolean appliesTo(Contenders contender, Store store) {
        if (!contender.runsOn(store)) {
            return false;
        }
        return switch (this) {
            case START ->
                contender != Contenders.LEEK_OWN_FILE
                        && contender != Contenders.DB_SCHEDULER_DEFAULT
                        && store != Store.H2_WRITE_THROUGH;
            // Without workers the two set-ups of db-scheduler are the same.
            case ENQUEUE, BULK -> contender != Contenders.ALONE && contender != Contenders.DB_SCHEDULER_DEFAULT;
            case IDLE, DRAIN_ONE, DRAIN_BEST -> contender != Contenders.ALONE;
            // Who can write its tasks in a transaction of the application.
            case TRANSACTION ->
                EnumSet.of(Contenders.LEEK, Contenders.DB_SCHEDULER, Contenders.JDBC)
                        .contains(contender);
            // To save time: a million takes the others long to enqueue.
            case BACKLOG_SMALL, BACKLOG_LARGE ->
                EnumSet.of(Contenders.LEEK, Contenders.DB_SCHEDULER).contains(contender)
                        && store != Store.H2_WRITE_THROUGH;
        };
    }

    /** The largest heap of the JVM that it runs in, in megabytes. */
    public int heapMegabytes() {
        return this == BACKLOG_SMALL || this == BACKLOG_LARGE ? SMALL_HEAP_MB : HEAP_MB;
    }

    /** Runs it in this JVM. Figures by name; their names end in their unit. */
    public Map<String, Double> run(Contenders contender, Bench bench) throws Exception {
        Measure measure =
                switch (this) {
                    case START -> new StartMeasure(contender != Contenders.ALONE);
                    case ENQUEUE -> new EnqueueMeasure();
                    case BULK -> new BulkMeasure();
                    case IDLE -> new IdleMeasure();
                    case TRANSACTION -> new TransactionMeasure();
                    case DRAIN_ONE -> new DrainMeasure(Workers.ONE);
                    case DRAIN_BEST -> new DrainMeasure(Workers.BEST);
                    case BACKLOG_SMALL -> new BacklogMeasure(false);
                    case BACKLOG_LARGE -> new BacklogMeasure(true);
                };
        return measure.run(bench);
    }
}
