package io.leek.spring.tx.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Application, server and worker on one PostgreSQL, in the long form with a second worker that nobody looks after. */
final class SeveralProcesses implements House {

    private final Path folder;
    private final boolean isLong;
    private final Database database;
    private final Companion server;
    private final int port;
    private final Map<Part, Life> lives = new EnumMap<>(Part.class);
    private boolean isServerDead;
    private boolean isWorkerDead;

    SeveralProcesses(Path folder, boolean isLong) throws IOException {
        this.folder = folder;
        port = Life.freePort();
        this.isLong = isLong;
        database = new Database();
        server = new Companion(folder, database, "--leek.worker.concurrency=2");
    }

    @Override
    public List<Set<Part>> kills() {
        List<Set<Part>> kills = new ArrayList<>(List.of(
                Set.of(Part.APPLICATION),
                Set.of(Part.SERVER),
                Set.of(Part.WORKER),
                Set.of(Part.APPLICATION, Part.WORKER),
                Set.of(Part.APPLICATION, Part.SERVER, Part.WORKER)));
        if (isLong) {
            kills.add(Set.of(Part.LONE_WORKER));
            kills.add(Set.of(Part.values()));
        }
        return kills;
    }

    @Override
    public void open() throws Exception {
        Books.open(database.sql());
        server.start();
        startAgain(Part.APPLICATION);
        if (isLong) {
            startAgain(Part.LONE_WORKER);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void kill(Part part) throws Exception {
        switch (part) {
            case SERVER -> {
                // Its worker ends by itself.
                isServerDead = true;
                isWorkerDead = true;
                server.kill();
            }
            case WORKER -> {
                isWorkerDead = true;
                Life.kill(server.worker());
            }
            case APPLICATION, LONE_WORKER -> lives.get(part).kill();
        }
    }

    @Override
    public void startAgain(Part part) throws Exception {
        switch (part) {
            case SERVER -> startServer();
            case WORKER -> {
                // Its server brings it along.
                if (isWorkerDead && !isServerDead) {
                    server.awaitNextWorker();
                    isWorkerDead = false;
                }
            }
            case APPLICATION ->
                start(
                        part,
                        "--bank.port=" + port,
                        "--spring.datasource.hikari.maximum-pool-size=" + 2 * Load.CUSTOMERS,
                        "--leek.mode=remote");
            case LONE_WORKER -> start(part, "--leek.role=worker", "--leek.worker.concurrency=2");
        }
    }

    private void startServer() throws Exception {
        Life.awaitEnd(server.worker());
        server.start();
        isServerDead = false;
        isWorkerDead = false;
    }

    private void start(Part part, String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--leek.port=" + server.port());
        Life life = Life.start(folder, Bank.class, Life.classPath(), database.environment(), all);
        lives.put(part, life);
        life.awaitLine(Bank.OPEN);
    }

    @Override
    public void stop() throws Exception {
        for (Life life : lives.values()) {
            life.stop();
        }
        server.stop();
    }

    @Override
    public JdbcTemplate sql() {
        return database.sql();
    }

    @Override
    public String output() {
        return server.output();
    }

    @Override
    public void close() throws IOException {
        lives.values().forEach(Life::close);
        server.close();
        database.close();
    }
}
