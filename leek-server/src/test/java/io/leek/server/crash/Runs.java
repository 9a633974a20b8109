package io.leek.server.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the journals of all worker processes tell, with the moments at which one of them, or its server, was killed. */
final class Runs {

    private static final String ENDING = ".journal";

    private final Path folder;
    private final Map<Long, List<Long>> cuts = new ConcurrentHashMap<>();

    Runs(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** This worker has been killed, or ends because its server was: all that it had begun is cut off. */
    void cutOff(long pid) {
        cuts.computeIfAbsent(pid, none -> new ArrayList<>()).add(Long.MAX_VALUE);
    }

    /** Its server has been killed and it goes on: what it had begun till now is cut off where it was not confirmed. */
    void cutFromServer(long pid) throws IOException {
        Path journal = folder.resolve(pid + ENDING);
        // On a busy machine it may have to be killed before it has begun one.
        if (Files.exists(journal)) {
            cuts.computeIfAbsent(pid, none -> new ArrayList<>()).add(Files.size(journal));
        }
    }

    /** The runs of each task. */
    Map<String, List<Run>> read() throws IOException {
        Map<String, List<Run>> runs = new HashMap<>();
        List<Path> journals;
        try (Stream<Path> files = Files.list(folder)) {
            journals = files.toList();
        }
        for (Path journal : journals) {
            String name = journal.getFileName().toString();
            long pid = Long.parseLong(name.substring(0, name.length() - ENDING.length()));
            read(journal, cuts.getOrDefault(pid, List.of()))
                    .forEach((jid, its) ->
                            runs.computeIfAbsent(jid, none -> new ArrayList<>()).addAll(its));
        }
        return runs;
    }

    private static Map<String, List<Run>> read(Path journal, List<Long> cuts) throws IOException {
        Map<String, List<Run>> runs = new HashMap<>();
        String text = Files.readString(journal, StandardCharsets.US_ASCII);
        int from = 0;
        // A kill may leave half a line.
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            String[] words = text.substring(from, end).split(" ", 2);
            List<Run> its = runs.computeIfAbsent(words[1], none -> new ArrayList<>());
            if (words[0].equals(Journal.BEGUN)) {
                its.add(new Run(cuts, from));
            } else {
                Run last = its.get(its.size() - 1);
                if (words[0].equals(Journal.CONFIRMED)) {
                    last.confirmedAt = from;
                } else {
                    last.hasEnded = true;
                }
            }
            from = end + 1;
        }
        return runs;
    }

    /** One run of a task in one process. */
    static final class Run {

        private final List<Long> cuts;
        private final long begunAt;
        private long confirmedAt = Long.MAX_VALUE;
        private boolean hasEnded;

        private Run(List<Long> cuts, long begunAt) {
            this.cuts = cuts;
            this.begunAt = begunAt;
        }

        boolean hasEnded() {
            return hasEnded;
        }

        boolean isConfirmed() {
            return confirmedAt != Long.MAX_VALUE;
        }

        /** Whether it was under way when its process or its server was killed, so that nobody can know of its outcome. */
        boolean isCutOff() {
            return cuts.stream().anyMatch(cut -> begunAt < cut && confirmedAt >= cut);
        }
    }
}
