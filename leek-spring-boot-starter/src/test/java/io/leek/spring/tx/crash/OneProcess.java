package io.leek.spring.tx.crash;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Application, server and worker in one process, with the application's own H2 file or on PostgreSQL. */
final class OneProcess implements House {

    private final Path folder;
    private final Map<String, String> environment;
    private final JdbcTemplate sql;
    private final Closeable database;
    private final int port;
    private @Nullable Life life;

    private OneProcess(Path folder, Map<String, String> environment, JdbcTemplate sql, Closeable database)
            throws IOException {
        this.folder = folder;
        this.environment = environment;
        this.sql = sql;
        this.database = database;
        port = Life.freePort();
    }

    static OneProcess onH2(Path folder) throws IOException {
        String url = "jdbc:h2:file:" + folder.resolve("bank");
        return new OneProcess(
                folder,
                Map.of("SPRING_DATASOURCE_URL", url, "SPRING_DATASOURCE_USERNAME", "sa"),
                new JdbcTemplate(new DriverManagerDataSource(url, "sa", "")),
                () -> {});
    }

    static OneProcess onPostgres(Path folder) throws IOException {
        Database database = new Database();
        return new OneProcess(folder, database.environment(), database.sql(), database);
    }

    @Override
    public List<Set<Part>> kills() {
        return List.of(Set.of(Part.APPLICATION));
    }

    @Override
    public void open() throws Exception {
        Books.open(sql());
        startAgain(Part.APPLICATION);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void kill(Part part) throws Exception {
        there().kill();
    }

    @Override
    public void startAgain(Part part) throws Exception {
        Life next = Life.start(
                folder,
                Bank.class,
                Life.classPath(),
                environment,
                List.of(
                        "--bank.port=" + port,
                        "--spring.datasource.hikari.maximum-pool-size=" + 2 * Load.CUSTOMERS,
                        "--leek.store=application",
                        "--leek.worker.concurrency=4",
                        // At random one task may well be met by more kills than the usual three.
                        "--leek.server.max-crashes=1000000"));
        life = next;
        next.awaitLine(Bank.OPEN);
    }

    @Override
    public void stop() throws Exception {
        there().stop();
    }

    @Override
    public JdbcTemplate sql() {
        return sql;
    }

    @Override
    public String output() {
        return there().output();
    }

    private Life there() {
        if (life == null) {
            throw new IllegalStateException("Nothing has been started yet");
        }
        return life;
    }

    @Override
    public void close() throws IOException {
        if (life != null) {
            life.close();
        }
        database.close();
    }
}
