package io.leek.spring.offload;

import io.leek.task.Mutex;
import org.jspecify.annotations.Nullable;

/**
 * What one offload says of its mutex, instead of the {@code @LeekTask} or beside it.
 *
 * @param name null for the annotation's
 * @param limit null for the annotation's
 * @param ordered whether it is ordered, whatever the annotation says
 */
record MutexOption(@Nullable String name, @Nullable Integer limit, boolean ordered) {

    static final MutexOption NONE = new MutexOption(null, null, false);

    MutexOption named(String text) {
        return checked(new MutexOption(text, limit, ordered));
    }

    MutexOption named(String text, int places) {
        return checked(new MutexOption(text, places, ordered));
    }

    MutexOption inOrder() {
        return checked(new MutexOption(name, limit, true));
    }

    private static MutexOption checked(MutexOption option) {
        new Mutex(
                option.name == null ? "any" : option.name,
                option.limit == null ? 1 : option.limit,
                option.ordered && option.limit != null);
        return option;
    }

    /** Null for a task without. */
    @Nullable
    Mutex of(String task, @Nullable MutexExpression annotation, @Nullable Object[] arguments) {
        String said = name;
        if (said == null) {
            if (annotation == null) {
                if (ordered) {
                    throw new IllegalArgumentException(
                            "Task " + task + " has no mutex to be ordered in. Say mutex(name) too");
                }
                return null;
            }
            said = annotation.name(task, arguments);
        }
        int places = limit != null ? limit : annotation == null ? 1 : annotation.limit();
        return new Mutex(said, places, ordered || annotation != null && annotation.ordered());
    }
}
