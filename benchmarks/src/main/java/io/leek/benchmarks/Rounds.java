package io.leek.benchmarks;

import io.leek.benchmarks.contender.Database;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures everything in turns: each round has every measurement once, and begins with another contender. */
final class Rounds {

    private final Options options;
    private final Postgres postgres;
    private final Path folder;
    private final Fork fork;
    private final AfterEach afterEach;
    private Kept kept;
    private int done;

    /** @param kept what has been measured before */
    Rounds(Options options, Postgres postgres, Path folder, Kept kept, AfterEach afterEach) {
        this.options = options;
        this.postgres = postgres;
        this.folder = folder;
        this.kept = kept;
        this.afterEach = afterEach;
        fork = new Fork(options.isQuick());
    }

    void run() throws IOException, InterruptedException, SQLException {
        for (int round = 1; round <= options.rounds(); round++) {
            for (Subject subject : options.selection().round(round)) {
                done++;
                if (!kept.has(round, subject)) {
                    kept = kept.with(measure(round, subject));
                    afterEach.write(kept);
                }
            }
        }
    }

    /** Keeps what was measured so far; a run may be ended at any time. */
    interface AfterEach {
        void write(Kept kept) throws IOException;
    }

    private Result measure(int round, Subject subject) throws IOException, InterruptedException, SQLException {
        Path run = Files.createDirectories(
                folder.resolve(round + "-" + subject.toString().replace(' ', '-')));
        Database database = newDatabase(subject.store(), run);
        long start = System.nanoTime();
        Result result = result(round, subject, database, run);
        System.out.printf(
                "%d/%d  round %d  %-50s %4d s  %s%n",
                done,
                options.rounds() * options.selection().round(round).size(),
                round,
                subject,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                result.failure() == null ? result.figures() : "FAILED: " + result.failure());
        if (subject.store() == Store.POSTGRESQL) {
            postgres.drop(database);
        }
        if (result.failure() == null) {
            delete(run);
        }
        return result;
    }

    private Result result(int round, Subject subject, Database database, Path run) throws InterruptedException {
        try {
            if (subject.measure() == Measures.START) {
                // Tables are created once in the life of an application.
                fork.run(subject, database, run);
            }
            return new Result(round, subject, fork.run(subject, database, run), null);
        } catch (IOException e) {
            return new Result(round, subject, Map.of(), String.valueOf(e.getMessage()));
        }
    }

    private Database newDatabase(Store store, Path run) throws SQLException {
        String url = "jdbc:h2:file:" + run.resolve("h2").toAbsolutePath();
        return switch (store) {
            case H2 -> new Database(store, url, "sa", "");
            case H2_WRITE_THROUGH -> new Database(store, url + ";WRITE_DELAY=0", "sa", "");
            case POSTGRESQL -> postgres.newDatabase();
        };
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
