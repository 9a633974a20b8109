package io.leek;

import org.jspecify.annotations.Nullable;

/** A task method of no arguments to keep and pass on, made by {@code leek.task(bean::method)}. */
@FunctionalInterface
public interface Task0<R extends @Nullable Object> {

    /** Offloads one call, as {@link Leek#offload} does. */
    TaskHandle<R> offload();
}
