package io.leek.spring.tx;

/** The tasks that one transaction has kept in the outbox. */
final class KeptTasks extends OpenTransaction {

    private final OutboxRelay relay;

    KeptTasks(OutboxRelay relay) {
        this.relay = relay;
    }

    @Override
    public void afterCompletion(int status) {
        super.afterCompletion(status);
        if (status != STATUS_ROLLED_BACK) {
            relay.wake();
        }
    }
}
