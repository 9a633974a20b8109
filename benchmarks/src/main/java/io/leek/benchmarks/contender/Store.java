package io.leek.benchmarks.contender;

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

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    boolean isH2() {
        return this != POSTGRESQL;
    }
}
