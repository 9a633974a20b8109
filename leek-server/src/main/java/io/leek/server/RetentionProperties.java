package io.leek.server;

import io.leek.server.recovery.Retention;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How long a server keeps finished tasks, in-app and companion alike.
 *
 * @param success Time after which a task that has succeeded is deleted; never, unless set.
 * @param failed Time after which a task that has failed is deleted; never, unless set.
 */
@ConfigurationProperties("leek.retention")
public record RetentionProperties(
        @Nullable Duration success, @Nullable Duration failed) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    public RetentionProperties {
        check("success", success);
        check("failed", failed);
    }

    private static void check(String name, @Nullable Duration keep) {
        if (keep != null && (keep.isNegative() || keep.isZero() || keep.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("leek.retention." + name
                    + " must be longer than zero and at most 36500d, or left out to keep tasks for ever, but was "
                    + keep);
        }
    }

    Retention.Settings settings() {
        return new Retention.Settings(success, failed);
    }
}
