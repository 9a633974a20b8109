package io.leek.server.store;

import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresOpenTransactionTest extends OpenTransactionContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Test
    void afterADeadlockTheChangesAreMadeOnceMore() {
        try (OpenStore open = OpenStore.open(Postgres.newDatabase(), new TestClock())) {
            open.store().apply(List.of(insert("task-0001"), claim("task-0001", "t")));
            open.sql().execute("""
                    CREATE SEQUENCE tries;
                    CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN
                      IF nextval('tries') = 1 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF;
                      RETURN OLD;
                    END $$;
                    CREATE TRIGGER conflict BEFORE DELETE ON leek.queued_task
                    FOR EACH ROW EXECUTE FUNCTION conflict()
                    """);

            assertThat(open.store().apply(List.of(insert("task-0002"), succeed("task-0001", "t"))))
                    .allMatch(Outcome.Done.class::isInstance);
        }
    }
}
