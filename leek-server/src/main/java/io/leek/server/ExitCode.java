package io.leek.server;

/** The companion's exit codes, other than those of a signal. They are a promise to start scripts. */
enum ExitCode {
    UNEXPECTED(1),
    SETTING(2),
    APP_ENDED(3),
    APP_NOT_STARTABLE(4),
    OPEN_BIND(5),
    PORT(10),
    STORE_LOCKED(20),
    STORE_UNREACHABLE(21),
    STORE_UNREADABLE(22),
    STORE_NEWER(23),
    SCHEMA_NOT_CREATABLE(24),
    SCHEMA_MISSING(25);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
