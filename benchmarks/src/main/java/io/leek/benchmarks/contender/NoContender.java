package io.leek.benchmarks.contender;

import java.util.List;
import org.springframework.context.ApplicationContext;

/** The minimal application alone. */
final class NoContender implements Contender {

    @Override
    public void start(ApplicationContext application, Workers workers) {}

    @Override
    public void enqueue(String argument) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void enqueueAll(List<String> arguments) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
