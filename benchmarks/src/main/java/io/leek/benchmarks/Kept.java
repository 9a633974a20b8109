package io.leek.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What has been measured so far, in a file beside the document.
 *
 * @param machine where it was measured
 * @param begun the day of the first measurement
 */
record Kept(Map<String, String> machine, LocalDate begun, List<Result> results) {

    /** The fact that a run was a quick one. */
    static final String QUICK = "QUICK";

    private static final List<String> SAME = List.of("Processor", "Memory", "JDK", QUICK);

    static Path file(Path document) {
        String name = document.getFileName().toString();
        return document.resolveSibling(name.replaceFirst("(\\.md)?$", ".json"));
    }

    static Kept read(Path file) throws IOException {
        return JsonMapper.shared().readValue(Files.readString(file), Kept.class);
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JsonMapper.shared().writeValueAsString(this));
    }

    /** @throws IllegalArgumentException if it is not the machine on which the measurements were begun, or only one of them is quick */
    void requireSame(Map<String, String> here) {
        for (String fact : SAME) {
            if (!Objects.equals(machine.get(fact), here.get(fact))) {
                throw new IllegalArgumentException(
                        "The measurements were begun elsewhere or in another way (%s: %s, here %s); leave out --go-on to begin anew"
                                .formatted(fact, machine.get(fact), here.get(fact)));
            }
        }
    }

    boolean has(int round, Subject subject) {
        return results.stream()
                .anyMatch(result -> result.round() == round && result.subject().equals(subject));
    }

    Kept with(Result result) {
        return new Kept(
                machine,
                begun,
                Stream.concat(results.stream(), Stream.of(result)).toList());
    }

    int rounds() {
        return results.stream().mapToInt(Result::round).max().orElse(0);
    }
}
