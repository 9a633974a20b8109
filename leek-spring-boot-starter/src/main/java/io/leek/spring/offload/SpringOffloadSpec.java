package io.leek.spring.offload;

import io.leek.OffloadSpec;
import io.leek.task.RetryBackoff;
import io.leek.task.TaskKey;
import java.time.Duration;
import java.time.Instant;

/** Offloads with options. */
final class SpringOffloadSpec extends CapturingOffloads implements OffloadSpec {

    SpringOffloadSpec(Offloader offloader, TaskBeans beans, OffloadOptions options) {
        super(offloader, beans, options);
    }

    @Override
    public OffloadSpec delay(Duration delay) {
        return with(options.withDelay(delay));
    }

    @Override
    public OffloadSpec at(Instant time) {
        return with(options.withAt(time));
    }

    @Override
    public OffloadSpec key(String key) {
        return with(options.withKey(new TaskKey.WhileUnfinished(key)));
    }

    @Override
    public OffloadSpec key(String key, Duration atLeast) {
        return with(options.withKey(new TaskKey.AtLeast(key, atLeast)));
    }

    @Override
    public OffloadSpec keyWhileQueued(String key) {
        return with(options.withKey(new TaskKey.WhileQueued(key)));
    }

    @Override
    public OffloadSpec queue(String queue) {
        return with(options.withQueue(queue));
    }

    @Override
    public OffloadSpec priority(int priority) {
        return with(options.withPriority(priority));
    }

    @Override
    public OffloadSpec timeout(Duration timeout) {
        return with(options.withTimeout(timeout));
    }

    @Override
    public OffloadSpec maxRetries(int maxRetries) {
        return with(options.withMaxRetries(maxRetries));
    }

    @Override
    public OffloadSpec backoff(RetryBackoff backoff) {
        return with(options.withBackoff(backoff));
    }

    @Override
    public OffloadSpec mutex(String name) {
        return with(options.withMutex(options.mutex().named(name)));
    }

    @Override
    public OffloadSpec mutex(String name, int limit) {
        return with(options.withMutex(options.mutex().named(name, limit)));
    }

    @Override
    public OffloadSpec ordered() {
        return with(options.withMutex(options.mutex().inOrder()));
    }

    private OffloadSpec with(OffloadOptions changed) {
        return new SpringOffloadSpec(offloader, beans, changed);
    }
}
