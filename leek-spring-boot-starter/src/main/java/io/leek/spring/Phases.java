package io.leek.spring;

import org.springframework.context.SmartLifecycle;

/**
 * The order of start and stop: the server is there before the web server takes requests and after it has ended them; the
 * worker starts last and stops first.
 */
final class Phases {

    static final int WORKER = SmartLifecycle.DEFAULT_PHASE;

    /** Boot's web server stops at 2048 below the default phase. */
    static final int CLIENT = SmartLifecycle.DEFAULT_PHASE - 4096;

    static final int SERVER = CLIENT - 1;

    private Phases() {}
}
