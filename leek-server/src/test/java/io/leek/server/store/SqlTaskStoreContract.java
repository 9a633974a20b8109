package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.Task;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tables of every database promise to those who use them by SQL. */
abstract class SqlTaskStoreContract extends TaskQueryContract {

    private StoreSettings.Location location;
    OpenStore open;

    /** The database to run on, empty. */
    abstract StoreSettings.Location location();

    @Override
    protected TaskStore open(Clock clock) {
        if (location == null) {
            location = location();
        }
        open = OpenStore.open(location, clock);
        return open.store();
    }

    @Override
    protected void close(TaskStore store) {
        open.close();
    }

    @Override
    protected void empty() {
        for (String table : List.of(
                "queued_task",
                "success_task",
                "failed_task",
                "attempt",
                "cancellation",
                "report",
                "node",
                "unique_key")) {
            open.sql().execute("DELETE FROM leek." + table);
        }
    }

    @Test
    void aRefusalSaysWhatTheDatabaseMinds() {
        assertThat(apply(insert("task-0001", "x".repeat(600), 5, NOW, null, null))
                        .toString())
                .contains("longer than its column");
        assertThat(apply(insert("task-0001", "default", 5, Instant.MAX, null, null))
                        .toString())
                .contains("time is out of range");
    }

    @Test
    void aRowInsertedByHandIsATask() {
        open.sql()
                .update("INSERT INTO leek.queued_task (jid, name, payload) VALUES ('by-hand-1', 'mailer.welcome',"
                        + " '{\"jid\":\"by-hand-1\",\"jobtype\":\"mailer.welcome\",\"args\":[]}')");

        Task task = found("by-hand-1");
        assertThat(task.queue()).isEqualTo("default");
        assertThat(task.priority()).isEqualTo(5);
        assertThat(task.attempts()).isZero();
        assertThat(store.claimable("default", null, Instant.now().plusSeconds(60), null, 10))
                .extracting(TaskStore.Claimable::jid)
                .containsExactly("by-hand-1");
        assertThat(row(claim("by-hand-1", "t", Instant.now().plusSeconds(60))).crashes())
                .isZero();
    }

    @Test
    void tasksPurgedByHandAreForgotten() {
        store.apply(List.of(insert("task-0001"), claim("task-0001", "t"), succeed("task-0001", "t")));

        open.sql()
                .update(
                        "DELETE FROM leek.success_task WHERE finished_at < TIMESTAMP WITH TIME ZONE '2030-01-01 00:00:00Z'");

        assertThat(store.find("task-0001")).isEmpty();
        assertThat(apply(insert("task-0001"))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void laterTasksDoNotPassThoseInsertedElsewhereMeanwhile() {
        apply(insert("task-0001"));
        open.sql()
                .update("INSERT INTO leek.queued_task (jid, name, payload, due_at) VALUES ('by-hand-1', 'n', '{}',"
                        + " TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00Z')");
        clock.advance(Duration.ofSeconds(2));
        apply(insert("task-0002"));

        assertThat(store.claimable("default", null, NOW, null, 10))
                .extracting(TaskStore.Claimable::jid)
                .containsExactly("task-0001", "by-hand-1", "task-0002");
    }
}
