package io.leek.task;

import java.util.ArrayList;
import java.util.List;

/** What runs have noted with their task: the last lines, within bounds. */
public final class TaskLog {

    /** Most lines that are kept. */
    public static final int MAX_LINES = 1_000;

    /** Most characters that are kept, ends of lines included. */
    public static final int MAX_CHARACTERS = 64 * 1024;

    /** Most characters of a line. */
    public static final int MAX_LINE = 1_000;

    private TaskLog() {}

    /** The lines of a text, each cut to its bound. */
    public static List<String> lines(String text) {
        return text.lines().map(line -> TaskFailure.cut(line, MAX_LINE)).toList();
    }

    /** As many of the last lines as are kept. */
    public static List<String> last(List<String> before, List<String> more) {
        List<String> all = new ArrayList<>(before);
        all.addAll(more);
        int from = all.size();
        int characters = 0;
        while (from > 0 && all.size() - from < MAX_LINES) {
            characters += all.get(from - 1).length() + 1;
            if (characters > MAX_CHARACTERS) {
                break;
            }
            from--;
        }
        return List.copyOf(all.subList(from, all.size()));
    }
}
