package io.leek.spring.tx.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Application, server and worker in one process, with the application's own H2 file. */
final class OneProcess implements House {

    private final Path folder;
    private final String url;
    private final int port;
    private @Nullable Life life;

    OneProcess(Path folder) throws IOException {
        this.folder = folder;
        port = Life.freePort();
        url = "jdbc:h2:file:" + folder.resolve("bank");
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
                Map.of(),
                List.of(
                        "--bank.port=" + port,
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=sa",
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
        return new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
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
    public void close() {
        if (life != null) {
            life.close();
        }
    }
}
