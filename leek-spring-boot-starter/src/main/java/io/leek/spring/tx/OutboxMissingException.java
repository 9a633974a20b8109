package io.leek.spring.tx;

import io.leek.LeekException;

/** There was to be an outbox, and no database of the application has its table. */
public class OutboxMissingException extends LeekException {

    private static final long serialVersionUID = 1L;

    OutboxMissingException(int dataSources) {
        super("leek.outbox is true, but "
                + (dataSources == 0
                        ? "the application has no DataSource"
                        : "there is no table leek_outbox in the application's database"));
    }
}
