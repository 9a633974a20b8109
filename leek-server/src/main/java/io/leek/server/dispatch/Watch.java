package io.leek.server.dispatch;

import java.util.LinkedHashSet;
import java.util.Set;

/** The tasks that one client waits for; {@link Waits} guards it. */
public final class Watch {

    final Runnable onFinished;

    /** Not finished, as far as is known. */
    final Set<String> waiting = new LinkedHashSet<>();

    /** Finished, and the client has not been told. */
    final Set<String> finished = new LinkedHashSet<>();

    Watch(Runnable onFinished) {
        this.onFinished = onFinished;
    }
}
