package io.leek.spring.tx.crash;

import io.leek.Leek;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Moves money and offloads the receipt, in one transaction. */
class Transfers {

    private final JdbcTemplate jdbc;
    private final Leek leek;
    private final Receipts receipts;

    Transfers(JdbcTemplate jdbc, Leek leek, Receipts receipts) {
        this.jdbc = jdbc;
        this.leek = leek;
        this.receipts = receipts;
    }

    /** @param isHeld whether the receipt is to be held where a worker does so */
    @Transactional
    public void move(Transfer transfer, boolean isHeld) {
        // The lower account first, so that no two transfers wait for each other.
        if (transfer.from() < transfer.to()) {
            add(transfer.from(), -transfer.amount());
            add(transfer.to(), transfer.amount());
        } else {
            add(transfer.to(), transfer.amount());
            add(transfer.from(), -transfer.amount());
        }
        long id = transfer.id();
        jdbc.update(
                "INSERT INTO transfer (id, from_id, to_id, amount) VALUES (?, ?, ?, ?)",
                id,
                transfer.from(),
                transfer.to(),
                transfer.amount());
        if (isHeld) {
            leek.offload(() -> receipts.writeHeld(id));
        } else {
            leek.offload(() -> receipts.write(id));
        }
    }

    /** Offloads in no transaction: it is the server that stores this task. */
    public void note(long id) {
        leek.offload(() -> receipts.note(id));
    }

    private void add(int account, long amount) {
        jdbc.update("UPDATE account SET balance = balance + ? WHERE id = ?", amount, account);
    }
}
