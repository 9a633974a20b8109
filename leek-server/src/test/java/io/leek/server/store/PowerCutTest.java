package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.PowerCutDisk.Unforced;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Cuts the power while tasks are pushed and finished. {@code -Dleek.powercut.rounds} sets how often, and
 * {@code -Dleek.powercut.seed} the moments.
 */
@Timeout(600)
class PowerCutTest {

    private static final String TABLES = """
            SELECT jid FROM leek.queued_task UNION ALL SELECT jid FROM leek.success_task
            UNION ALL SELECT jid FROM leek.failed_task
            """;

    private static final int FEWEST_WRITES = 20;
    private static final int MOST_WRITES = 400;

    private final int rounds = Integer.getInteger("leek.powercut.rounds", 5);
    private final long seed = Long.getLong("leek.powercut.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path dir;

    /** Parts of what was not synced are kept in the long form alone: H2 does not survive each such cut, see guarantees. */
    static List<Unforced> kindsOfCuts() {
        return System.getProperty("leek.powercut.rounds") == null
                ? List.of(Unforced.DROPPED)
                : List.of(Unforced.values());
    }

    @ParameterizedTest
    @MethodSource("kindsOfCuts")
    void everyAcknowledgedChangeIsThereAfterAPowerCut(Unforced unforced) throws Exception {
        Changing.Acknowledged acknowledged = new Changing.Acknowledged();
        Path folder = dir.resolve("0");
        for (int round = 1; round <= rounds; round++) {
            String what = "-Dleek.powercut.seed=" + seed + ", round " + round;
            PowerCutDisk disk = PowerCutDisk.at(folder, unforced, random);
            try (OpenStore open = open(disk)) {
                assertKept(open.sql(), acknowledged, what);
                disk.cutAfter(random.nextInt(FEWEST_WRITES, MOST_WRITES));
                Changing.untilTheCut(disk, open.store(), "task-" + round + "-", acknowledged);
            }
            folder = dir.resolve(String.valueOf(round));
            disk.copySurviving(folder);
        }
        try (OpenStore open = open(PowerCutDisk.at(folder, unforced, random))) {
            assertKept(open.sql(), acknowledged, "-Dleek.powercut.seed=" + seed + ", at the end");
        }
        assertThat(acknowledged.inserted()).hasSizeGreaterThan(rounds);
        assertThat(acknowledged.succeeded()).isNotEmpty();
        System.out.println("Power cuts, " + unforced + ": " + rounds + ", acknowledged tasks: "
                + acknowledged.inserted().size() + ", -Dleek.powercut.seed=" + seed);
    }

    private static OpenStore open(PowerCutDisk disk) {
        String url = StoreDatabase.ownUrl(disk.database("leek"));
        return OpenStore.open(new StoreSettings.Location.Jdbc(url, "sa", ""), Clock.systemUTC());
    }

    private static void assertKept(JdbcTemplate sql, Changing.Acknowledged acknowledged, String what) {
        assertThat(sql.queryForList(TABLES, String.class))
                .as(what)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.inserted());
        assertThat(sql.queryForList("SELECT jid FROM leek.success_task", String.class))
                .as(what)
                .containsAll(acknowledged.succeeded());
        assertThat(sql.queryForList("SELECT jid FROM leek.failed_task", String.class))
                .as(what)
                .containsAll(acknowledged.failed());
    }

    @Test
    void withoutTheSyncCommittedRowsAreLost() throws Exception {
        PowerCutDisk disk = PowerCutDisk.at(dir.resolve("before"), Unforced.DROPPED, random);
        try (Connection connection = DriverManager.getConnection(url(disk));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE task (id INT PRIMARY KEY)");
            statement.execute("CHECKPOINT SYNC");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO task VALUES (?)")) {
                for (int id = 0; id < 100; id++) {
                    insert.setInt(1, id);
                    insert.executeUpdate();
                }
            }
            disk.cutAfter(0);
        }
        disk.copySurviving(dir.resolve("after"));

        JdbcTemplate after = new JdbcTemplate(
                new DriverManagerDataSource(url(PowerCutDisk.at(dir.resolve("after"), Unforced.DROPPED, random))));
        assertThat(after.queryForObject("SELECT COUNT(*) FROM task", Integer.class))
                .isZero();
    }

    private static String url(PowerCutDisk disk) {
        return StoreDatabase.ownUrl(disk.database("test"));
    }

    @Test
    void onlyWhatWasForcedIsThereAfterACut() throws Exception {
        PowerCutDisk disk = PowerCutDisk.at(dir.resolve("before"), Unforced.DROPPED, random);
        try (FileChannel file = FilePath.get(disk.database("file")).open("rw")) {
            write(file, "forced", 0);
            file.force(true);
            disk.cutAfter(2);
            write(file, "F", 0);
            assertThat(disk.isCut()).isFalse();
            write(file, "and more", 6);
            assertThat(disk.isCut()).isTrue();
            file.force(true);
        }
        disk.copySurviving(dir.resolve("after"));

        assertThat(dir.resolve("after/file")).hasContent("forced");
        assertThat(dir.resolve("before/file")).hasContent("Forcedand more");
    }

    private static void write(FileChannel file, String text, long position) throws Exception {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), position);
    }
}
