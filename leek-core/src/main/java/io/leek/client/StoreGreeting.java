package io.leek.client;

import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Asks on each connection which store the server keeps. */
final class StoreGreeting implements Greeting {

    private static final Logger log = LoggerFactory.getLogger(StoreGreeting.class);

    private volatile @Nullable String storeId;

    /** As of the last answer; null before the first. */
    @Nullable
    String storeId() {
        return storeId;
    }

    @Override
    public Command command() {
        return new Command.Caps();
    }

    @Override
    public void answered(Command command, Reply reply) {
        try {
            if (reply instanceof Reply.Bulk bulk) {
                storeId = TaskJson.MAPPER
                        .readValue(bulk.json(), Replies.Caps.class)
                        .store();
            }
        } catch (JacksonException e) {
            log.debug("This server does not tell its store: {}", reply, e);
        }
    }
}
