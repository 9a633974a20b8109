package io.leek.spring.tx.crash;

import io.leek.LeekTask;
import io.leek.TaskContext;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tasks, each of which writes a row in its transaction. Nothing in the tables keeps a row from being written twice. */
class Receipts {

    /** The queue of what may be held. */
    static final String HELD = "held";

    private final JdbcTemplate jdbc;
    private final @Nullable Integer hold;

    /** @param hold the port of who is asked before what may be held commits; null to hold nothing */
    Receipts(JdbcTemplate jdbc, @Nullable Integer hold) {
        this.jdbc = jdbc;
        this.hold = hold;
    }

    @LeekTask
    @Transactional
    public void write(long transfer) {
        insert(transfer);
    }

    @LeekTask(queue = HELD)
    @Transactional
    public void writeHeld(long transfer) {
        insert(transfer);
        // What runs again may do so anywhere, and goes through.
        if (hold != null && TaskContext.current().orElseThrow().attempt() == 1) {
            TransactionSynchronizationManager.registerSynchronization(new Hold(hold));
        }
    }

    @LeekTask
    @Transactional
    public void note(long id) {
        jdbc.update("INSERT INTO note (id) VALUES (?)", id);
    }

    private void insert(long transfer) {
        jdbc.update(
                "INSERT INTO receipt (transfer_id, written_by) VALUES (?, ?)",
                transfer,
                ProcessHandle.current().pid());
    }
}
