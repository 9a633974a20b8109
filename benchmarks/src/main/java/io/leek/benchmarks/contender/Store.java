package io.leek.benchmarks.contender;

import java.util.Arrays;

/** The databases that tasks are kept in. */
public enum Store {
    H2("h2", "H2 file"),
    /** H2 writes each commit to the file before it returns, without syncing it. */
    H2_WRITE_THROUGH("h2-write-delay-0", "H2 file, `WRITE_DELAY=0`"),
    POSTGRESQL("postgresql", "PostgreSQL");

    private final String id;
    private final String title;

    Store(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** @throws IllegalArgumentException where none has this id */
    public static Store byId(String id) {
        return Arrays.stream(values())
                .filter(store -> store.id.equals(id))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("No store is called '" + id + "', there are "
                        + Arrays.stream(values()).map(Store::id).toList()));
    }

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }
}
