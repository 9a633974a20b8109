package io.leek.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docs/lifecycle.md} says of states, moves and reasons what the code does. */
class LifecycleDocsTest {

    private static final Pattern DRAWN = Pattern.compile("^ +(\\w+|\\[\\*]) --> (\\w+|\\[\\*]):", Pattern.MULTILINE);
    private static final Pattern LISTED = Pattern.compile("^\\| (\\w+) \\| (\\w+) \\| ", Pattern.MULTILINE);

    private String document;

    @BeforeEach
    void read() throws IOException {
        document = Files.readString(Path.of("..", "docs", "lifecycle.md"));
    }

    @Test
    void thePictureHasTheStatesAndTheirMoves() {
        Set<String> drawn = DRAWN.matcher(document)
                .results()
                .filter(arrow -> !arrow.group(1).equals(arrow.group(2)))
                .filter(arrow ->
                        !arrow.group(1).equals("[*]") && !arrow.group(2).equals("[*]"))
                .map(arrow -> arrow.group(1) + " to " + arrow.group(2))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(drawn).isEqualTo(moves());
        assertThat(document).contains("[*] --> " + TaskState.QUEUED.text());
    }

    @Test
    void theTableHasThemToo() {
        Set<String> listed = LISTED.matcher(document)
                .results()
                .filter(row -> isState(row.group(1)) && isState(row.group(2)))
                .map(row -> row.group(1) + " to " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(moves());
    }

    @Test
    void everyReasonToFailIsExplained() {
        assertThat(FailureReason.values())
                .allSatisfy(reason -> assertThat(document).contains("`" + reason.text() + "`"));
    }

    private static Set<String> moves() {
        return Arrays.stream(TaskState.values())
                .flatMap(from -> from.moves().stream().map(to -> from.text() + " to " + to.text()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isState(String word) {
        return Arrays.stream(TaskState.values()).anyMatch(state -> state.text().equals(word));
    }
}
