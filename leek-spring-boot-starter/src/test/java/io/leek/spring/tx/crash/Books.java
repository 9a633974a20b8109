package io.leek.spring.tx.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tables of the bank, and whether they agree with each other and with Leek's. */
final class Books {

    static final int ACCOUNTS = 100;

    private static final long BALANCE = 1_000;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT NOT NULL)",
            "CREATE TABLE transfer (id BIGINT PRIMARY KEY, from_id INT NOT NULL, to_id INT NOT NULL,"
                    + " amount BIGINT NOT NULL)",
            "CREATE TABLE receipt (transfer_id BIGINT NOT NULL, written_by BIGINT NOT NULL)",
            "CREATE TABLE note (id BIGINT NOT NULL)");

    private static final String WRONG_BALANCES = """
            SELECT id FROM account WHERE balance <> ?
              + (SELECT COALESCE(sum(amount), 0) FROM transfer WHERE to_id = account.id)
              - (SELECT COALESCE(sum(amount), 0) FROM transfer WHERE from_id = account.id)
            """;

    private final JdbcTemplate sql;
    private final String as;

    /** @param as what a failure is to name */
    Books(JdbcTemplate sql, String as) {
        this.sql = sql;
        this.as = as;
    }

    static void open(JdbcTemplate sql) {
        TABLES.forEach(sql::execute);
        for (int id = 0; id < ACCOUNTS; id++) {
            sql.update("INSERT INTO account VALUES (?, ?)", id, BALANCE);
        }
    }

    /**
     * Holds all tables against each other, and against what was acknowledged.
     *
     * @return how many transfers there are
     */
    long check(List<Long> acknowledged) {
        nothingIsLeft();
        Set<Long> lost = new HashSet<>(acknowledged);
        lost.removeAll(transfers("SELECT id FROM transfer"));
        assertThat(lost).as("acknowledged and lost, " + as).isEmpty();
        assertThat(transfers("SELECT id FROM transfer WHERE id NOT IN (SELECT transfer_id FROM receipt)"))
                .as("transfers without a receipt, " + as)
                .isEmpty();
        assertThat(transfers("SELECT transfer_id FROM receipt WHERE transfer_id NOT IN (SELECT id FROM transfer)"))
                .as("receipts without a transfer, " + as)
                .isEmpty();
        assertThat(transfers("SELECT transfer_id FROM receipt GROUP BY transfer_id HAVING count(*) > 1"))
                .as("transfers with more than one receipt, " + as)
                .isEmpty();
        assertThat(number("SELECT sum(balance) FROM account"))
                .as("all the money, " + as)
                .isEqualTo(ACCOUNTS * BALANCE);
        assertThat(sql.queryForList(WRONG_BALANCES, Integer.class, BALANCE))
                .as("accounts that do not have what their transfers say, " + as)
                .isEmpty();
        long transfers = number("SELECT count(*) FROM transfer");
        assertThat(number("SELECT count(*) FROM leek.success_task"))
                .as("tasks that succeeded, " + as)
                .isEqualTo(transfers + number("SELECT count(*) FROM note"));
        return transfers;
    }

    private void nothingIsLeft() {
        assertThat(number("SELECT count(*) FROM leek.queued_task"))
                .as("left in the queue, " + as)
                .isZero();
        assertThat(number("SELECT count(*) FROM leek.lease"))
                .as("leases left, " + as)
                .isZero();
        assertThat(sql.queryForList("SELECT name || ': ' || reason FROM leek.failed_task", String.class))
                .as("failed, " + as)
                .isEmpty();
    }

    /** Tasks whose worker was killed under them, and which therefore ran more than once. */
    long runAgain() {
        return number("SELECT count(*) FROM leek.success_task WHERE attempts > 1");
    }

    private List<Long> transfers(String select) {
        return sql.queryForList(select, Long.class);
    }

    private long number(String select) {
        Long number = sql.queryForObject(select, Long.class);
        return number == null ? 0 : number;
    }
}
