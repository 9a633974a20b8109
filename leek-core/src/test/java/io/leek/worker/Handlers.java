package io.leek.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Task methods that tests write as lambdas. */
final class Handlers implements TaskHandlers {

    interface Body {
        @Nullable
        Object run(ArrayNode args) throws Throwable;
    }

    private final Map<String, TaskHandler> byName = new HashMap<>();
    private final Map<String, Runnable> onFind = new HashMap<>();

    Handlers on(String name, Body body) {
        return on(name, new TaskHandler() {
            @Override
            public Object[] bind(ArrayNode args) {
                return new Object[] {args};
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) throws Throwable {
                return body.run((ArrayNode) arguments[0]);
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return result == null ? null : "\"" + result + "\"";
            }
        });
    }

    Handlers on(String name, TaskHandler handler) {
        byName.put(name, handler);
        return this;
    }

    /** Looking for it does this first. */
    Handlers onFind(String name, Runnable first) {
        onFind.put(name, first);
        return this;
    }

    @Override
    public Set<String> names() {
        return byName.keySet();
    }

    @Override
    public Set<String> queues() {
        return Set.of("default");
    }

    @Override
    public Optional<TaskHandler> find(String name) {
        onFind.getOrDefault(name, () -> {}).run();
        return Optional.ofNullable(byName.get(name));
    }
}
