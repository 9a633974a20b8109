package io.leek.server.store;

import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresTaskStoreTest extends TaskQueryContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Test
    void aNulInANameIsRefusedAlone() {
        List<Outcome> outcomes = store.apply(List.of(insert("task-0001"), insert("task\0-0002"), insert("task-0003")));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(1).toString()).contains("a character that the database can't store");
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aDatabaseOfItsOwnIsNotExclusiveAndDescribedWithoutSecrets() {
        assertThat(store.isExclusive()).isFalse();
        assertThat(store.description())
                .startsWith("PostgreSQL 18")
                .contains("schema leek")
                .doesNotContain("?");
    }
}
