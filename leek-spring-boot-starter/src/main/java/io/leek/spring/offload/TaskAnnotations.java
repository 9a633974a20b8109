package io.leek.spring.offload;

import io.leek.LeekTask;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/** Finds {@link LeekTask} as Spring finds {@code @Transactional}: on class or interface, inherited, composed. */
final class TaskAnnotations {

    /** Names of the task methods of each class; looked up for every call of a method reference. */
    private static final Map<Class<?>, Set<String>> NAMES = new ConcurrentReferenceHashMap<>();

    private TaskAnnotations() {}

    /** The task methods of a class, each the most specific one, never a bridge. */
    static Map<Method, LeekTask> of(Class<?> type) {
        if (!AnnotationUtils.isCandidateClass(type, LeekTask.class)) {
            return Map.of();
        }
        return MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<@Nullable LeekTask>)
                method -> method.isSynthetic() ? null : find(method));
    }

    static boolean anyIn(Class<?> type) {
        return !names(type).isEmpty();
    }

    static boolean isTask(Method method, Class<?> targetClass) {
        return find(method) != null || find(specific(method, targetClass)) != null;
    }

    /** Whether a method of this name is a task method of the class; what a method reference tells. */
    static boolean anyNamed(String methodName, Class<?> type) {
        return names(type).contains(methodName);
    }

    private static Set<String> names(Class<?> type) {
        return NAMES.computeIfAbsent(
                ClassUtils.getUserClass(type),
                user -> of(user).keySet().stream().map(Method::getName).collect(Collectors.toUnmodifiableSet()));
    }

    /** The method that a call through a proxy, an interface or a bridge ends at. */
    static Method specific(Method method, Class<?> targetClass) {
        return AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
    }

    private static @Nullable LeekTask find(Method method) {
        return AnnotatedElementUtils.findMergedAnnotation(method, LeekTask.class);
    }
}
