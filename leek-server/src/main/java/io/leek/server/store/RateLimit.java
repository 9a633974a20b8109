package io.leek.server.store;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tasks of a queue may be handed out in any period, over all servers.
 *
 * @param tasks 1 to 1,000,000
 * @param period a second, a minute or an hour
 */
public record RateLimit(int tasks, Duration period) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,7})/([smh])");
    private static final int MOST = 1_000_000;

    /**
     * Reads what {@link #toString} writes: {@code 100/s}, {@code 10/m}, {@code 1000/h}.
     *
     * @throws IllegalArgumentException for anything else; its message goes on after the name of the setting
     */
    public static RateLimit parse(String text) {
        Matcher form = FORM.matcher(text);
        int tasks = form.matches() ? Integer.parseInt(form.group(1)) : 0;
        if (tasks < 1 || tasks > MOST) {
            throw new IllegalArgumentException("must be 1 to " + MOST
                    + " tasks a second, minute or hour, as in 100/s, 10/m or 1000/h, but was '" + text + "'");
        }
        return new RateLimit(
                tasks,
                switch (form.group(2)) {
                    case "s" -> Duration.ofSeconds(1);
                    case "m" -> Duration.ofMinutes(1);
                    default -> Duration.ofHours(1);
                });
    }

    @Override
    public String toString() {
        return tasks + "/" + (period.toSeconds() == 1 ? "s" : period.toMinutes() == 1 ? "m" : "h");
    }
}
