package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Database;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures everything in turns: each round has every measurement once, and begins with another contender. */
final class Rounds {

    private final Options options;
    private final Postgres postgres;
    private final Path folder;
    private final Fork fork;
    private final List<Result> results = new ArrayList<>();

    Rounds(Options options, Postgres postgres, Path folder) {
        this.options = options;
        this.postgres = postgres;
        this.folder = folder;
        fork = new Fork(options.isQuick());
    }

    List<Result> run() throws IOException, InterruptedException, SQLException {
        for (int round = 1; round <= options.rounds(); round++) {
            for (Measures measure : options.measures()) {
                for (Store store : options.stores()) {
                    List<Contenders> contenders = new ArrayList<>(options.contenders());
                    contenders.removeIf(contender -> !measure.appliesTo(contender, store));
                    Collections.rotate(contenders, -(round - 1));
                    for (Contenders contender : contenders) {
                        results.add(measure(round, measure, store, contender));
                    }
                }
            }
        }
        return results;
    }

    private Result measure(int round, Measures measure, Store store, Contenders contender)
            throws IOException, InterruptedException, SQLException {
        Path run = Files.createDirectories(
                folder.resolve("%d-%s-%s-%s".formatted(round, measure.id(), store.id(), contender.id())));
        Database database = newDatabase(store, run);
        long start = System.nanoTime();
        Result result = result(round, measure, contender, database, run);
        System.out.printf(
                "%d/%d  round %d  %-13s %-16s %-20s %4d s  %s%n",
                results.size() + 1,
                options.count(),
                round,
                measure.id(),
                store.id(),
                contender.id(),
                (System.nanoTime() - start) / 1_000_000_000,
                result.failure() == null ? result.figures() : "FAILED: " + result.failure());
        if (store == Store.POSTGRESQL) {
            postgres.drop(database);
        }
        if (result.failure() == null) {
            delete(run);
        }
        return result;
    }

    private Result result(int round, Measures measure, Contenders contender, Database database, Path run)
            throws InterruptedException {
        try {
            Map<String, Double> figures = fork.run(measure, contender, database, run);
            return new Result(round, measure, database.store(), contender, figures, null);
        } catch (IOException e) {
            return new Result(round, measure, database.store(), contender, Map.of(), String.valueOf(e.getMessage()));
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
