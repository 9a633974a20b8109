package io.leek.server.store;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** What is said of single queues. Its methods may be called beside {@link TaskStore#apply}. */
public interface QueueStore {

    /** Queues whose tasks are not to be handed out. */
    Set<String> paused();

    /** Pauses queues, whether they have tasks or not; durable once it returns. */
    void pause(Collection<String> queues, Instant now);

    /** Ends the pause of queues; durable once it returns. */
    void resume(Collection<String> queues);
}
