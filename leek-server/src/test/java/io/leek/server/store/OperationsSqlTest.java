package io.leek.server.store;

import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The SQL that docs/operations.md gives to people, run as it stands there. */
class OperationsSqlTest {

    private static final Path PAGE = Path.of("..", "docs", "operations.md");
    private static final Pattern BLOCK =
            Pattern.compile("^```sql ?(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern STATEMENT_END = Pattern.compile(";\\s*");

    @TempDir
    Path dir;

    @Test
    void thePurgeInOneAndInStepsIsThereForEachDatabase() throws IOException {
        for (Dialect dialect : Dialect.values()) {
            assertThat(blocks("Purge", dialect)).as(dialect.name()).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void thePurgeDeletesWhatIsOlderAndNothingElse(Dialect dialect) throws IOException {
        try (OpenStore open = open(dialect)) {
            for (String block : blocks("Purge", dialect)) {
                Map<String, Duration> ages = Map.of(
                        "success-old", Duration.ofDays(31),
                        "success-new", Duration.ofDays(29),
                        "failed-old", Duration.ofDays(91),
                        "failed-new", Duration.ofDays(89));
                open.sql().execute("DELETE FROM leek.success_task");
                open.sql().execute("DELETE FROM leek.failed_task");
                ages.forEach(
                        (jid, age) -> finish(open.store(), jid, Instant.now().minus(age)));

                open.sql().execute(block);

                assertThat(ages.keySet())
                        .as(block)
                        .filteredOn(jid -> open.store().find(jid).isEmpty())
                        .containsExactlyInAnyOrderElementsOf(
                                block.contains("failed_task")
                                        ? List.of("success-old", "failed-old")
                                        : List.of("success-old"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theQueriesShowWhatWaitsWhatRunsAndWhatFailed(Dialect dialect) throws IOException {
        try (OpenStore open = open(dialect)) {
            open.store()
                    .apply(List.of(
                            insert("task-0001"),
                            insert("task-0002"),
                            claim("task-0002", "t2"),
                            insert("task-0003"),
                            claim("task-0003", "t3"),
                            fail("task-0003", "t3")));
            JdbcTemplate sql = open.sql();

            List<List<Map<String, Object>>> results = blocks("Read with SQL", dialect).stream()
                    .flatMap(block -> STATEMENT_END.splitAsStream(block))
                    .map(sql::queryForList)
                    .toList();

            assertThat(results).hasSize(3).allMatch(rows -> rows.size() == 1);
            assertThat(results.get(0).get(0)).containsEntry("tasks", 1L).containsEntry("queue", "default");
            assertThat(results.get(1).get(0)).containsEntry("jid", "task-0002");
            assertThat(results.get(2).get(0)).containsEntry("jid", "task-0003");
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theInsertedRowIsATask(Dialect dialect) throws IOException {
        try (OpenStore open = open(dialect)) {
            blocks("Insert with SQL", dialect).forEach(open.sql()::execute);

            assertThat(open.store().find("by-hand-0001").orElseThrow().state()).isEqualTo(TaskState.QUEUED);
            assertThat(open.store().claimable("default", null, Instant.now().plusSeconds(60), null, 10))
                    .extracting(TaskStore.Claimable::name)
                    .containsExactly("mailer.welcome");
        }
    }

    @Test
    void theIndexesAreBuiltAnewAsTheyWere() throws IOException {
        try (OpenStore open = open(Dialect.H2)) {
            JdbcTemplate sql = open.sql();
            String indexes = "SELECT table_name, is_unique, ordinal_position, column_name, ordering_specification"
                    + " FROM information_schema.index_columns WHERE index_schema = 'LEEK' ORDER BY 1, 2, 3, 4, 5";
            List<Map<String, Object>> before = sql.queryForList(indexes);

            blocks("Crashes", Dialect.H2).stream()
                    .flatMap(STATEMENT_END::splitAsStream)
                    .forEach(sql::execute);

            assertThat(before).hasSizeGreaterThan(10);
            assertThat(sql.queryForList(indexes)).isEqualTo(before);
        }
    }

    private OpenStore open(Dialect dialect) {
        StoreSettings.Location location =
                switch (dialect) {
                    case H2 -> new StoreSettings.Location.File(dir);
                    case POSTGRESQL -> Postgres.newDatabase();
                };
        return OpenStore.open(location, Clock.systemUTC());
    }

    private static void finish(TaskStore store, String jid, Instant finishedAt) {
        Change end = jid.startsWith("success")
                ? new Change.Succeed(jid, null, "t", finishedAt, null)
                : new Change.Fail(jid, "t", finishedAt, Changes.FAILURE);
        store.apply(List.of(insert(jid), claim(jid, "t"), end));
    }

    /** The fenced blocks of a section that are for this database or for both. */
    private static List<String> blocks(String section, Dialect dialect) throws IOException {
        String page = Files.readString(PAGE);
        String text = Stream.of(page.split("(?m)^## "))
                .filter(part -> part.startsWith(section + "\n"))
                .findFirst()
                .orElseThrow();
        List<String> blocks = BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).isEmpty() || block.group(1).equalsIgnoreCase(dialect.name()))
                .map(block -> block.group(2))
                .toList();
        assertThat(blocks).as(section).isNotEmpty();
        return blocks;
    }
}
