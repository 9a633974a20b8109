package io.leek.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Map<String, String> machine = Machine.describe(folder);
        if (options.isQuick()) {
            machine.put(Kept.QUICK, "these figures mean little");
        }
        Path file = Kept.file(options.out());
        Kept before = new Kept(machine, LocalDate.now(), List.of());
        if (options.goesOn() && Files.exists(file)) {
            before = Kept.read(file);
            try {
                before.requireSame(machine);
            } catch (IllegalArgumentException e) {
                System.err.println(e.getMessage());
                System.exit(2);
                return;
            }
        }
        try (Postgres postgres = Postgres.start(folder)) {
            before.machine().put("PostgreSQL", postgres.settings().toString().replaceAll("[{}]", ""));
            new Rounds(options, postgres, folder, before, kept -> {
                        kept.write(file);
                        new Document(options.out()).write(report(kept));
                    })
                    .run();
        }
        System.out.println("Written: " + options.out());
    }

    private static String report(Kept kept) {
        Map<String, String> machine = new LinkedHashMap<>(kept.machine());
        LocalDate today = LocalDate.now();
        machine.put(
                "Date",
                kept.begun() + (today.equals(kept.begun()) ? "" : " to " + today) + ", rounds: " + kept.rounds());
        return new Report(machine, new Figures(kept.results())).markdown();
    }
}
