package io.leek.spring.offload;

import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonValue;
import io.leek.spring.offload.JsonTypes.Refusal;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Serializable;
import java.io.Writer;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Modifier;
import java.nio.channels.Channel;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JavaType;

/** Types that mean something else than data, whatever Jackson makes of them. */
final class KindsOfType {

    static final String PLAIN = "Pass plain data: text, numbers, records, lists and maps of them.";

    private static final List<Class<?>> STREAMS = List.of(
            InputStream.class,
            OutputStream.class,
            Reader.class,
            Writer.class,
            Channel.class,
            BaseStream.class,
            Iterator.class,
            Spliterator.class);

    private static final List<Class<?>> OF_THE_PROCESS =
            List.of(Thread.class, ThreadGroup.class, ThreadLocal.class, Executor.class, Process.class, Throwable.class);

    private KindsOfType() {}

    static @Nullable Refusal refusal(JavaType type) {
        Class<?> raw = type.getRawClass();
        if (raw == Object.class || raw == Serializable.class || raw == Comparable.class) {
            return open(type);
        }
        if (isEntity(raw)) {
            return Refusal.of(
                    type, "is a JPA entity, a copy of which goes stale", "Pass its id and load it in the task.");
        }
        if (raw == Class.class || ClassLoader.class.isAssignableFrom(raw)) {
            return Refusal.of(
                    type, "would let a payload name a class", "Pass a text or an enum and choose in the task.");
        }
        if (isAny(STREAMS, raw)) {
            return Refusal.of(type, "is a stream, empty once read", "Store the content and pass its id or path.");
        }
        if (isFuture(raw)) {
            return Refusal.of(type, "is a future, a value that is not there yet", "Pass the value itself.");
        }
        if (isAny(OF_THE_PROCESS, raw)) {
            return Refusal.of(type, "belongs to the running process", PLAIN);
        }
        if (raw.isInterface() && raw.isAnnotationPresent(FunctionalInterface.class)) {
            return Refusal.of(type, "is a function, which is code and not data", PLAIN);
        }
        return null;
    }

    static Refusal open(JavaType type) {
        return Refusal.of(
                type,
                "is open: what comes back would not be what was passed",
                "Declare the type that is really passed.");
    }

    static Refusal badKey(JavaType type) {
        return Refusal.of(
                type,
                "can't be the key of a JSON object",
                "Use text, a number, an enum or a UUID as the key of the map.");
    }

    static boolean isFuture(Class<?> raw) {
        return Future.class.isAssignableFrom(raw)
                || CompletionStage.class.isAssignableFrom(raw)
                || Flow.Publisher.class.isAssignableFrom(raw)
                || ClassUtils.getAllInterfacesForClassAsSet(raw).stream()
                        .anyMatch(type -> type.getName().equals("org.reactivestreams.Publisher"));
    }

    /** Jackson reads a key by any constructor that takes a text, but writes it by toString. */
    static boolean isKey(Class<?> raw) {
        return raw.isEnum()
                || raw.isPrimitive()
                || raw.getName().startsWith("java.")
                || Stream.<AnnotatedElement>concat(
                                Stream.of(raw.getDeclaredMethods()), Stream.of(raw.getDeclaredFields()))
                        .anyMatch(member -> member.isAnnotationPresent(JsonKey.class)
                                || member.isAnnotationPresent(JsonValue.class));
    }

    static boolean hasState(Class<?> raw) {
        return Stream.of(raw.getDeclaredFields())
                .anyMatch(field -> !Modifier.isStatic(field.getModifiers())
                        && !Modifier.isTransient(field.getModifiers())
                        && !field.isSynthetic());
    }

    private static boolean isEntity(Class<?> raw) {
        for (Annotation annotation : raw.getAnnotations()) {
            if (annotation.annotationType().getName().equals("jakarta.persistence.Entity")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAny(List<Class<?>> kinds, Class<?> raw) {
        return kinds.stream().anyMatch(kind -> kind.isAssignableFrom(raw));
    }
}
