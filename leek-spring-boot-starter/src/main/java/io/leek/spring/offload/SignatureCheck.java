package io.leek.spring.offload;

import io.leek.spring.offload.InvalidTaskMethodException.Problem;
import io.leek.spring.offload.RegisteredTask.Parameter;
import io.leek.task.TaskRecord;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JavaType;

/** Refuses, at start, task methods that a proxy can't see or whose arguments can't travel. */
final class SignatureCheck {

    private static final int MAX_NAME = 255;
    private static final Set<String> SCOPES_OF_A_REQUEST = Set.of("request", "session", "websocket");

    private final JsonTypes types;

    SignatureCheck(JsonTypes types) {
        this.types = types;
    }

    List<Problem> problems(TaskScan.Found found, TaskSignature signature) {
        Problems problems = new Problems(described(found));
        checkModifiers(found, problems);
        checkOptions(found, problems);
        if (SCOPES_OF_A_REQUEST.contains(found.scope())) {
            problems.add(
                    "belongs to a bean of scope " + found.scope() + ", which is gone when a worker runs the task",
                    "Move the method to a singleton bean and pass what it needs as arguments.");
        }
        if (isAsync(found)) {
            problems.add(
                    "is also @Async, so that the worker would never learn how it ends",
                    "Remove @Async: a task runs in the background anyway.");
        }
        checkTypes(found, signature, problems);
        return problems.list;
    }

    static Problem sameName(TaskScan.Found found, RegisteredTask task, RegisteredTask other) {
        String name = task.options().name();
        boolean overload = task.beanName().equals(other.beanName());
        return new Problem(
                described(found),
                "has the name '" + name + "', as has " + described(other.beanName(), other.method()),
                overload
                        ? "Give each a name of its own: @LeekTask(name = \"…\")."
                        : "A name must be unique in the application: give each @LeekTask(name = \"…\") of its own, or none,"
                                + " which makes it the bean's name and the method's.");
    }

    static Problem alias(RegisteredTask task, String alias, @Nullable RegisteredTask other) {
        return new Problem(
                described(task.beanName(), task.method()),
                "has the alias '" + alias + "'"
                        + (other == null || other == task
                                ? ""
                                : ", which is a name of " + described(other.beanName(), other.method()) + " too"),
                "An alias is a name that the task had before, that it has not now, and that no other task has.");
    }

    static Problem recurrence(TaskScan.Found found, IllegalArgumentException reason) {
        return new Problem(
                described(found),
                "can't be queued by itself: " + reason.getMessage(),
                "Write cron as \"0 0 3 * * *\" (second, minute, hour, day, month, weekday), fixedDelay as \"10s\", or \"-\""
                        + " for none.");
    }

    static Problem argumentsOfRecurring(TaskScan.Found found) {
        return new Problem(
                described(found),
                "is queued by itself, but takes arguments, and there is nobody to give them",
                "Remove the parameters, or call it from a task method that has none.");
    }

    static Problem retry(TaskScan.Found found, IllegalArgumentException reason) {
        return new Problem(
                described(found),
                "has retries that can't be: " + reason.getMessage(),
                "Write durations as 500ms, 1s, 10m or PT1S, and a multiplier of 1 or more.");
    }

    static Problem timeout(TaskScan.Found found, IllegalArgumentException reason) {
        return new Problem(
                described(found),
                "has a timeout that can't be: " + reason.getMessage(),
                "Write it as 500ms, 30s, 10m or PT30S, or leave it out for none.");
    }

    private static void checkModifiers(TaskScan.Found found, Problems problems) {
        int modifiers = found.method().getModifiers();
        for (String refused : List.of("private", "static", "final")) {
            if (Arrays.asList(Modifier.toString(modifiers).split(" ")).contains(refused)) {
                problems.add("is " + refused + ", and no proxy can intercept that", "Remove '" + refused + "'.");
            }
        }
        if (Modifier.isFinal(found.beanClass().getModifiers()) && !isInInterface(found)) {
            problems.add(
                    "belongs to a final class, and no proxy can extend that",
                    "Remove 'final' (a record is final too), or declare the method in an interface and inject that.");
        }
    }

    private static void checkOptions(TaskScan.Found found, Problems problems) {
        var task = found.annotation();
        if (task.name().length() > MAX_NAME) {
            problems.add("has a name of " + task.name().length() + " characters", "Use at most " + MAX_NAME + ".");
        }
        if (!task.queue().isEmpty() && !TaskRecord.isQueueName(task.queue())) {
            problems.add(
                    "names the queue '" + task.queue() + "'",
                    "Use 1 to 100 letters, digits, '.', '_' or '-' for a queue.");
        }
        if (task.priority() < 1 || task.priority() > 9) {
            problems.add("has priority " + task.priority(), "Use 1 to 9; 9 runs first.");
        }
        if (task.maxRetries() < -1) {
            problems.add("has maxRetries " + task.maxRetries(), "Use 0 or more, or -1 for leek.retry.max-retries.");
        }
        MutexExpression.problem(found).ifPresent(problem -> problems.add(problem.reason(), problem.action()));
    }

    private void checkTypes(TaskScan.Found found, TaskSignature signature, Problems problems) {
        for (Parameter parameter : signature.parameters()) {
            types.refusal(parameter.type())
                    .ifPresent(why -> problems.add(
                            parameter.described() + " can't be kept as JSON: " + why.reason(), why.action()));
        }
        JavaType result = signature.returnType();
        if (result.hasRawClass(void.class) || result.hasRawClass(Void.class)) {
            return;
        }
        if (JsonTypes.isFuture(result.getRawClass())) {
            problems.add(
                    "returns a " + result.getRawClass().getSimpleName()
                            + ", so that the worker would take it as done at once",
                    "Return the value itself: the caller gets a TaskHandle anyway.");
            return;
        }
        types.refusal(result)
                .ifPresent(
                        why -> problems.add("has a result that can't be kept as JSON: " + why.reason(), why.action()));
    }

    private static boolean isAsync(TaskScan.Found found) {
        return AnnotatedElementUtils.hasAnnotation(found.method(), Async.class)
                || AnnotatedElementUtils.hasAnnotation(found.beanClass(), Async.class);
    }

    private static boolean isInInterface(TaskScan.Found found) {
        Method method = found.method();
        return ClassUtils.getAllInterfacesForClassAsSet(found.beanClass()).stream()
                .anyMatch(type -> ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes()));
    }

    private static String described(TaskScan.Found found) {
        return described(found.beanName(), found.method());
    }

    private static String described(String beanName, Method method) {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        return method.getDeclaringClass().getName() + "." + method.getName() + "(" + parameters + ") of bean '"
                + beanName + "'";
    }

    private static final class Problems {

        private final String method;
        private final List<Problem> list = new ArrayList<>();

        Problems(String method) {
            this.method = method;
        }

        void add(String reason, String action) {
            list.add(new Problem(method, reason, action));
        }
    }
}
