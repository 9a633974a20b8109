package io.leek.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Measures Leek beside its peers and writes the figures into a document. */
public final class Benchmarks {

    private static final Path TARGET = Path.of("benchmarks", "target");

    private Benchmarks() {}

    /** Runs in the project's folder; see {@link Options#USAGE}. */
    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + Options.USAGE);
            System.exit(2);
            return;
        }
        Path folder = TARGET.resolve("runs").toAbsolutePath();
        if (Files.exists(folder)) {
            Rounds.delete(folder);
        }
        Files.createDirectories(folder);
        Map<String, String> machine = new LinkedHashMap<>(Machine.describe(folder));
        try (Postgres postgres = Postgres.start(folder)) {
            machine.put("PostgreSQL", postgres.settings().toString().replaceAll("[{}]", ""));
            new Rounds(options, postgres, folder, (rounds, results) -> {
                        machine.put(
                                "Date",
                                LocalDate.now() + ", rounds: " + rounds
                                        + (options.isQuick() ? ", QUICK: these figures mean little" : ""));
                        Files.writeString(
                                TARGET.resolve("results.json"),
                                JsonMapper.shared().writeValueAsString(results));
                        new Document(options.out()).write(new Report(machine, new Figures(results)).markdown());
                    })
                    .run();
        }
        System.out.println("Written: " + options.out());
    }
}
