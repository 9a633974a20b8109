package io.leek.benchmarks.contender;

import io.leek.Leek;
import io.leek.LeekTask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Leek through its starter, with the server inside the application. */
final class LeekContender implements Contender {

    private static final int BEST = 8;

    private final Map<String, Object> properties;
    private @Nullable Leek leek;
    private @Nullable Work work;

    LeekContender(Map<String, Object> properties) {
        this.properties = properties;
    }

    @Override
    public List<Class<?>> configuration() {
        return List.of(Tasks.class);
    }

    @Override
    public Map<String, Object> properties(Workers workers) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("leek.client.timeout", "30s");
        all.put("leek.worker.enabled", workers != Workers.NONE);
        all.put("leek.worker.concurrency", workers == Workers.BEST ? BEST : 1);
        return all;
    }

    @Override
    public void start(ApplicationContext application, Workers workers) {
        leek = application.getBean(Leek.class);
        work = application.getBean(Work.class);
    }

    @Override
    public void enqueue(String argument) {
        Work proxy = started(work);
        started(leek).offload(() -> proxy.run(argument));
    }

    @Override
    public void enqueueAll(List<String> arguments) {
        started(leek).offloadAll(arguments, started(work)::run);
    }

    /** The application's context closes it. */
    @Override
    public void close() {}

    private static <T> T started(@Nullable T part) {
        return Objects.requireNonNull(part, "not started");
    }

    static class Work {

        @LeekTask
        public void run(String argument) {
            Runs.ran(argument);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Tasks {

        @Bean
        Work work() {
            return new Work();
        }
    }
}
