package io.leek.spring.offload;

import io.leek.Completion;
import io.leek.spring.tx.TransactionCompletion;
import io.leek.worker.Attempt;
import io.leek.worker.TaskHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** A task method of one bean: how its calls are written, and how they are run. */
final class RegisteredTask implements TaskHandler {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    private final TaskOptions options;
    private final String beanName;
    private final Method method;
    private final List<Parameter> parameters;
    private final JavaType returnType;
    private final LeekJson json;
    private final BeanFactory beanFactory;

    RegisteredTask(
            TaskOptions options,
            TaskScan.Found found,
            TaskSignature signature,
            LeekJson json,
            BeanFactory beanFactory) {
        this.options = options;
        this.beanName = found.beanName();
        this.method = found.method();
        this.parameters = signature.parameters();
        this.returnType = signature.returnType();
        this.json = json;
        this.beanFactory = beanFactory;
    }

    /**
     * What the annotation says.
     *
     * @param aliases names that it had before
     */
    record TaskOptions(
            String name,
            List<String> aliases,
            String queue,
            int priority,
            TaskRetry retry,
            @Nullable Duration timeout,
            Completion completion,
            @Nullable MutexExpression mutex) {}

    /** The same, to the millisecond. */
    static Duration timeout(Duration timeout) {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout must be 1ms to 365d, but was " + timeout);
        }
        return timeout.truncatedTo(ChronoUnit.MILLIS);
    }

    /** @param name null where the class was compiled without {@code -parameters} */
    record Parameter(int index, @Nullable String name, JavaType type) {

        String described() {
            String at = "argument " + (index + 1);
            return name == null ? at : at + " (" + name + ")";
        }
    }

    TaskOptions options() {
        return options;
    }

    String beanName() {
        return beanName;
    }

    Method method() {
        return method;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    JavaType returnType() {
        return returnType;
    }

    @Override
    public @Nullable Object[] bind(ArrayNode args) {
        if (args.size() != parameters.size()) {
            throw new IllegalArgumentException("Task %s takes %d arguments (%s), but the record has %d"
                    .formatted(options.name(), parameters.size(), signature(), args.size()));
        }
        @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
        for (Parameter parameter : parameters) {
            arguments[parameter.index()] = bind(args.get(parameter.index()), parameter);
        }
        return arguments;
    }

    private @Nullable Object bind(JsonNode node, Parameter parameter) {
        Object value;
        try {
            value = json.bind(node, parameter.type());
        } catch (JacksonException e) {
            // Jackson's own message quotes the value, which may be a secret.
            String where =
                    e instanceof DatabindException && !e.getPath().isEmpty() ? " at " + e.getPathReference() : "";
            throw new IllegalArgumentException("Task %s: %s must be %s, but the record has %s that does not fit%s (%s)"
                    .formatted(
                            options.name(),
                            parameter.described(),
                            parameter.type().toCanonical(),
                            article(node),
                            where,
                            e.getClass().getSimpleName()));
        }
        if (value == null && parameter.type().isPrimitive()) {
            throw new IllegalArgumentException("Task %s: %s must be %s, but the record has null"
                    .formatted(
                            options.name(),
                            parameter.described(),
                            parameter.type().toCanonical()));
        }
        return value;
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments) throws Throwable {
        Object bean = beanFactory.getBean(beanName);
        Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
        ReflectionUtils.makeAccessible(invocable);
        try {
            return invocable.invoke(bean, arguments);
        } catch (InvocationTargetException e) {
            throw unwrapped(e.getTargetException());
        }
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments, Attempt attempt) throws Throwable {
        return options.completion() == Completion.IN_TRANSACTION && TransactionSupport.HAS_JDBC
                ? Transactions.call(this, arguments, attempt)
                : call(arguments);
    }

    /** Apart, so that the class above loads without spring-tx and spring-jdbc. */
    private static final class Transactions {

        static @Nullable Object call(RegisteredTask task, @Nullable Object[] arguments, Attempt attempt)
                throws Throwable {
            TransactionCompletion completion = task.beanFactory
                    .getBeanProvider(TransactionCompletion.class)
                    .getIfAvailable();
            return completion == null
                    ? task.call(arguments)
                    : completion.call(attempt, task::write, () -> task.call(arguments));
        }
    }

    @Override
    public boolean mayRetry(Throwable thrown) {
        return options.retry().exceptions().shouldRetry(thrown);
    }

    @Override
    public @Nullable String write(@Nullable Object result) {
        return returnsNothing() ? null : json.text(result, returnType);
    }

    boolean returnsNothing() {
        return returnType.hasRawClass(void.class) || returnType.hasRawClass(Void.class);
    }

    String signature() {
        return parameters.stream()
                .map(parameter -> parameter.type().getRawClass().getSimpleName()
                        + (parameter.name() == null ? "" : " " + parameter.name()))
                .collect(Collectors.joining(", "));
    }

    /** A proxy wraps a checked exception that the method does not declare; the task's own is the one to keep. */
    private static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof UndeclaredThrowableException undeclared && undeclared.getCause() != null
                ? undeclared.getCause()
                : thrown;
    }

    private static String article(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case NULL, MISSING -> "null";
            default -> "a " + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
