package io.leek.server;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first SIGTERM or SIGINT stops this process in good order, the second at once. By itself a JVM waits for the first
 * stop, however many signals come. The class for it is no part of Java's API, so it may be missing.
 */
final class SecondSignal {

    private static final Logger log = LoggerFactory.getLogger(SecondSignal.class);

    /** What shells add to a signal's number. */
    private static final int BY_SIGNAL = 128;

    private SecondSignal() {}

    static void endsAtOnce() {
        AtomicBoolean stopping = new AtomicBoolean();
        for (String name : List.of("TERM", "INT")) {
            try {
                handle(name, stopping);
            } catch (ReflectiveOperationException | RuntimeException e) {
                log.debug("A second SIG{} will be without effect", name, e);
            }
        }
    }

    private static void handle(String name, AtomicBoolean stopping) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object signal = signalType.getConstructor(String.class).newInstance(name);
        int exitCode = BY_SIGNAL + (int) signalType.getMethod("getNumber").invoke(signal);
        Object handler = Proxy.newProxyInstance(
                SecondSignal.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        stop(stopping, exitCode);
                    }
                    return null;
                });
        signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
    }

    private static void stop(AtomicBoolean stopping, int exitCode) {
        if (stopping.getAndSet(true)) {
            // Our end of the worker's pipe goes with us, so the worker ends too.
            Runtime.getRuntime().halt(exitCode);
        }
        System.exit(exitCode);
    }
}
