package io.leek.worker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** A stack trace as people need it: the causes too, without the frames that called the task method. */
final class Backtrace {

    private static final List<String> MACHINERY = List.of(
            "java.base/jdk.internal.reflect.",
            "java.base/java.lang.reflect.",
            "jdk.internal.reflect.",
            "java.lang.reflect.",
            "org.springframework.aop.",
            "org.springframework.cglib.");

    private Backtrace() {}

    static List<String> of(Throwable thrown, int lines) {
        List<String> trace = new ArrayList<>();
        try {
            collect(thrown, lines, trace);
        } catch (Throwable broken) {
            // An exception may answer for its cause or its frames by throwing; what was read so far is kept.
            trace.add("… the rest can't be read: " + broken.getClass().getName());
        }
        return trace.size() > lines ? trace.subList(0, lines) : trace;
    }

    private static void collect(Throwable thrown, int lines, List<String> trace) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable e = thrown; e != null && seen.add(e) && trace.size() < lines; e = e.getCause()) {
            if (e != thrown) {
                trace.add("Caused by: " + describe(e));
            }
            for (StackTraceElement frame : e.getStackTrace()) {
                if (frame.getClassName().startsWith("io.leek.worker.") || trace.size() == lines) {
                    break;
                }
                String text = frame.toString();
                if (MACHINERY.stream().noneMatch(text::startsWith)) {
                    trace.add(text);
                }
            }
        }
    }

    private static String describe(Throwable e) {
        try {
            return e.toString();
        } catch (Throwable broken) {
            return e.getClass().getName();
        }
    }
}
